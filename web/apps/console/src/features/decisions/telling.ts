import type { RoutingDecision } from '@yingke/api';

import { translate } from '@/i18n';

type Explanation = NonNullable<RoutingDecision['explanation']>;
type Step = Explanation['steps'][number];
type Considered = Explanation['considered'][number];

/** Words that the server says of a step; any other detail is the name of a rule. */
const KNOWN = ['nobody', 'for_him', 'not_free', 'none_demanded', 'relaxed', 'skill', 'not_taken', 'nobody_free'];
const BAR = 36;

export function stepLine({ kind, outcome, detail }: Step): string {
  const relaxed = /^relaxed (\d+)$/.exec(detail ?? '')?.[1];
  const why = relaxed ? translate('decisions.detail.relaxedBy', { count: Number(relaxed) }) : KNOWN.includes(detail ?? '') ? translate(`decisions.detail.${detail}`) : detail;
  const said = translate('decisions.line', { step: translate(`decisions.step.${kind}`), outcome: translate(`decisions.outcome.${outcome}`) });
  return why ? translate('decisions.because', { said, why }) : said;
}

/** How much of the bar somebody's load fills. */
export const barOf = ({ load, capacity }: Pick<Considered, 'load' | 'capacity'>): string => `${Math.round(Math.min(1, load / Math.max(1, capacity)) * BAR)}px`;

/** What was compared, in the terms of the step that chose; the lowest was chosen. */
export function scoreText(step: string, score: number): string {
  if (step === 'least_loaded') return `${Math.round(score * 100)}%`;
  if (step === 'round_robin') return score ? new Date(score * 1000).toTimeString().slice(0, 5) : translate('decisions.neverYet');
  return String(Math.round(Math.abs(score) * 100) / 100);
}

export const leftOutOf = (counts: Record<string, number>): string =>
  Object.entries(counts).map(([reason, count]) => translate(`decisions.out.${reason}`, { count })).join(translate('decisions.listed'));
