import { describe, expect, it } from 'vitest';

import { isReady } from '@/features/conditions/conditions';

import { groupOf } from './from_filter';

describe('filters of the live view', () => {
  it('become conditions, each of them', () => {
    const group = groupOf({ source: 'search', page: '/sale/*', region: '浙江', device: 'phone', site_id: 's', tag_id: 't', returning: false, min_dwell: 60, max_dwell: 90 });
    expect(group.items.map((item) => 'field' in item && item.field)).toEqual(['source', 'page_seen', 'region', 'device', 'site', 'tag', 'returning', 'time_on_site', 'time_on_site']);
    expect(group.items[1]).toEqual({ field: 'page_seen', op: 'matches', value: ['/sale/*'] });
    expect(group.items[6]).toEqual({ field: 'returning', op: 'is', value: false });
    expect(isReady(group)).toBe(true);
  });

  it('that are a search or a segment become none', () => {
    expect(groupOf({ q: '坚果', segment_id: 'x' })).toEqual({ match: 'all', items: [] });
  });
});
