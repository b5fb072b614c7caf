import { ApiProblem } from '@yingke/api';
import { computed, ref } from 'vue';

import { now } from '@/parts/times';

/** How long to wait after too many attempts, counted down every second. */
export function useWaiting() {
  const until = ref(0);
  const seconds = computed(() => Math.max(0, Math.ceil((until.value - now.value) / 1000)));

  function note(reason: unknown): void {
    if (reason instanceof ApiProblem && reason.status === 429) until.value = Date.now() + (reason.retryAfter ?? 30) * 1000;
  }

  return { seconds, note };
}
