import { expect, it } from 'vitest';

import { likeMonday, nextSpan, positionsOf, spansOf, withDay, withPublicDays } from './weekly';

const week = [
  { day: 0, from: '09:00', to: '12:00' },
  { day: 0, from: '13:00', to: '18:00' },
  { day: 5, from: '10:00', to: '16:00' },
];

it('a day of the week is replaced and the others stay, in order', () => {
  expect(withDay(week, 2, [{ from: '08:00', to: '20:00' }]).map(({ day }) => day)).toEqual([0, 0, 2, 5]);
  expect(spansOf(withDay(week, 0, []), 0)).toEqual([]);
});

it('Monday is copied to the working days and leaves the weekend alone', () => {
  const copied = likeMonday(week, 'working');
  expect(spansOf(copied, 4)).toEqual(spansOf(week, 0));
  expect(spansOf(copied, 5)).toEqual([{ from: '10:00', to: '16:00' }]);
});

it('a further opening begins after the last one and ends within the day', () => {
  expect(nextSpan([])).toEqual({ from: '09:00', to: '18:00' });
  expect(nextSpan([{ from: '09:00', to: '12:00' }])).toEqual({ from: '13:00', to: '17:00' });
  expect(nextSpan([{ from: '09:00', to: '23:00' }])).toEqual({ from: '22:00', to: '24:00' });
});

it('a refused time is found by its place in the whole week', () => {
  expect(positionsOf(week, 5)).toEqual([2]);
});

it('public holidays join what is there, a worked weekend day is open as a working day, and own days stay', () => {
  const own = [{ date: '2026-10-01', name: '盘点', open: [] }];
  const days = [
    { date: '2026-10-01', name: '国庆节', name_en: 'National Day', working: false },
    { date: '2026-09-20', name: '国庆节', name_en: 'National Day', working: true },
  ];
  const filled = withPublicDays(own, days, spansOf(week, 0), false);
  expect(filled).toEqual([{ date: '2026-09-20', name: '国庆节调休上班', open: spansOf(week, 0) }, own[0]]);
  expect(withPublicDays(filled, days, [], true)).toEqual(filled);
});
