import type { Message } from '@yingke/api';

import { i18n, translate } from '@/i18n';
import { agentName, tags, teams } from '@/live/directory';
import { fullTime } from '@/parts/times';

/** What happened, as one sentence. A type this desk does not know yet says itself rather than nothing. */
export function activityText(message: Message): string {
  const activity = message.activity ?? { type: 'unknown' };
  const key = `conversations.activity.${variantOf(activity)}`;
  return i18n.global.te(key) ? translate(key, wordsOf(message)) : message.text || activity.type;
}

function variantOf(activity: Record<string, unknown>): string {
  const type = String(activity.type);
  if (type === 'assigned') return assignedBy(activity);
  if (type === 'transferred') return activity.agent_id ? 'transferred' : 'transferredTeam';
  if (type === 'queued' && handOverReason(activity)) return 'handedOver';
  if (type === 'robot_solved') return activity.solved ? 'robotSolved' : 'robotNotSolved';
  if (type === 'queued') return activity.by_agent_id ? 'queuedBy' : 'queued';
  if (type === 'resolved') return activity.agent_name ? 'resolved' : 'resolvedByVisitor';
  return type;
}

/** Why a robot gave the conversation to people; empty when none did. */
function handOverReason(activity: Record<string, unknown>): string {
  return /^robot: (\w+)$/.exec(String(activity.why))?.[1] ?? '';
}

function assignedBy(activity: Record<string, unknown>): string {
  if (activity.why === 'accepted' || activity.by_agent_id === activity.agent_id) return 'accepted';
  return activity.by_agent_id ? 'assigned' : 'routed';
}

function wordsOf(message: Message): Record<string, unknown> {
  const activity = message.activity ?? { type: '' };
  const text = (field: string) => (typeof activity[field] === 'string' ? (activity[field] as string) : '');
  return {
    by: agentName(text('by_agent_id')) || agentName(message.author.id) || message.author.name || translate('conversations.system'),
    agent: agentName(text('agent_id')) || text('agent_name'),
    team: teams.get(text('team_id'))?.name || text('team_name'),
    until: text('until') && fullTime(text('until')),
    stars: activity.stars,
    minutes: activity.minutes,
    list: text('list'),
    text: text('text'),
    tags: tagNames(activity.tag_ids),
    why: handOverReason(activity) && translate(`conversations.handOver.${handOverReason(activity)}`),
    title: text('title') || text('url'),
  };
}

function tagNames(ids: unknown): string {
  return Array.isArray(ids) ? ids.map((id: string) => tags.get(id)?.name ?? '').join('、') : '';
}
