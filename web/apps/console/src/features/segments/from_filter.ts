import type { Condition, Group } from '@/features/conditions/conditions';
import type { VisitorFilter } from '@/features/visitors/place';

/** The filters of the live view as conditions. What was typed to search with is none, and a segment holds no other. */
export function groupOf(filter: VisitorFilter): Group {
  const { source, page, region, device, site_id, tag_id, returning, min_dwell, max_dwell } = filter;
  const items: (Condition | undefined | false)[] = [
    source !== undefined && { field: 'source', op: 'is', value: [source] },
    page !== undefined && { field: 'page_seen', op: page.includes('*') ? 'matches' : 'contains', value: [page] },
    region !== undefined && { field: 'region', op: 'contains', value: [region] },
    device !== undefined && { field: 'device', op: 'is', value: [device] },
    site_id !== undefined && { field: 'site', op: 'is', value: [site_id] },
    tag_id !== undefined && { field: 'tag', op: 'has', value: [tag_id] },
    returning !== undefined && { field: 'returning', op: 'is', value: returning },
    min_dwell !== undefined && { field: 'time_on_site', op: 'at_least', value: min_dwell },
    max_dwell !== undefined && { field: 'time_on_site', op: 'at_most', value: max_dwell },
  ];
  return { match: 'all', items: items.filter((item): item is Condition => Boolean(item)) };
}
