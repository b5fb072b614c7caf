import { describe, expect, it } from 'vitest';

import type { VisitorsFrame } from '@/live/facts';

import { fold, type LiveView, unseen } from './folding';
import { visitor } from './sample';

const at = (second: number) => `2026-11-21T08:00:${String(second).padStart(2, '0')}.000000Z`;
const seen = (id: string, second: number) => visitor({ id, active_at: at(second) });
const frame = (change: Partial<VisitorsFrame>): VisitorsFrame => ({ op: 'visitors', items: [], gone: [], count: 0, online: 0, ...change });
const ids = (view: LiveView) => view.items.map(({ id }) => id).join('');
const abc = fold(unseen, frame({ reset: true, items: [seen('a', 30), seen('b', 20), seen('c', 10)], count: 3, online: 5 }));

describe('the live view', () => {
  it('is whole once the last part of the list has come', () => {
    const first = fold(unseen, frame({ reset: true, more: true, items: [seen('a', 30)] }));
    expect(first.whole).toBe(false);
    const both = fold(first, frame({ items: [seen('b', 20)], more: false }));
    expect([both.whole, ids(both)]).toEqual([true, 'ab']);
  });

  it('puts whoever does something on top, and newcomers where their activity belongs', () => {
    expect(ids(fold(abc, frame({ items: [seen('c', 40)] })))).toBe('cab');
    expect(ids(fold(abc, frame({ items: [seen('x', 25), seen('y', 5)] })))).toBe('axbcy');
  });

  it('replaces whole values, and lets go who left', () => {
    const after = fold(abc, frame({ items: [visitor({ id: 'b', active_at: at(20), page_views: 7 })], gone: ['a'], count: 2, online: 4 }));
    expect(ids(after)).toBe('bc');
    expect(after.items[0]?.page_views).toBe(7);
    expect([after.count, after.online]).toEqual([2, 4]);
  });

  it('forgets what was held when the list begins anew', () => {
    expect(ids(fold(abc, frame({ reset: true, items: [seen('z', 1)] })))).toBe('z');
  });
});
