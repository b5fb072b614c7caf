import type { Segment } from '@yingke/api';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { forgetSegments, loadSegments, reloadSegments, segments } from './segments';

let stored: Partial<Segment>[] = [];
const asked = vi.fn();

beforeEach(() => {
  vi.stubGlobal('fetch', async () => (asked(), Response.json({ items: stored, next_cursor: null })));
  forgetSegments();
  asked.mockClear();
});
afterEach(() => vi.unstubAllGlobals());

const names = () => [...segments.values()].map(({ name }) => name);

it('fetches segments again after a lost connection, once something has named one', async () => {
  stored = [{ id: 'a', name: '老客户' }];
  await reloadSegments();
  expect(asked).not.toHaveBeenCalled();
  await loadSegments();
  stored = [{ id: 'a', name: '常客' }];
  await loadSegments();
  expect(names()).toEqual(['老客户']);
  await reloadSegments();
  expect(names()).toEqual(['常客']);
});

it('forgets those of a workspace that was left', async () => {
  stored = [{ id: 'a', name: '老客户' }];
  await loadSegments();
  forgetSegments();
  expect(names()).toEqual([]);
  stored = [{ id: 'b', name: '别家的' }];
  await loadSegments();
  expect(names()).toEqual(['别家的']);
});
