import { expect, it } from 'vitest';

import { catalog, clashOf, commandFor, keyMapOf } from './catalog';

it('gives every command its own keys', () => {
  const combos = Object.values(catalog);
  expect(new Set(combos).size).toBe(combos.length);
});

it('puts one\'s own keys over the defaults and ignores commands that no longer exist', () => {
  const keys = keyMapOf({ note: 'Alt+B', gone: 'Alt+Z' });
  expect(commandFor('Alt+B', keys)).toBe('note');
  expect(commandFor('Alt+M', keys)).toBeNull();
  expect(commandFor('Alt+Z', keys)).toBeNull();
});

it('finds who already has the keys', () => {
  expect(clashOf('note', 'Alt+T', keyMapOf())).toBe('transfer');
  expect(clashOf('note', 'Alt+M', keyMapOf())).toBeNull();
  expect(clashOf('note', '', keyMapOf({ take: '', next: '' }))).toBeNull();
});
