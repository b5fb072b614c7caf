import type { OpenHours, PublicDay, SiteSettings } from '@yingke/api';

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

export type Hours = SiteSettings['hours'];

/** Hours to begin with: office hours on working days. */
export const workingWeek = (): Hours => ({ always: false, time_zone: 'Asia/Shanghai', weekly: WORKING_DAYS.map((day) => ({ day, from: '09:00', to: '18:00' })), holidays: [] });

/** With public holidays, closed, and the weekend days that are worked, open as on `working` days; own entries stay. */
export function withPublicDays(own: Hours['holidays'], days: PublicDay[], working: OpenHours[], english: boolean): Hours['holidays'] {
  const held = new Set(own.map(({ date }) => date));
  const name = (day: PublicDay) => (english ? `${day.name_en}${day.working ? ' (working day)' : ''}` : `${day.name}${day.working ? '调休上班' : ''}`);
  const added = days.filter(({ date }) => !held.has(date)).map((day) => ({ date: day.date, name: name(day), open: day.working ? working.map((span) => ({ ...span })) : [] }));
  return [...own, ...added].sort((one, other) => one.date.localeCompare(other.date)).slice(0, 200);
}
