import { expect, test } from 'vitest';

import { fitting, railEntries } from './rail';

test('where there is room for all, all are shown', () => {
  expect(fitting(railEntries, railEntries.length)).toEqual({ shown: railEntries, rest: [] });
});

test.each([1, 4, railEntries.length - 1])('with room for %i, one of the places leads to those that are left, and none is lost', (room) => {
  const { shown, rest } = fitting(railEntries, room);
  expect(shown).toHaveLength(room - 1);
  expect([...shown, ...rest]).toEqual(railEntries);
});
