import type { Id } from '@yingke/api';
import { computed } from 'vue';
import { type LocationQuery, useRoute, useRouter } from 'vue-router';

/** What the live view may be narrowed to; the names are the server's. */
export interface VisitorFilter {
  q?: string;
  source?: string;
  page?: string;
  region?: string;
  device?: string;
  site_id?: Id;
  tag_id?: Id;
  segment_id?: Id;
  returning?: boolean;
  /** Seconds on the site. */
  min_dwell?: number;
  max_dwell?: number;
}

const TEXTS = ['q', 'source', 'page', 'region', 'device', 'site_id', 'tag_id', 'segment_id'] as const;
const NUMBERS = ['min_dwell', 'max_dwell'] as const;

/** The filter and who is open are the address, so a reload, a link and the back button keep them. */
export function useVisitorsPlace() {
  const route = useRoute();
  const router = useRouter();
  const filter = computed(() => filterOf(route.query));
  const linkTo = (id: Id | null) => ({ path: id ? `/visitors/${id}` : '/visitors', query: route.query });
  const narrow = (change: VisitorFilter) => router.replace({ path: route.path, query: queryOf({ ...filter.value, ...change }) });
  const clear = () => router.replace({ path: route.path });
  return { filter, linkTo, narrow, clear };
}

export function filterOf(query: LocationQuery): VisitorFilter {
  const filter: VisitorFilter = {};
  for (const name of TEXTS) {
    const value = query[name];
    if (typeof value === 'string' && value) filter[name] = value;
  }
  for (const name of NUMBERS) {
    const value = query[name];
    if (typeof value === 'string' && /^\d{1,6}$/.test(value)) filter[name] = Number(value);
  }
  if (query.returning === 'true' || query.returning === 'false') filter.returning = query.returning === 'true';
  return filter;
}

export function queryOf(filter: VisitorFilter): LocationQuery {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}
