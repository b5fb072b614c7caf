export interface TextPart {
  kind: 'text' | 'link' | 'mention';
  text: string;
  href?: string;
}

// Addresses end before Chinese text and punctuation, which often follow without a space.
const LINK = /\bhttps?:\/\/[^\s<>"'“”‘’（）【】《》，。；：！？、\u4e00-\u9fff]+/g;

/** Splits a message into plain text, web addresses and mentioned names. Only http and https become links. */
export function textParts(text: string, names: readonly string[] = []): TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    const href = match[0].replace(/[.,;:!?)\]]+$/, '');
    parts.push(...mentions(text.slice(from, match.index), names), { kind: 'link', text: href, href });
    from = match.index + href.length;
  }
  return [...parts, ...mentions(text.slice(from), names)];
}

function mentions(text: string, names: readonly string[]): TextPart[] {
  if (!text) return [];
  const marks = names.filter(Boolean).map((name) => `@${name}`);
  for (const mark of marks) {
    const at = text.indexOf(mark);
    if (at < 0) continue;
    const before = mentions(text.slice(0, at), names);
    const after = mentions(text.slice(at + mark.length), names);
    return [...before, { kind: 'mention', text: mark }, ...after];
  }
  return [{ kind: 'text', text }];
}

const ONLY_EMOJI = /^(?:\p{Extended_Pictographic}|\p{Emoji_Component}|\s){1,12}$/u;

/** A message of a few emoji and nothing else is shown large. */
export function isEmojiOnly(text: string): boolean {
  return ONLY_EMOJI.test(text) && /\p{Extended_Pictographic}/u.test(text);
}
