import type { LiveVisitor, VisitSource } from '@yingke/api';

/** Whole values for tests, with only what matters spelled out. */
export function source(change: Partial<VisitSource> = {}): VisitSource {
  return { kind: 'direct', name: '', engine: '', keyword: '', paid: false, campaign: null, click: '', referrer_host: '', ...change };
}

export function visitor(change: Partial<LiveVisitor> = {}): LiveVisitor {
  return {
    id: '01a20085-1463-75a0-be52-9933963016c8',
    site_id: 's1',
    visit_id: 'visit1',
    contact_id: null,
    name: null,
    number: 1,
    returning: false,
    started_at: '2026-11-21T08:00:00.000000Z',
    active_at: '2026-11-21T08:00:00.000000Z',
    page: { url: 'https://shop.example/', title: '松果商店' },
    page_since: '2026-11-21T08:00:00.000000Z',
    page_views: 1,
    landing_url: 'https://shop.example/',
    source: source(),
    region: { country: '', province: '', city: '', provider: '' },
    device: { kind: 'desktop', os: 'Windows 11', browser: 'Chrome' },
    language: 'zh-CN',
    hidden: false,
    tag_ids: [],
    anonymous: false,
    blocked: false,
    invited: 0,
    invitation: null,
    ...change,
  };
}
