import { i18n, translate } from '@/i18n';
import { deviceKindText, engineText, sourceKindText } from '@/features/visitors/words';
import { sites, tags } from '@/live/directory';
import { segments } from '@/live/segments';

import { type Condition, formOf, type Group, type HoursOfDays, isGroup, takesNothing } from './conditions';

/** A condition as a sentence, for lists and for what a trial says. */
export function conditionText(condition: Condition): string {
  const { field, op, key, within, days } = condition;
  const form = formOf(field);
  const name = key ? `${translate(`conditions.fields.${field}`)} ${key}` : translate(`conditions.fields.${field}`);
  if (form === 'yesNo') return translate(condition.value ? `conditions.yes.${field}` : `conditions.no.${field}`);
  if (takesNothing(condition)) return `${name} ${translate(`conditions.ops.${op}`)}`;
  const value = valueText(condition);
  const during = form === 'event' && within ? translate('conditions.during', { time: timeText(within) }) : days ? translate('conditions.during', { time: translate('conditions.time.days', { count: days }) }) : '';
  return [name, translate(`conditions.ops.${op}`), value, during].filter(Boolean).join(' ');
}

export function groupText(group: Group): string {
  if (!group.items.length) return translate('conditions.always');
  const parts = group.items.map((item) => (isGroup(item) ? `(${groupText(item)})` : conditionText(item)));
  return parts.join(translate(`conditions.joined.${group.match}`));
}

function valueText({ field, value }: Condition): string {
  if (typeof value === 'number') return numberText(field, value);
  if (!Array.isArray(value)) return '';
  if (field === 'hours') return (value as HoursOfDays[]).map(hoursText).join(', ');
  const said = SAID[field];
  return (value as string[]).map((each) => (said ? said(each) : `“${each}”`)).join(translate('conditions.or'));
}

const segmentText = (id: string) => segments.get(id)?.name ?? translate('conditions.goneSegment');
const siteText = (id: string) => sites.get(id)?.name ?? id;
const tagText = (id: string) => tags.get(id)?.name ?? translate('conditions.goneTag');

/** What is written for codes and ids. */
const SAID: Record<string, ((code: string) => string) | undefined> = { source: sourceKindText, engine: engineText, device: deviceKindText, tag: tagText, segment: segmentText, site: siteText };

function hoursText({ days, from, to }: HoursOfDays): string {
  return `${days.map((day) => translate(`sites.days.${day}`)).join(' ')} ${from}–${to}`;
}

const TIMES = new Set(['time_on_page', 'time_on_site', 'idle']);

export function numberText(field: string, value: number): string {
  if (TIMES.has(field)) return timeText(value);
  const unit = `conditions.units.${field}`;
  return i18n.global.te(unit) ? translate(unit, { count: value }) : String(value);
}

/** 45 s, 3 min, 2 h */
export function timeText(seconds: number): string {
  if (seconds >= 3600 && seconds % 3600 === 0) return translate('conditions.time.hours', { count: seconds / 3600 });
  if (seconds >= 60 && seconds % 60 === 0) return translate('conditions.time.minutes', { count: seconds / 60 });
  return translate('conditions.time.seconds', { count: Math.round(seconds) });
}

/** What a trial found, as far as it can be said in a few words. */
export function actualText(field: string, actual: unknown): string {
  if (actual === null || actual === undefined || actual === '') return '';
  if (typeof actual === 'boolean') return translate(actual ? 'conditions.isSo' : 'conditions.isNotSo');
  if (typeof actual === 'number') return numberText(field, Math.round(actual));
  if (Array.isArray(actual)) return actual.map((each) => actualText(field, each)).filter(Boolean).join(', ');
  if (typeof actual === 'object') return '';
  const text = String(actual);
  return SAID[field]?.(text) ?? text;
}
