import type { PageView } from '@yingke/api';
import { expect, it } from 'vitest';

import { stopsOf } from './trail';

const view = (id: string, second: number, open: number) =>
  ({ id, at: `2026-11-21T08:00:${second}.000000Z`, open, visible: open, scroll: 0, events: [] }) as unknown as PageView;
const views = [view('a', 10, 20), view('b', 30, 5)];
const present = Date.parse('2026-11-21T08:01:10Z');

it('the last page of who is on the site goes on counting, and the bars follow the longest stay', () => {
  const [first, last] = stopsOf(views, true, present);
  expect([first?.dwell, first?.share, first?.isNow]).toEqual([20, 0.5, false]);
  expect([last?.dwell, last?.share, last?.isNow]).toEqual([40, 1, true]);
});

it('who has left was on each page as long as was reported', () => {
  expect(stopsOf(views, false, present).map(({ dwell, isNow }) => [dwell, isNow])).toEqual([[20, false], [5, false]]);
});
