import type { AuditEntry } from '@yingke/api';

import { i18n, translate } from '@/i18n';

/** What a row's column held, before and after; only its name where the row is about a person outside the company. */
export interface Change {
  place: string;
  name: string;
  before?: unknown;
  after?: unknown;
}

interface ChangedRow {
  what: 'added' | 'changed' | 'removed';
  table: string;
  columns: string[] | Record<string, [unknown, unknown]>;
}

/** The key of an act among this feature's words: `agents.skills.changed` is `agents_skills_changed`. */
export const keyOf = (act: string) => act.replaceAll(/[.-]/g, '_');

/** An act in the reader's words; what there are none for stands as it is. */
export function wordOfAct(act: string): string {
  const key = `audit.acts.${keyOf(act)}`;
  return i18n.global.te(key) ? translate(key) : act;
}

export function changesOf({ details }: AuditEntry): Change[] {
  return ((details.rows ?? []) as ChangedRow[]).flatMap(({ what, table, columns }) => {
    const place = `${translate(`audit.what.${what}`)} ${table}`;
    if (Array.isArray(columns)) return columns.map((name) => ({ place, name }));
    return Object.entries(columns).map(([name, [before, after]]) => ({ place, name, before, after }));
  });
}

/** What else was kept of it: what was asked, why it failed, which browser. */
export function remarksOf({ details }: AuditEntry): [string, string][] {
  const noted = Object.entries(details).filter(([name]) => name !== 'rows');
  return noted.map(([name, value]) => [name, shown(value)]);
}

export function shown(value: unknown): string {
  if (value === null || value === undefined || value === '') return '—';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The instants between which a day of the reader's own clock lies; the second is the next day's beginning. */
export function spanOf(from: string, to: string): { since?: string; until?: string } {
  const since = from ? new Date(`${from}T00:00:00`) : undefined;
  const until = to ? new Date(`${to}T00:00:00`) : undefined;
  until?.setDate(until.getDate() + 1);
  return { ...(since && { since: since.toISOString() }), ...(until && { until: until.toISOString() }) };
}
