import { Interrupted } from '@yingke/realtime';
import { onScopeDispose, shallowRef, watch } from 'vue';

import { onVisitors } from '@/live/facts';
import { connectionState, request } from '@/live/socket';

import { fold, unseen } from './folding';
import type { VisitorFilter } from './place';

/** Follows who is on the sites while the page that asks is open; asks again after every lost connection. */
export function useLiveVisitors(filter: () => VisitorFilter) {
  const view = shallowRef(unseen);
  const problem = shallowRef<unknown>(null);
  onScopeDispose(onVisitors((frame) => (view.value = fold(view.value, frame))));
  onScopeDispose(() => void request('unwatch_visitors', {}).catch(() => undefined));

  async function start(): Promise<void> {
    if (connectionState.value !== 'live') return;
    problem.value = null;
    try {
      await request('watch_visitors', { filter: filter() });
    } catch (reason) {
      // Without a connection the desk says so itself, and this begins anew when it is back.
      if (!(reason instanceof Interrupted)) problem.value = reason;
    }
  }

  watch([connectionState, filter], start, { immediate: true });
  return { view, problem, start };
}
