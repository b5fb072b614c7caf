import { isComposing, type Pressed } from '@/commands/keys';

/** What is being typed after `/` or `@`, and where the sign stands. */
export interface Trigger {
  kind: 'canned' | 'mention';
  from: number;
  query: string;
}

const LONGEST_QUERY = 24;

/**
 * The `/` or `@` the caret stands behind, or null. It counts at the beginning of a line or after a space, so that
 * addresses and dates (`a/b`, `x@y.cn`) stay plain text; `@` counts after any Chinese character, too.
 */
export function triggerAt(text: string, caret: number, inNote: boolean): Trigger | null {
  const before = text.slice(0, caret);
  const match = /(^|[\s\u3000-\u9fff，。！？])([/、@])([^\s/@、]*)$/.exec(before);
  if (!match?.[2] || (match[3]?.length ?? 0) > LONGEST_QUERY) return null;
  const query = match[3] ?? '';
  const from = caret - query.length - 1;
  if (match[2] === '@') return inNote ? { kind: 'mention', from, query } : null;
  // Chinese input methods write 、 where the key says /; only at the start it can mean the command.
  const startsLine = match[1] === '' || match[1] === '\n';
  if (match[2] === '、' && !startsLine) return null;
  return /^[\s]?$/.test(match[1] ?? '') ? { kind: 'canned', from, query } : null;
}

/** Puts `word` in place of the trigger and says where the caret goes. */
export function replaceTrigger(text: string, trigger: Trigger, word: string): { text: string; caret: number } {
  const end = trigger.from + 1 + trigger.query.length;
  return { text: text.slice(0, trigger.from) + word + text.slice(end), caret: trigger.from + word.length };
}

export function insertAt(text: string, from: number, to: number, word: string): { text: string; caret: number } {
  return { text: text.slice(0, from) + word + text.slice(to), caret: from + word.length };
}

/**
 * Whether this key sends. Never while an input method composes: there Enter takes the candidate. With `enterSends`
 * Enter sends and Shift+Enter breaks the line, else the other way round; Ctrl/⌘+Enter always sends.
 */
export function sendsOn(event: Pressed, enterSends: boolean): boolean {
  if (event.key !== 'Enter' || event.altKey || isComposing(event)) return false;
  if (event.ctrlKey || event.metaKey) return true;
  return enterSends ? !event.shiftKey : event.shiftKey;
}

/** Those who are still named in the text of a note. */
export function mentionsIn(text: string, names: ReadonlyMap<string, string>): string[] {
  return [...names].filter(([, name]) => text.includes(`@${name}`)).map(([id]) => id);
}

export const LONGEST_TEXT = 10_000;
export const LARGEST_FILE = 20 * 1024 * 1024;
