import { expect, it } from 'vitest';

import { dayName, duration, listTime } from './times';

it('writes a wait like a clock', () => {
  expect(duration(42)).toBe('0:42');
  expect(duration(725)).toBe('12:05');
  expect(duration(3 * 3600 + 7 * 60)).toBe('3:07:00');
  expect(duration(-5)).toBe('0:00');
});

it('names today and yesterday by the calendar of the reader, not by 24 hours', () => {
  const midday = new Date(2026, 10, 21, 0, 30).getTime();
  const late = new Date(2026, 10, 20, 23, 50).toISOString();
  expect(dayName(late, midday)).toMatch(/昨天|yesterday/);
  expect(dayName(new Date(midday).toISOString(), midday)).toMatch(/今天|today/);
});

it('shows the hour today and the date after a week', () => {
  const present = new Date(2026, 10, 21, 12, 0).getTime();
  expect(listTime(new Date(2026, 10, 21, 9, 5).toISOString(), present)).toBe('09:05');
  expect(listTime(new Date(2026, 10, 2, 9, 5).toISOString(), present)).toMatch(/11\D2/);
});
