import { expect, it } from 'vitest';

import { filtersOf, listQuery, narrows } from './filters';

it('keeps a list in its address', () => {
  const filters = filtersOf({ q: '发货', category: 'none', mark: 'stale', page: '2' });
  expect(listQuery(filters)).toMatchObject({ q: '发货', uncategorised: true, stale: true, order: 'updated' });
  expect(narrows(filters)).toBe(true);
});

it('shows everything by the last change when nothing is said', () => {
  expect(narrows(filtersOf({ order: 'heat' }))).toBe(false);
  expect(listQuery(filtersOf({ category: '7' }))).toMatchObject({ category_id: '7', order: 'updated' });
});
