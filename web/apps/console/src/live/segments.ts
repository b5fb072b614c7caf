import { everyItem, type Id, type Segment } from '@yingke/api';
import { shallowReactive } from 'vue';

import { api } from '@/api';

import { onFact } from './facts';

/** Segments by id, in the order of their names; fetched when something first names one, kept by facts. */
export const segments = shallowReactive(new Map<Id, Segment>());

let loading: Promise<void> | null = null;

/** Asks once; again when that failed. */
export function loadSegments(): Promise<void> {
  loading ??= fetchSegments().catch((reason: unknown) => {
    loading = null;
    throw reason;
  });
  return loading;
}

/** After a lost connection, when something changed that nobody told of. */
export const reloadSegments = (): Promise<void> => (loading ? fetchSegments() : Promise.resolve());

/** Another workspace has others. */
export function forgetSegments(): void {
  loading = null;
  segments.clear();
}

/** For places that show names when they are there, and do without when they are not. */
export const wantSegments = (): void => void loadSegments().catch(() => undefined);

async function fetchSegments(): Promise<void> {
  put(await everyItem<Segment>(api, '/segments'));
}

export function keepSegment(segment: Segment): void {
  put([...[...segments.values()].filter(({ id }) => id !== segment.id), segment]);
}

function put(all: Segment[]): void {
  segments.clear();
  for (const segment of [...all].sort((one, other) => one.name.localeCompare(other.name))) segments.set(segment.id, segment);
}

onFact('segment.changed', ({ segment }) => {
  if (loading) keepSegment(segment);
});
onFact('segment.deleted', ({ segment_id }) => segments.delete(segment_id));
