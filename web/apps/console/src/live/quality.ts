import type { CalibrationCounts, QualityCounts, TrainingCounts } from '@yingke/api';
import { computed, shallowRef } from 'vue';

import { api } from '@/api';
import { can } from '@/session/session';

import { onFact } from './facts';

const counts = shallowRef<QualityCounts | null>(null);
const training = shallowRef<TrainingCounts | null>(null);
const calibrations = shallowRef<CalibrationCounts | null>(null);

/** What of quality waits for whoever is here: to inspect, appeals to decide, results not looked at, calibrations, drills. */
export const qualityWaiting = computed(() =>
  [counts.value, calibrations.value, training.value].flatMap((each) => Object.values(each ?? {})).reduce((sum, count) => sum + count, 0),
);

export async function countQuality(): Promise<void> {
  if (can('quality.self')) {
    counts.value = await api.get<QualityCounts>('/quality/counts').catch(() => counts.value);
    training.value = await api.get<TrainingCounts>('/training/counts').catch(() => training.value);
  }
  if (can('quality.inspect')) calibrations.value = await api.get<CalibrationCounts>('/calibrations/counts').catch(() => calibrations.value);
}

/** A plan picks many at once: they are counted together. */
const PAUSE_MS = 500;
let waiting: ReturnType<typeof setTimeout> | undefined;
function countSoon(): void {
  clearTimeout(waiting);
  waiting = setTimeout(() => void countQuality(), PAUSE_MS);
}
onFact('inspection.changed', countSoon);
onFact('calibration.changed', countSoon);
onFact('exercise.changed', countSoon);
