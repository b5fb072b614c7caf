import { type Page, Pages, type Query } from '@yingke/api';
import { ref, shallowRef } from 'vue';

import { api } from '@/api';

/**
 * A list that is fetched page by page; `start` begins anew, and answers of what was asked before are dropped.
 * `onPage` sees each page whole: some carry more than their items.
 */
export function usePaged<Item>(path: string | (() => string), onPage?: (page: Page<Item>) => void) {
  const items = shallowRef<Item[]>([]);
  const busy = ref(false);
  const finished = ref(false);
  const loaded = ref(false);
  const problem = shallowRef<unknown>(null);
  const pathNow = () => (typeof path === 'string' ? path : path());
  let pages = new Pages<Item>(api, pathNow());
  let stop = new AbortController();

  async function start(query: Query = {}): Promise<void> {
    stop.abort();
    stop = new AbortController();
    pages = new Pages<Item>(api, pathNow(), { limit: 50, ...query }, onPage);
    busy.value = false;
    await fetchPage([]);
  }

  async function more(): Promise<void> {
    if (!busy.value && !finished.value) await fetchPage(items.value);
  }

  async function fetchPage(before: Item[]): Promise<void> {
    const mine = pages;
    busy.value = true;
    problem.value = null;
    try {
      const page = await mine.next(stop.signal);
      if (mine !== pages) return;
      items.value = [...before, ...page];
      loaded.value = true;
    } catch (reason) {
      if (mine === pages) problem.value = reason;
    } finally {
      if (mine === pages) {
        busy.value = false;
        finished.value = mine.finished;
      }
    }
  }

  return { items, busy, finished, loaded, problem, start, more };
}
