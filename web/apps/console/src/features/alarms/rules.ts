import type { Conversation, Id, Message } from '@yingke/api';

import { unreadOf } from '@/live/unread';

import { LATE_SECONDS, waitedSeconds } from '../conversations/list/order';

export type Alarm = 'new' | 'queue' | 'waiting' | 'transferred' | 'mention';

/** What a new message means to the agent `me`, or null when it is nobody's business here. */
export function alarmOfMessage(message: Message, conversation: Conversation, me: Id): Alarm | null {
  if (message.author.id === me) return null;
  if (message.mentions.includes(me)) return 'mention';
  if (conversation.channel === 'colleague') return conversation.participant_ids.includes(me) ? 'new' : null;
  if (message.kind !== 'incoming') return null;
  if (conversation.agent_id === me || conversation.participant_ids.includes(me)) return 'new';
  return conversation.status === 'queued' && message.seq <= 2 ? 'queue' : null;
}

/** What a change means: somebody else handed it to me. */
export function alarmOfChange(before: Conversation | undefined, now: Conversation, me: Id): Alarm | null {
  if (now.channel === 'colleague' || now.status !== 'open' || now.agent_id !== me) return null;
  if (!before || before.agent_id === me) return null;
  return before.status === 'open' ? 'transferred' : null;
}

/** My conversations in which somebody has waited too long, which were not told of before. */
export function overdue(
  conversations: Iterable<Conversation>,
  me: Id,
  now: number,
  told: ReadonlyMap<Id, string>,
): Conversation[] {
  return [...conversations].filter((conversation) => {
    if (conversation.agent_id !== me || conversation.status !== 'open' || !conversation.waiting_since) return false;
    const waited = waitedSeconds(conversation, now) ?? 0;
    return waited >= LATE_SECONDS && told.get(conversation.id) !== conversation.waiting_since;
  });
}

/** What the badge and the title count: mine and colleagues' unread, and who waits in the queue. */
export function attentionOf(conversations: Iterable<Conversation>, me: Id): number {
  let count = 0;
  for (const conversation of conversations) {
    const mine = conversation.agent_id === me || conversation.participant_ids.includes(me);
    if (mine && conversation.status !== 'resolved') count += unreadOf(conversation, me);
    else if (conversation.status === 'queued') count += 1;
  }
  return count;
}
