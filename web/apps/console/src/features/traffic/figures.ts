import type { TrafficFigures } from '@yingke/api';

import { language } from '@/i18n';
import { duration } from '@/parts/times';

export type FigureName = keyof TrafficFigures;
type Kind = 'count' | 'worth' | 'seconds' | 'share' | 'ratio' | 'percent';

const KINDS: Record<FigureName, Kind> = {
  visits: 'count',
  visitors: 'count',
  new_visitors: 'count',
  page_views: 'count',
  bounces: 'count',
  inquiries: 'count',
  conversions: 'count',
  value: 'worth',
  entries: 'count',
  exits: 'count',
  average_duration: 'seconds',
  average_visible: 'seconds',
  average_open: 'seconds',
  average_scroll: 'percent',
  pages_per_visit: 'ratio',
  bounce_rate: 'share',
  inquiry_rate: 'share',
  conversion_rate: 'share',
};

/** Those that tell how a period went, in reading order. */
export const TOTALS: FigureName[] = [
  'visits', 'visitors', 'new_visitors', 'page_views', 'pages_per_visit', 'bounce_rate',
  'average_duration', 'average_visible', 'inquiries', 'inquiry_rate', 'conversions', 'conversion_rate',
];

export const DIMENSIONS = [
  'source', 'engine', 'keyword', 'campaign', 'referrer', 'region', 'landing', 'exit', 'page', 'device', 'system', 'browser', 'language', 'goal',
] as const;
export type Dimension = (typeof DIMENSIONS)[number];

const OF_VISITS: FigureName[] = ['visits', 'visitors', 'pages_per_visit', 'bounce_rate', 'average_duration', 'inquiries', 'inquiry_rate', 'conversions', 'conversion_rate', 'value'];
const OF_PAGES: FigureName[] = ['page_views', 'visitors', 'entries', 'exits', 'average_open', 'average_visible', 'average_scroll'];
const OF_GOALS: FigureName[] = ['conversions', 'conversion_rate', 'value'];

/** The columns of a table, the first being what its lines are ordered by. */
export function columnsOf(dimension: Dimension): FigureName[] {
  return { page: OF_PAGES, goal: OF_GOALS }[dimension as string] ?? OF_VISITS;
}

export function figureText(name: FigureName, value: number | null): string {
  if (value === null) return '–';
  const number = (digits: number) => value.toLocaleString(language(), { maximumFractionDigits: digits });
  return { count: () => number(0), worth: () => number(2), ratio: () => number(1), seconds: () => duration(value), share: () => shareText(value), percent: () => `${number(0)}%` }[KINDS[name]]();
}

export function shareText(share: number, digits = 1): string {
  return share.toLocaleString(language(), { style: 'percent', maximumFractionDigits: digits });
}

export interface Change {
  /** With its sign: +12% for amounts, in percentage points for shares. */
  text: string;
  /** 1 more than before, −1 less, 0 the same. */
  direction: -1 | 0 | 1;
  good: boolean;
}

/** How a figure stands to the same number of days before; null when there is nothing to compare with. */
export function changeOf(name: FigureName, value: number | null, before: number | null): Change | null {
  if (value === null || before === null || (KINDS[name] !== 'share' && !before)) return null;
  const isShare = KINDS[name] === 'share';
  const change = isShare ? value - before : (value - before) / before;
  // What would be told as 0% or 0.0 points is the same.
  const direction = Math.abs(change) < (isShare ? 0.0005 : 0.005) ? 0 : change > 0 ? 1 : -1;
  const size = isShare ? (Math.abs(change) * 100).toFixed(1) : shareText(Math.abs(change), 0);
  return { text: size, direction, good: direction === (name === 'bounce_rate' ? -1 : 1) };
}

export const isShare = (name: FigureName) => KINDS[name] === 'share';
