import type { LiveVisitor } from '@yingke/api';

import type { VisitorFilter } from './place';

export const SPREADS = ['page', 'region', 'source'] as const;
export type Spread = (typeof SPREADS)[number];

/** How many visitors share one page, region or source; `filter` narrows the list to them, null where nothing is known. */
export interface Share {
  key: string;
  name: string;
  count: number;
  filter: VisitorFilter | null;
}

const MOST = 6;

/** The largest shares, and how many visitors are in none of them. */
export function sharesOf(visitors: readonly LiveVisitor[], spread: Spread): { shares: Share[]; others: number } {
  const shares = new Map<string, Share>();
  for (const visitor of visitors) {
    const key = keyOf(visitor, spread);
    const share = shares.get(key);
    if (share) share.count += 1;
    else shares.set(key, { key, name: nameOf(visitor, spread), count: 1, filter: key ? { [spread]: key } : null });
  }
  const ordered = [...shares.values()].sort((one, other) => other.count - one.count || (one.key < other.key ? -1 : 1));
  return { shares: ordered.slice(0, MOST), others: ordered.slice(MOST).reduce((sum, { count }) => sum + count, 0) };
}

/** What the filter of that name looks for: the address without its parameters, the province, the kind of source. */
function keyOf({ page, region, source }: LiveVisitor, spread: Spread): string {
  if (spread === 'page') return page.url.replace(/^[a-z]+:\/\//i, '').replace(/[?#].*$/s, '');
  return spread === 'region' ? region.province || region.country : source.kind;
}

function nameOf({ page, region, source }: LiveVisitor, spread: Spread): string {
  if (spread === 'page') return page.title || page.url.replace(/^[a-z]+:\/\/[^/]*/i, '');
  return spread === 'region' ? region.province || region.country : source.kind;
}
