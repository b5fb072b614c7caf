import type { PageView } from '@yingke/api';

import { secondsSince } from './words';

/** A page on the way of a visitor. */
export interface Stop {
  view: PageView;
  /** Whole seconds the page was open. */
  dwell: number;
  /** How much of the longest stay this one is, 0 to 1. */
  share: number;
  /** The page that is open now. */
  isNow: boolean;
}

/** The way in its order. `visitorIsHere`: the last page is still open, and its time runs until `present` (ms). */
export function stopsOf(views: PageView[], visitorIsHere: boolean, present: number): Stop[] {
  const dwells = views.map((view, index) => {
    const isNow = visitorIsHere && index === views.length - 1;
    return { view, isNow, dwell: Math.round(isNow ? secondsSince(view.at, present) : view.open) };
  });
  const longest = Math.max(1, ...dwells.map(({ dwell }) => dwell));
  return dwells.map((stop) => ({ ...stop, share: stop.dwell / longest }));
}
