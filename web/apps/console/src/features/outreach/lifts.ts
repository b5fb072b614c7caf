import type { Lift } from '@yingke/api';

/** +3.2, in percentage points; a true minus sign. */
export function points(share: number): string {
  const size = Math.abs(share * 100).toFixed(1);
  if (size === '0.0') return '0.0';
  return `${share < 0 ? '−' : '+'}${size}`;
}

/** How far from nought (a share) the scale must reach to show every interval; never so near that noise looks large. */
export function scaleOf(lifts: (Lift | null)[]): number {
  const ends = lifts.flatMap((lift) => (lift ? [Math.abs(lift.low), Math.abs(lift.high)] : []));
  return Math.min(1, Math.max(0.05, ...ends) * 1.05);
}
