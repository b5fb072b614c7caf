import type { PolicyDocument, PolicyStep, RoutingCondition, Skill } from '@yingke/api';

import { translate } from '@/i18n';
import { agentName, sites, tags, teams } from '@/live/directory';

/** 30 秒, 5 分钟, 1 小时 */
export function timeText(seconds: number): string {
  if (seconds % 3600 === 0 && seconds) return translate('routing.time.hours', { count: seconds / 3600 });
  if (seconds % 60 === 0 && seconds) return translate('routing.time.minutes', { count: seconds / 60 });
  return translate('routing.time.seconds', { count: seconds });
}

const listed = (words: string[]) => words.join(translate('routing.listed'));

function valueText(field: RoutingCondition['field'], value: string): string {
  if (field === 'site') return sites.get(value)?.name ?? value;
  if (field === 'tag') return tags.get(value)?.name ?? value;
  return value;
}

export function conditionText({ field, key, op, values }: RoutingCondition): string {
  const name = key || translate(`routing.fields.${field}`);
  return translate('routing.condition', { name, op: translate(`routing.ops.${op}`), values: listed(values.map((value) => valueText(field, value))) });
}

export const conditionsText = (conditions: RoutingCondition[]) => conditions.map(conditionText).join(translate('routing.and'));

export function skillText(demand: { skill_id: string; level: number }, skills: Map<string, Skill>): string {
  return translate('routing.skillLevel', { name: skills.get(demand.skill_id)?.name ?? '?', level: demand.level });
}

/** What one step does, as part of a sentence. */
export function stepText(step: PolicyStep, skills: Map<string, Skill>): string {
  const say = (key: string, values: Record<string, unknown> = {}) => translate(`routing.says.${key}`, values);
  const waits = 'wait' in step && step.wait ? say('waits', { time: timeText(step.wait) }) : '';
  switch (step.kind) {
    case 'named':
    case 'owner':
      return say(step.kind) + waits;
    case 'last_agent':
      return say('last_agent', { days: step.days }) + waits;
    case 'rule':
      return say(step.strict_for ? 'ruleStrict' : 'rule', { when: conditionsText(step.when), who: listed(step.agent_ids.map(agentName)), time: timeText(step.strict_for) });
    case 'skills': {
      const needed = step.skills.length ? say('skillsOfTeam', { skills: listed(step.skills.map((each) => skillText(each, skills))) }) : say('skills');
      return needed + say(step.relax_after ? 'relaxes' : 'neverRelaxes', { time: timeText(step.relax_after ?? 0) });
    }
    case 'offer_to_all':
      return say('offer_to_all', { time: timeText(step.seconds) });
    default:
      return say(step.kind);
  }
}

/** The whole policy as a paragraph: who is chosen, what those who wait see, what happens to who is silent. */
export function policyText(policy: PolicyDocument, skills: Map<string, Skill>): string {
  const say = (key: string, values: Record<string, unknown> = {}) => translate(`routing.says.${key}`, values);
  const steps = policy.steps.filter(({ on }) => on).map((step) => stepText(step, skills));
  const { waiting, answering } = policy;
  const overflow = waiting.overflow_team_id ? (teams.get(waiting.overflow_team_id)?.name ?? '?') : '';
  const sentences = [
    steps.join(translate('routing.then')) + say('end'),
    policy.capacity && say('capacity', { count: policy.capacity }),
    waiting.alert_after && say('alert', { time: timeText(waiting.alert_after) }),
    waiting.message_after && say('message', { time: timeText(waiting.message_after) }),
    waiting.overflow_after && say('overflow', { time: timeText(waiting.overflow_after), team: overflow }),
    answering.accept_within && say(answering.set_away ? 'acceptAway' : 'accept', { time: timeText(answering.accept_within) }),
    answering.reply_within && say('reply', { time: timeText(answering.reply_within) }),
  ];
  return sentences.filter(Boolean).join(translate('routing.pause'));
}
