import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { conversation } from '@/features/conversations/sample';

import { conversations } from './conversations';
import { listOf, reloadLists } from './lists';

/** Answers wait until they are let go, as on a slow line. */
let waiting: (() => void)[];
const letGo = () => waiting.splice(0).forEach((answer) => answer());

beforeEach(() => {
  waiting = [];
  conversations.clear();
  const page = () => new Response(JSON.stringify({ items: [conversation({ version: 1 })], next_cursor: null }), { headers: { 'content-type': 'application/json' } });
  vi.stubGlobal('fetch', () => new Promise<Response>((resolve) => waiting.push(() => resolve(page()))));
});
afterEach(() => vi.unstubAllGlobals());

it('loads everything anew as often as it is asked to, also while it is at it', async () => {
  const first = reloadLists();
  const second = reloadLists();
  const done = Promise.all([first, second]);
  const pushing = setInterval(letGo, 1);
  await done;
  clearInterval(pushing);
  expect(listOf('mine')).toMatchObject({ loaded: true, finished: true, problem: null });
  expect(conversations.has('c1')).toBe(true);
});
