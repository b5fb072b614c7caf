import type { Conversation } from '@yingke/api';

import { translate } from '@/i18n';
import { agentName } from '@/live/directory';
import { me } from '@/session/session';

/** What a conversation is called: the person's name, or the colleagues in the room. */
export function conversationName(conversation: Conversation): string {
  if (conversation.channel === 'colleague') return roomName(conversation);
  const { name, email, phone, external_id: externalId } = conversation.who;
  return name || email || phone || externalId || translate('conversations.visitor', { number: conversation.number });
}

function roomName(room: Conversation): string {
  if (room.title) return room.title;
  const others = room.participant_ids.filter((id) => id !== me.value?.id);
  return others.map(agentName).filter(Boolean).join('、') || translate('conversations.justMe');
}

/** What the avatar's colour follows: the person, over all conversations. */
export function seedOf(conversation: Conversation): string {
  return conversation.who.contact_id ?? conversation.who.visitor_id ?? conversation.id;
}
