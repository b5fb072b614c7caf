import { expect, it } from 'vitest';

import { hueOf, initialOf } from './initials';

it('shows the family name, a capital, or a dot', () => {
  expect(initialOf('王小明')).toBe('王');
  expect(initialOf(' (ada)')).toBe('A');
  expect(initialOf('🙂')).toBe('·');
  expect(initialOf('')).toBe('·');
});

it('keeps one colour for one person', () => {
  expect(hueOf('abc')).toBe(hueOf('abc'));
  expect(hueOf('abc')).toBeLessThan(360);
});
