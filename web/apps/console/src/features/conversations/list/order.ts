import type { Conversation, Id } from '@yingke/api';

import type { Filter, ViewName } from '@/live/lists';
import { isWaiting } from '@/live/unanswered';

/** Whether a conversation stands in a view of the agent `me`. The server's views have the same rules. */
export function belongs(conversation: Conversation, view: ViewName, me: Id): boolean {
  const { channel, status } = conversation;
  if (view === 'colleagues') return channel === 'colleague' && conversation.participant_ids.includes(me);
  if (channel === 'colleague') return false;
  if (view === 'mine') return status === 'open' && conversation.agent_id === me;
  if (view === 'queue') return status === 'queued';
  if (view === 'robot') return conversation.robot;
  if (view === 'snoozed') return status === 'snoozed';
  if (view === 'due') return status !== 'resolved' && Boolean(conversation.due?.at);
  if (view === 'unanswered') return isWaiting(conversation);
  return view === 'all' || status === 'resolved';
}

export function passes(conversation: Conversation, filter: Filter): boolean {
  if (filter.team_id && conversation.team_id !== filter.team_id) return false;
  if (filter.site_id && conversation.site_id !== filter.site_id) return false;
  if (filter.agent_id && conversation.agent_id !== filter.agent_id) return false;
  if (filter.tag_id && !conversation.tag_ids.includes(filter.tag_id)) return false;
  return !filter.unread || conversation.unread > 0;
}

type Compare = (one: Conversation, other: Conversation) => number;

const newestFirst: Compare = (one, other) => (one.last_message_at < other.last_message_at ? 1 : -1);

/** Times are RFC 3339 in UTC with the same number of digits, so they compare as text. */
const earliestFirst =
  (field: 'waiting_since' | 'queued_at' | 'snoozed_until'): Compare =>
  (one, other) => {
    const [a, b] = [one[field], other[field]];
    if (a && b) return a < b ? -1 : a > b ? 1 : 0;
    return a ? -1 : b ? 1 : newestFirst(one, other);
  };

const dueFirst: Compare = (one, other) => ((one.due?.at ?? '') < (other.due?.at ?? '') ? -1 : 1);

const orders: Record<ViewName, Compare> = {
  mine: earliestFirst('waiting_since'),
  all: earliestFirst('waiting_since'),
  queue: earliestFirst('queued_at'),
  robot: newestFirst,
  snoozed: earliestFirst('snoozed_until'),
  done: newestFirst,
  unanswered: earliestFirst('waiting_since'),
  colleagues: newestFirst,
  due: dueFirst,
};

/**
 * The rows of a list: who is at risk of waiting longest stands first. `kept` is the open conversation as it was when
 * it was opened: it keeps that place, so that an answer does not take it from under the eyes.
 */
export function rowsOf(
  conversations: Iterable<Conversation>,
  view: ViewName,
  filter: Filter,
  me: Id,
  kept: Conversation | null = null,
): Conversation[] {
  const rows: Conversation[] = [];
  for (const conversation of conversations) {
    if (belongs(conversation, view, me) && passes(conversation, filter)) rows.push(conversation);
  }
  const placeOf = (row: Conversation) => (row.id === kept?.id ? kept : row);
  return rows.sort((one, other) => orders[view](placeOf(one), placeOf(other)));
}

export type Risk = 'calm' | 'soon' | 'late';

export const SOON_SECONDS = 60;
export const LATE_SECONDS = 180;

/** Seconds somebody has been waiting for an answer, or null when nobody is. */
export function waitedSeconds(conversation: Conversation, now: number): number | null {
  const since = conversation.waiting_since ?? (conversation.status === 'queued' ? conversation.queued_at : null);
  return since ? Math.max(0, (now - Date.parse(since)) / 1000) : null;
}

export function riskOf(seconds: number): Risk {
  if (seconds >= LATE_SECONDS) return 'late';
  return seconds >= SOON_SECONDS ? 'soon' : 'calm';
}

/** The conversation somebody waits in longest among one's own and the waiting ones. */
export function mostAtRisk(conversations: Iterable<Conversation>, me: Id): Conversation | null {
  const all = [...conversations];
  const waiting = rowsOf(all, 'mine', {}, me).filter((conversation) => conversation.waiting_since);
  return waiting[0] ?? rowsOf(all, 'queue', {}, me)[0] ?? null;
}

/** The row before (-1) or after (+1) the one that is open; the first when none is. */
export function neighbour(rows: Conversation[], open: Id | null, step: 1 | -1): Conversation | null {
  const at = rows.findIndex((row) => row.id === open);
  if (at < 0) return rows[0] ?? null;
  return rows[at + step] ?? null;
}
