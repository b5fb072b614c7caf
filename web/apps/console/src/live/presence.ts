import type { Id } from '@yingke/api';
import { shallowReactive } from 'vue';

import { onFact } from './facts';

/** Visitors whose browser is connected right now. */
export const onlineVisitors = shallowReactive(new Set<Id>());

onFact<{ visitor_id?: Id; online: boolean }>('presence', ({ visitor_id: id, online }) => {
  if (!id) return;
  if (online) onlineVisitors.add(id);
  else onlineVisitors.delete(id);
});
