import type { ReplayReport } from '@yingke/api';

export interface PlanToTry {
  agents: number;
  capacity: number;
  step: (typeof STEPS_TO_TRY)[number];
}

export const STEPS_TO_TRY = ['least_loaded', 'fewest_open', 'round_robin', 'fill_one_first'] as const;
export const FIGURES = ['served', 'abandonment', 'service_level', 'wait_p50', 'wait_p90', 'wait_longest', 'vip_wait_p90', 'load', 'fairness'] as const;
export type Figure = (typeof FIGURES)[number];
const SHARES: readonly Figure[] = ['abandonment', 'service_level', 'load', 'fairness'];

/** A figure as it is read: shares in percent, waits in minutes and seconds. */
export function figureText(figure: Figure, value: number | null): string {
  if (value === null) return '–';
  if (SHARES.includes(figure)) return `${(value * 100).toFixed(1)}%`;
  if (figure === 'served') return String(value);
  const seconds = Math.round(value);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** How long its bar is, in percent: shares of the whole, others of the highest beside it. */
export function shareOf(figure: Figure, report: ReplayReport, beside: readonly ReplayReport[]): number {
  const most = SHARES.includes(figure) ? 1 : Math.max(...beside.map((each) => each[figure] ?? 0));
  return most ? Math.min(100, Math.round(((report[figure] ?? 0) / most) * 100)) : 0;
}
