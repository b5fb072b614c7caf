import type { OpenHours, SiteSettings } from '@yingke/api';

type Weekly = SiteSettings['hours']['weekly'];

export const DAYS = [0, 1, 2, 3, 4, 5, 6];
const WORKING_DAYS = [0, 1, 2, 3, 4];

export function spansOf(weekly: Weekly, day: number): OpenHours[] {
  return weekly.filter((span) => span.day === day).map(({ from, to }) => ({ from, to }));
}

/** The week with one day replaced; days stay in order. */
export function withDay(weekly: Weekly, day: number, spans: OpenHours[]): Weekly {
  return DAYS.flatMap((each) => (each === day ? spans : spansOf(weekly, each)).map((span) => ({ day: each, ...span })));
}

/** Monday's times on all working days, or on all seven. */
export function likeMonday(weekly: Weekly, days: 'working' | 'all'): Weekly {
  const monday = spansOf(weekly, 0);
  const changed = days === 'all' ? DAYS : WORKING_DAYS;
  return DAYS.flatMap((day) => (changed.includes(day) ? monday : spansOf(weekly, day)).map((span) => ({ day, ...span })));
}

/** What a further opening begins with: an hour after the last one closed, while the day has room. */
export function nextSpan(spans: OpenHours[]): OpenHours {
  const last = spans.at(-1);
  if (!last) return { from: '09:00', to: '18:00' };
  const from = Math.min(Number(last.to.slice(0, 2)) + 1, 22);
  const hour = (value: number) => `${String(value).padStart(2, '0')}:00`;
  return { from: hour(from), to: hour(Math.min(from + 4, 24)) };
}

/** Where the spans of one day stand in the whole week, as the server numbers them. */
export function positionsOf(weekly: Weekly, day: number): number[] {
  return weekly.flatMap((span, at) => (span.day === day ? [at] : []));
}
