import type { Conversation, Id } from '@yingke/api';

/** What is new to the agent `me`: for a webchat to the desk as a whole, in a room of colleagues to oneself. */
export function unreadOf(conversation: Conversation, me: Id): number {
  if (conversation.channel !== 'colleague') return conversation.unread;
  return Math.max(0, conversation.last_seq - (conversation.reads[me] ?? 0));
}
