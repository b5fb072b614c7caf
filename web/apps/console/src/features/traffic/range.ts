import { type LocationQuery } from 'vue-router';

/** Periods that end today or yesterday, by their name in the address; `custom` has its two days there as well. */
export const PERIODS = ['today', 'yesterday', '7', '30', '90', 'custom'] as const;
export type Period = (typeof PERIODS)[number];

/** Days of the workspace's time zone as YYYY-MM-DD, both inclusive. */
export interface Days {
  from: string;
  to: string;
}

export const MOST_DAYS = 400;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The day it is in a time zone. */
export function todayIn(zone: string, now = new Date()): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(now);
}

export function dayBefore(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - count * 86_400_000).toISOString().slice(0, 10);
}

export function daysOf(period: Period, today: string, custom: Partial<Days> = {}): Days {
  if (period === 'today') return { from: today, to: today };
  if (period === 'yesterday') return { from: dayBefore(today, 1), to: dayBefore(today, 1) };
  if (period !== 'custom') return { from: dayBefore(today, Number(period) - 1), to: today };
  const to = custom.to && DAY.test(custom.to) && custom.to <= today ? custom.to : today;
  const from = custom.from && DAY.test(custom.from) && custom.from <= to ? custom.from : dayBefore(to, 29);
  const longest = dayBefore(to, MOST_DAYS - 1);
  return { from: from < longest ? longest : from, to };
}

/** The period an address tells; the last thirty days when it tells none. */
export function periodOf(query: LocationQuery): Period {
  return PERIODS.find((period) => period === query.period) ?? '30';
}
