import { expect, it } from 'vitest';

import { best, matchOf } from './finding';

it('prefers the beginning, then the middle, then letters in order', () => {
  const names = ['xaybz', 'xx abz', 'abzed'];
  expect(best(names, 'abz', (name) => name, 9)).toEqual(['abzed', 'xx abz', 'xaybz']);
});

it('finds nothing where letters are missing or out of order', () => {
  expect(matchOf('转接会话', '结束')).toBeNull();
  expect(matchOf('ba', 'ab')).toBeNull();
});

it('keeps everything, in order, while nothing is asked', () => {
  expect(best(['b', 'a', 'c'], ' ', (name) => name, 2)).toEqual(['b', 'a']);
});
