import type { Id } from '@yingke/api';
import { shallowReactive } from 'vue';

import { onFact } from './facts';

/** Visitors whose browser is connected right now. */
export const onlineVisitors = shallowReactive(new Set<Id>());

onFact('presence', ({ visitor_id: id, online }) => {
  if (online) onlineVisitors.add(id);
  else onlineVisitors.delete(id);
});
