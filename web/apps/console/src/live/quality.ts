import type { QualityCounts } from '@yingke/api';
import { computed, shallowRef } from 'vue';

import { api } from '@/api';
import { can } from '@/session/session';

import { onFact } from './facts';

const counts = shallowRef<QualityCounts | null>(null);

/** What of quality waits for whoever is here: to inspect, appeals to decide, results not looked at. */
export const qualityWaiting = computed(() => (counts.value ? counts.value.to_inspect + counts.value.appeals + counts.value.unseen : 0));

export async function countQuality(): Promise<void> {
  if (can('quality.self')) counts.value = await api.get<QualityCounts>('/quality/counts').catch(() => counts.value);
}

/** A plan picks many at once: they are counted together. */
const PAUSE_MS = 500;
let waiting: ReturnType<typeof setTimeout> | undefined;
onFact('inspection.changed', () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => void countQuality(), PAUSE_MS);
});
