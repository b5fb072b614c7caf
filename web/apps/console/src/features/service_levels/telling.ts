import type { ServiceTerms } from '@yingke/api';

import { translate } from '@/i18n';
import { sites, tags, teams } from '@/live/directory';

import { KINDS } from './terms';

const t = translate;

export function secondsText(seconds: number): string {
  if (seconds % 3600 === 0) return t('routing.time.hours', { count: seconds / 3600 });
  return seconds % 60 === 0 ? t('routing.time.minutes', { count: seconds / 60 }) : t('routing.time.seconds', { count: seconds });
}

/** 首次响应 2 分钟 · 解决 8 小时 */
export function targetsText({ targets }: ServiceTerms): string {
  return KINDS.flatMap((kind) => {
    const limit = targets[kind];
    return limit ? [`${t(`conversations.due.${kind}`)} ${secondsText(limit)}`] : [];
  }).join(' · ');
}

/** 售前；金卡 — or that it is for all. */
export function whenText({ when }: ServiceTerms): string {
  const named = (ids: string[], all: ReadonlyMap<string, { name: string }>) => ids.map((id) => all.get(id)?.name ?? '?');
  const parts = [
    named(when.team_ids, teams),
    named(when.site_ids, sites),
    when.channels.map((each) => t(`routing.channel.${each}`)),
    when.priorities.map((each) => t(`service_levels.priority.${each}`)),
    when.tiers,
    named(when.tag_ids, tags),
  ].filter((part) => part.length);
  return parts.length ? parts.map((part) => part.join(t('routing.listed'))).join(t('service_levels.and')) : t('service_levels.forAll');
}
