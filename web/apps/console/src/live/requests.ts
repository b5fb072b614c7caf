import type { ServiceRequestCounts } from '@yingke/api';
import { ref } from 'vue';

import { api } from '@/api';
import { can } from '@/session/session';

import { onFact } from './facts';

/** How many open service requests of mine wait for me: the figure in the rail. */
export const requestsToDo = ref(0);

const SETTLE_MS = 300;
let timer: ReturnType<typeof setTimeout> | undefined;

async function count(): Promise<void> {
  if (!can('service_requests.read')) return;
  const counts = await api.get<ServiceRequestCounts>('/service-requests/counts').catch(() => null);
  if (counts) requestsToDo.value = counts.mine_to_do;
}

/** Counts now and after each change; several at once are counted once. */
export function followRequestsToDo(): () => void {
  void count();
  return onFact('service_request.changed', () => {
    clearTimeout(timer);
    timer = setTimeout(() => void count(), SETTLE_MS);
  });
}
