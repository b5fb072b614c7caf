import type { PassageLine } from '@yingke/api';

/** What the visitor says of a passage, and what was answered. */
export function partsOf(lines: readonly PassageLine[]): { situation: string; good: string } {
  const first = lines.findIndex(({ speaker }) => speaker === 'agent');
  const of = (some: readonly PassageLine[], speaker: PassageLine['speaker']) => some.filter((line) => line.speaker === speaker).map(({ text }) => text).join('\n');
  return { situation: of(first < 0 ? lines : lines.slice(0, first), 'visitor') || of(lines, 'visitor'), good: of(lines, 'agent') };
}

const CHARACTERS_A_MINUTE = 200;
const MOST_MINUTES = 5;
/** Reading, thinking, answering: never said to be more than five. */
export const minutesFor = (text: string): number => Math.min(MOST_MINUTES, 2 + Math.floor(text.length / CHARACTERS_A_MINUTE));
