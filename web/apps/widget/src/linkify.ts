import { h } from "./dom.ts";

/** A piece of text, with an address when it is a link. */
export interface Piece {
  readonly text: string;
  readonly href?: string;
}

/* Web addresses end before blanks, quotes, Chinese characters and closing punctuation; mail addresses and www. count too. */
const LINK = /https?:\/\/[^\s<>"'`\u3000-\u303f\uff00-\uffef\u4e00-\u9fff]+|www\.[a-z0-9-]+\.[^\s<>"'`\u3000-\u303f\uff00-\uffef\u4e00-\u9fff]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+/gi;
const TRAILING = /[.,;:!?)\]}]+$/;

/** Splits text into plain and linked pieces. Only http, https and mailto ever become links. */
export function linkify(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(LINK)) {
    const link = balanced(found);
    if (index > from) pieces.push({ text: text.slice(from, index) });
    pieces.push({ text: link, href: address(link) });
    from = index + link.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from) });
  return pieces;
}

/** A closing bracket belongs to the address only when it was opened there. */
function balanced(link: string): string {
  const bare = link.replace(TRAILING, "");
  return link[bare.length] === ")" && bare.includes("(") ? bare + ")" : bare;
}

function address(link: string): string {
  if (/^https?:/i.test(link)) return link;
  return link.includes("@") ? `mailto:${link}` : `https://${link}`;
}

/** Text with its links live; everything else stays text. */
export const linked = (text: string): Node[] =>
  linkify(text).map(({ text: piece, href }) =>
    href ? h("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, piece) : document.createTextNode(piece),
  );
