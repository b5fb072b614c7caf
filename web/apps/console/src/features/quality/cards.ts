import type { Criterion } from '@yingke/api';

export type Scale = Criterion['scale'];

/** What can be answered on each scale, the best last. */
export const VALUES: Record<Scale, number[]> = { yes_no: [0, 1], points: [0, 1, 2, 3, 4, 5], rubric: [1, 2, 3, 4] };
export const SCALES = Object.keys(VALUES) as Scale[];

/** The key of the word for an answer among this feature's words; points speak for themselves. */
export const wordOf = (scale: Scale, value: number | null): string | null => {
  if (value === null) return 'quality.notApplicable';
  return scale === 'points' ? null : `quality.values.${scale}.${value}`;
};

/** What the digit `key` answers: 1 is the lowest of a scale that begins above 0, and of yes and no it is yes. */
export function answerOf(scale: Scale, key: string): number | null | undefined {
  if (key === 'n' || key === '-') return null;
  if (!/^[0-5]$/.test(key)) return undefined;
  const value = Number(key);
  return VALUES[scale].includes(value) ? value : undefined;
}

export const emptyCriterion = (): Criterion => ({ id: crypto.randomUUID(), title: '', look_for: '', weight: 10, scale: 'rubric', fatal: false });

/** The card that is offered while there is none: its words are among this feature's. */
export const READY_MADE: { key: string; weight: number; scale: Scale; fatal?: boolean }[] = [
  { key: 'greeting', weight: 10, scale: 'yes_no' },
  { key: 'understanding', weight: 20, scale: 'rubric' },
  { key: 'answer', weight: 30, scale: 'points' },
  { key: 'tone', weight: 20, scale: 'rubric' },
  { key: 'next', weight: 15, scale: 'rubric' },
  { key: 'closing', weight: 5, scale: 'yes_no' },
  { key: 'safety', weight: 1, scale: 'yes_no', fatal: true },
];
