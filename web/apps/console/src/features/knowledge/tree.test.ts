import type { Category } from '@yingke/api';
import { expect, it } from 'vitest';

import { parentsFor, pathOf, shelvesOf } from './tree';

const category = (id: string, parent_id: string | null, depth: number, entries = 0): Category => ({
  id,
  parent_id,
  depth,
  entries,
  names: { 'zh-CN': id, en: id.toUpperCase() },
  position: 0,
  path: [],
});
const TREE = [category('a', null, 1, 1), category('b', 'a', 2, 2), category('c', 'b', 3, 3), category('d', 'c', 4), category('e', null, 1)];

it('counts what stands below and leaves out what is folded', () => {
  expect(shelvesOf(TREE, 'en').map(({ name, level, count }) => [name, level, count])).toEqual([['A', 0, 6], ['B', 1, 5], ['C', 2, 3], ['D', 3, 0], ['E', 0, 0]]);
  expect(shelvesOf(TREE, 'zh-CN', new Set(['b'])).map(({ name }) => name)).toEqual(['a', 'b', 'e']);
});

it('offers only parents under which nothing stands deeper than four levels', () => {
  const ids = (of: string | null) => parentsFor(TREE, of).map(({ id }) => id);
  expect(ids(null)).toEqual(['a', 'b', 'c', 'e']);
  expect(ids('b')).toEqual(['a', 'e']);
  expect(ids('a')).toEqual([]);
});

it('tells the way to a category', () => {
  expect(pathOf(TREE, 'c', 'en')).toEqual(['A', 'B', 'C']);
  expect(pathOf(TREE, null, 'en')).toEqual([]);
});
