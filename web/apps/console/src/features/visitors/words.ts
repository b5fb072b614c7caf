import type { LiveVisitor, VisitRegion, VisitSource } from '@yingke/api';

import { i18n, language, translate } from '@/i18n';

import { PLACES_IN_ENGLISH } from './places';

/** The last signs of an id tell anonymous visitors apart, here and in the list of blocked ones. */
export function visitorName({ id, name }: Pick<LiveVisitor, 'id' | 'name'>): string {
  return name || translate('visitors.anonymous', { id: id.slice(-4) });
}

/** Where a visit comes from: the engine, network, campaign or site, else the kind of source. */
export function sourceName(source: VisitSource): string {
  if (source.engine && i18n.global.te(`visitors.engines.${source.engine}`)) return engineText(source.engine);
  const name = (language() === 'en' && PLACES_IN_ENGLISH[source.name]) || source.name;
  return name || source.campaign?.name || source.referrer_host || sourceKindText(source.kind);
}

const said = (group: string) => (code: string) => (i18n.global.te(`visitors.${group}.${code}`) ? translate(`visitors.${group}.${code}`) : code);
/** Codes in the reader's words; one that has none stays as it is. */
export const engineText = said('engines');
export const sourceKindText = said('source');
export const deviceKindText = said('device');

/** 浙江 杭州; the country only when it is all there is, or not the one most visitors are in. */
export function regionText({ country, province, city }: VisitRegion): string {
  const inner = [...new Set([province, city])].filter(Boolean);
  const abroad = country && country !== '中国' && country !== 'China';
  return (abroad || !inner.length ? [country, ...inner] : inner).filter(Boolean).join(' ');
}

/** Chrome · Windows 11; an empty text when neither is known. */
export function deviceText(device: Record<string, unknown>): string {
  return [device.browser, device.os].filter(Boolean).join(' · ');
}

/** The address of a page without what all pages of a shop share; as it is when it is none. */
export function pathOf(url: string): string {
  try {
    const { pathname, search } = new URL(url);
    return decodeURI(pathname) + search;
  } catch {
    return url;
  }
}

/** Addresses come from strangers: only those of the web are made links. */
export const safeHref = (url: string): string | undefined => (/^https?:\/\//.test(url) ? url : undefined);

/** Whole seconds from a moment until `present` (ms). */
export const secondsSince = (at: string, present: number): number => Math.max(0, Math.floor((present - Date.parse(at)) / 1000));
