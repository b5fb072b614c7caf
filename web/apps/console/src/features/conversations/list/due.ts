import type { Due } from '@yingke/api';

export type DueState = 'calm' | 'soon' | 'breached' | 'paused';

/** How a countdown stands at `present` (milliseconds): seconds that are left, or by which it is over when negative. */
export function dueOf(due: Due, present: number): { state: DueState; seconds: number } {
  if (due.at === null) return { state: (due.left ?? 0) < 0 ? 'breached' : 'paused', seconds: due.left ?? 0 };
  const seconds = (Date.parse(due.at) - present) / 1000;
  if (seconds <= 0) return { state: 'breached', seconds };
  return { state: due.warn_at && Date.parse(due.warn_at) <= present ? 'soon' : 'calm', seconds };
}
