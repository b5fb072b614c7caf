import type { Query } from '@yingke/api';
import type { LocationQuery } from 'vue-router';

/** What the list is narrowed to; kept in the address, so that a list can be sent to a colleague and comes back on return. */
export const FILTERS = ['q', 'category', 'language', 'status', 'audience', 'site', 'owner', 'mark', 'order'] as const;
export type Filters = Record<(typeof FILTERS)[number], string>;

/** Stands for the entries on no shelf. */
export const NO_CATEGORY = 'none';
export const MARKS = ['pinned', 'stale', 'deleted'] as const;
export const ORDERS = ['updated', 'heat', 'shelf', 'question'] as const;

export function filtersOf(query: LocationQuery): Filters {
  return Object.fromEntries(FILTERS.map((name) => [name, typeof query[name] === 'string' ? query[name] : ''])) as Filters;
}

/** Whether less than everything is shown. */
export const narrows = (filters: Filters) => FILTERS.some((name) => name !== 'order' && filters[name]);

/** As the server is asked. */
export function listQuery(filters: Filters): Query {
  const { q, category, language, status, audience, site, owner, mark, order } = filters;
  return {
    q,
    language,
    status,
    audience,
    site_id: site,
    owner_id: owner,
    order: order || 'updated',
    ...(category === NO_CATEGORY ? { uncategorised: true } : { category_id: category }),
    ...(mark === 'pinned' ? { pinned: true } : mark ? { [mark]: true } : {}),
  };
}
