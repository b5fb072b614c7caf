import { expect, it } from 'vitest';

import { placeBeside } from './placing';

const view = { width: 1000, height: 600 };
const at = (left: number, top: number) => ({ left, top, width: 40, height: 30, right: left + 40, bottom: top + 30 });

it('opens below, and above when there is no room', () => {
  expect(placeBeside(at(100, 100), { width: 200, height: 100 }, view, 'below')).toEqual({ left: 100, top: 134 });
  expect(placeBeside(at(100, 540), { width: 200, height: 100 }, view, 'below')).toEqual({ left: 100, top: 436 });
});

it('stays on the screen', () => {
  expect(placeBeside(at(950, 100), { width: 200, height: 100 }, view, 'below').left).toBe(790);
  expect(placeBeside(at(0, 560), { width: 200, height: 300 }, view, 'right')).toEqual({ left: 44, top: 290 });
  expect(placeBeside(at(0, 0), { width: 200, height: 900 }, view, 'above').top).toBe(8);
});
