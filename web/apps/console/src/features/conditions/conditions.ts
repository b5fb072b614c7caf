import type { RuleConditions } from '@yingke/api';
import type { InjectionKey } from 'vue';

/** What can be looked at, by the form its condition has. */
export const FIELDS = {
  text: ['url', 'page_seen', 'title', 'landing_url', 'referrer', 'keyword', 'campaign', 'region', 'language'],
  choice: ['source', 'engine', 'device', 'site'],
  number: ['time_on_page', 'time_on_site', 'page_count', 'scroll', 'idle', 'visits', 'last_visit_days', 'last_seen_days', 'agents_available', 'queue_length'],
  yesNo: ['returning', 'known', 'exit_intent'],
  tag: ['tag'],
  contactField: ['contact_field'],
  event: ['event'],
  pastEvent: ['past_event'],
  segment: ['segment'],
  hours: ['hours'],
} as const;

export type Form = keyof typeof FIELDS;
export type FieldName = (typeof FIELDS)[Form][number];

/** What a rule may look at, in the order in which a person thinks of it. */
export const GROUPS: Record<string, FieldName[]> = {
  page: ['url', 'title', 'time_on_page', 'scroll', 'idle', 'exit_intent'],
  visit: ['time_on_site', 'page_count', 'landing_url', 'event'],
  source: ['source', 'engine', 'keyword', 'campaign', 'referrer'],
  visitor: ['segment', 'returning', 'visits', 'last_visit_days', 'known', 'tag', 'contact_field', 'page_seen', 'past_event', 'region', 'language', 'device'],
  desk: ['agents_available', 'queue_length', 'hours'],
};

/** What a segment may look at: people and their visits, not the moment. */
export const PERSON_GROUPS: Record<string, FieldName[]> = {
  person: ['known', 'tag', 'contact_field', 'region', 'language', 'device', 'site'],
  seen: ['page_seen', 'past_event', 'landing_url', 'page_count', 'time_on_site'],
  coming: ['returning', 'visits', 'last_visit_days', 'last_seen_days'],
  source: ['source', 'engine', 'keyword', 'campaign', 'referrer'],
};

/** The fields an editor offers; those of a rule when nothing else is provided. */
export const OFFERED: InjectionKey<Record<string, FieldName[]>> = Symbol('fields offered');

export interface HoursOfDays {
  days: number[];
  from: string;
  to: string;
}

/** As the server keeps it; which of the values there are is told by the field. */
export interface Condition {
  field: FieldName;
  op: string;
  value: string[] | number | boolean | HoursOfDays[] | null;
  key?: string;
  /** Seconds. */
  within?: number;
  days?: number;
}

export interface Group {
  match: 'all' | 'any';
  items: (Condition | Group)[];
}

export const CHOICES: Record<'source' | 'engine' | 'device', string[]> = {
  source: ['search', 'direct', 'referral', 'social', 'mail', 'paid', 'campaign', 'internal'],
  engine: ['baidu', 'sogou', '360', 'shenma', 'toutiao', 'sogou_wechat', 'douyin', 'bing', 'google'],
  device: ['desktop', 'phone', 'tablet'],
};

export const OPERATORS: Record<Form, string[]> = {
  text: ['contains', 'contains_not', 'is', 'is_not', 'matches', 'matches_not', 'not_empty', 'empty'],
  contactField: ['contains', 'contains_not', 'is', 'is_not', 'matches', 'matches_not', 'not_empty', 'empty'],
  choice: ['is', 'is_not'],
  number: ['at_least', 'at_most'],
  yesNo: ['is'],
  tag: ['has', 'has_not'],
  event: ['at_least', 'at_most'],
  pastEvent: ['at_least', 'at_most'],
  segment: ['is', 'is_not'],
  hours: ['within', 'not_within'],
};

const FIRST_NUMBERS: Partial<Record<FieldName, number>> = { time_on_page: 30, time_on_site: 60, page_count: 3, scroll: 50, idle: 20, visits: 2, last_visit_days: 7, last_seen_days: 30, agents_available: 1, queue_length: 2 };

export const isGroup = (item: Condition | Group): item is Group => 'match' in item;

export function formOf(field: FieldName): Form {
  return (Object.keys(FIELDS) as Form[]).find((form) => (FIELDS[form] as readonly string[]).includes(field)) ?? 'text';
}

export const takesNothing = ({ op }: Condition) => op === 'empty' || op === 'not_empty';

/** What a condition begins with: something that may well be meant. */
export function newCondition(field: FieldName): Condition {
  const form = formOf(field);
  const first: Record<Form, Omit<Condition, 'field'>> = {
    text: { op: field === 'url' || field === 'landing_url' || field === 'page_seen' ? 'matches' : 'contains', value: [] },
    contactField: { op: 'is', value: [], key: '' },
    choice: { op: 'is', value: [] },
    number: { op: field === 'queue_length' || field === 'last_seen_days' ? 'at_most' : 'at_least', value: FIRST_NUMBERS[field] ?? 1 },
    yesNo: { op: 'is', value: true },
    tag: { op: 'has', value: [] },
    event: { op: 'at_least', value: 1, key: '', within: 1800 },
    pastEvent: { op: 'at_least', value: 1, key: '', days: 30 },
    segment: { op: 'is', value: [] },
    hours: { op: 'within', value: [{ days: [0, 1, 2, 3, 4], from: '09:00', to: '18:00' }] },
  };
  return { field, ...first[form] };
}

/** Whether there is all a condition needs; the server says the rest. */
export function isWhole(condition: Condition): boolean {
  const { value, key } = condition;
  if (key !== undefined && !key.trim()) return false;
  if (takesNothing(condition)) return true;
  if (Array.isArray(value)) return value.length > 0 && value.every((each) => typeof each !== 'string' || each.trim() !== '');
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}

export const isReady = (group: Group): boolean => group.items.every((item) => (isGroup(item) ? item.items.length > 0 && isReady(item) : isWhole(item)));

/** How the server writes it is how it is edited; only the types are less exact here. */
export const readGroup = (conditions: RuleConditions): Group => structuredClone({ match: conditions.match ?? 'all', items: (conditions.items ?? []) as (Condition | Group)[] });
export const writeGroup = (group: Group) => group as unknown as RuleConditions;
