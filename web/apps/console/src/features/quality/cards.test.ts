import { expect, test } from 'vitest';

import { answerOf, READY_MADE, VALUES, wordOf } from './cards';
import locales from './locales';

test('a digit answers only what the scale has, n says that it does not apply', () => {
  expect(answerOf('rubric', '4')).toBe(4);
  expect(answerOf('rubric', '0')).toBeUndefined();
  expect(answerOf('rubric', '5')).toBeUndefined();
  expect(answerOf('points', '5')).toBe(5);
  expect(answerOf('yes_no', '0')).toBe(0);
  expect(answerOf('yes_no', 'n')).toBeNull();
  expect(answerOf('yes_no', 'x')).toBeUndefined();
});

test('every answer and every criterion of the ready-made card has words', () => {
  for (const words of Object.values(locales)) {
    for (const { key, scale } of READY_MADE) {
      expect(words.ready.criteria[key as keyof typeof words.ready.criteria]).toBeDefined();
      for (const value of VALUES[scale]) {
        if (wordOf(scale, value)) expect(words.values[scale as 'rubric'][value as 1]).toBeTruthy();
      }
    }
  }
});
