import { shallowRef } from 'vue';

import { language } from '@/i18n';

/** The present, in milliseconds, renewed every second for countdowns. Read it in a template to follow it. */
export const now = shallowRef(Date.now());
setInterval(() => {
  if (!document.hidden) now.value = Date.now();
}, 1000);
document.addEventListener('visibilitychange', () => (now.value = Date.now()));

/** The same, renewed only when the minute changes: enough for ages and day lines, and cheap in long lists. */
export const minute = shallowRef(Math.floor(Date.now() / 60_000));
setInterval(() => {
  const next = Math.floor(Date.now() / 60_000);
  if (next !== minute.value) minute.value = next;
}, 1000);

const formats = new Map<string, Intl.DateTimeFormat>();

function format(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language()}/${name}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(language(), options);
  formats.set(key, made);
  return made;
}

const two = (part: number) => String(part).padStart(2, '0');

/** 14:05, the same in all our languages; the first picture shows dozens, and a formatter takes long to make. */
export function clockTime(at: string): string {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** 11月21日 14:05, with the year when it is another one. */
export function fullTime(at: string): string {
  const date = new Date(at);
  const year = date.getFullYear() === new Date().getFullYear() ? undefined : 'numeric';
  return format(`full${year ?? ''}`, {
    year,
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  }).format(date);
}

/** 11月28日: the last day before `at`, which is the first moment that is too late. */
export function lastDay(at: string): string {
  return format('last day', { month: 'short', day: 'numeric' }).format(new Date(Date.parse(at) - 1));
}

/** Everything there is to say about a time, for the tip under the pointer. */
export function exactTime(at: string): string {
  return format('exact', { dateStyle: 'full', timeStyle: 'medium' }).format(new Date(at));
}

/** For `mouseenter` of a `<time>`: gives it its tip when somebody may want to read it, not for every line of a list. */
export function tipExactTime(event: Event): void {
  const element = event.currentTarget as HTMLTimeElement;
  element.title = exactTime(element.dateTime);
}

/** Day a message belongs to in the reader's zone, as YYYY-MM-DD. */
export function dayOf(at: string): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** 今天, 昨天, 11月19日星期四 */
export function dayName(at: string, present = Date.now()): string {
  const days = daysBetween(new Date(at), new Date(present));
  if (days === 0 || days === 1) {
    const relative = new Intl.RelativeTimeFormat(language(), { numeric: 'auto' });
    return relative.format(-days, 'day');
  }
  const year = new Date(at).getFullYear() === new Date(present).getFullYear() ? undefined : 'numeric';
  return format(`day${year ?? ''}`, { year, month: 'long', day: 'numeric', weekday: 'short' }).format(new Date(at));
}

/** Short age for a list row: 刚刚 is left to the caller; 5m, 14:05 today, weekday this week, else the date. */
export function listTime(at: string, present = Date.now()): string {
  const date = new Date(at);
  const days = daysBetween(date, new Date(present));
  if (days <= 0) return clockTime(at);
  if (days < 7) return format('weekday', { weekday: 'short' }).format(date);
  return format('short', { month: 'numeric', day: 'numeric' }).format(date);
}

/** 0:42, 12:05, 3:07:00 — a wait, for a countdown. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3600);
  const rest = `${hours ? two(Math.floor((whole % 3600) / 60)) : Math.floor(whole / 60)}:${two(whole % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}

function daysBetween(from: Date, to: Date): number {
  const day = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000;
  return day(to) - day(from);
}

/** For an input of day and time: the browser's own, as `2026-11-21T18:00`. */
export function localText(at: Date): string {
  const shifted = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}
