import type { Tools } from "../load.ts";

/** Attributes that are kept, by tag. The server cleaned the answer already; what this does not know is shown as its text. */
const KEPT: Readonly<Record<string, readonly string[]>> = {
  a: ["href", "title"],
  img: ["src", "alt", "width", "height"],
  ol: ["start"],
  td: ["colspan", "rowspan"],
  th: ["colspan", "rowspan", "scope"],
};
const TAGS = new Set(
  "a b blockquote br caption code dd del details div dl dt em figcaption figure h2 h3 h4 hr i img kbd li mark ol p pre q s small span strong sub summary sup table tbody td tfoot th thead tr u ul".split(" "),
);

/** The nodes of an answer, built anew one by one: what stood in the HTML is never put into the page as it came. */
export function rich(tools: Tools, html: string): Node[] {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  return [...body.childNodes].flatMap((node) => built(tools, node));
}

function built(tools: Tools, node: Node): Node[] {
  if (node.nodeType === Node.TEXT_NODE) return [document.createTextNode(node.textContent ?? "")];
  if (!(node instanceof HTMLElement)) return [];
  const tag = node.localName;
  const inside = [...node.childNodes].flatMap((child) => built(tools, child));
  if (!TAGS.has(tag)) return tag === "script" || tag === "style" ? [] : inside;
  const kept = (KEPT[tag] ?? []).map((name) => [name, node.getAttribute(name)] as const);
  const attributes: Record<string, string | null> = Object.fromEntries(kept.filter(([name, value]) => !isAddress(name) || isSafe(value)));
  if (tag === "a") Object.assign(attributes, { target: "_blank", rel: "noopener noreferrer nofollow" });
  if (tag === "img") attributes["alt"] ??= "";
  return [tools.h(tag as "div", attributes, ...inside)];
}

const isAddress = (name: string): boolean => name === "href" || name === "src";

export const isSafe = (address: string | null): boolean => /^(https?:|mailto:|tel:|\/(?!\/))/i.test(address ?? "");
