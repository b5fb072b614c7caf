import type { FoundWord, StopList } from '@yingke/api';

export type Side = StopList['side'];

/** What can be done about a word of each side; the first is offered. */
export const ACTIONS = { agent: ['block', 'warn'], visitor: ['mask', 'alert', 'pause'] } as const;

export const asLines = (words: readonly string[]) => words.join('\n');

export function linesOf(text: string): string[] {
  return [...new Set(text.split(/\r?\n/).map((line) => line.trim()))].filter(Boolean);
}

export interface Piece {
  text: string;
  /** What stands here, if anything. */
  found?: FoundWord;
}

/** A text in pieces, those that were found marked; of overlapping finds the first counts. */
export function pieces(text: string, found: readonly FoundWord[]): Piece[] {
  const cut: Piece[] = [];
  let done = 0;
  for (const each of found) {
    if (each.begin < done) continue;
    if (each.begin > done) cut.push({ text: text.slice(done, each.begin) });
    cut.push({ text: text.slice(each.begin, each.end), found: each });
    done = each.end;
  }
  return done < text.length ? [...cut, { text: text.slice(done) }] : cut;
}
