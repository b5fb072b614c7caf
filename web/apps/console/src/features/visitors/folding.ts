import type { LiveVisitor } from '@yingke/api';

import type { VisitorsFrame } from '@/live/facts';

/** Who is on the sites and fits the filter, the newest activity first. */
export interface LiveView {
  items: LiveVisitor[];
  /** How many fit the filter, and how many are on the sites. */
  count: number;
  online: number;
  /** False until the whole list has come. */
  whole: boolean;
}

export const unseen: LiveView = { items: [], count: 0, online: 0, whole: false };

/** What is seen after a frame: the server sends the list once, then those who came, changed or went. */
export function fold(view: LiveView, frame: VisitorsFrame): LiveView {
  const replaced = new Set([...frame.gone, ...frame.items.map(({ id }) => id)]);
  const kept = frame.reset ? [] : view.items.filter(({ id }) => !replaced.has(id));
  return {
    items: merge([...frame.items].sort(newestFirst), kept),
    count: frame.count,
    online: frame.online,
    whole: frame.reset ? !frame.more : view.whole || !frame.more,
  };
}

/** Times come with a fixed number of digits, so their texts order as they do; ids break ties the same way every time. */
function newestFirst(one: LiveVisitor, other: LiveVisitor): number {
  if (one.active_at !== other.active_at) return one.active_at > other.active_at ? -1 : 1;
  return one.id > other.id ? -1 : 1;
}

/** Two ordered lists as one; thousands are kept, and a few change at a time. */
function merge(fresh: LiveVisitor[], kept: LiveVisitor[]): LiveVisitor[] {
  const merged: LiveVisitor[] = [];
  let next = 0;
  for (const visitor of kept) {
    while (next < fresh.length && newestFirst(fresh[next]!, visitor) < 0) merged.push(fresh[next++]!);
    merged.push(visitor);
  }
  return [...merged, ...fresh.slice(next)];
}
