import type { Conversation, Id } from '@yingke/api';
import { shallowReactive } from 'vue';

import { api } from '@/api';

import { onFact } from './facts';

/** Every conversation this page has heard of. Lists are cuts through it, so they are always in step. */
export const conversations = shallowReactive(new Map<Id, Conversation>());

/** Takes a conversation over unless what is held is newer; answers are allowed to come late and out of order. */
export function hold(conversation: Conversation): void {
  const held = conversations.get(conversation.id);
  if (held && held.version > conversation.version) return;
  conversations.set(conversation.id, conversation);
}

export async function fetchConversation(id: Id): Promise<Conversation> {
  const conversation = await api.get<Conversation>(`/conversations/${id}`);
  hold(conversation);
  return conversations.get(id) ?? conversation;
}

/** Runs a verb of the API on a conversation and takes over what it answers. */
export async function act(id: Id, verb: string, body: object = {}): Promise<void> {
  const answer = await api.post<Conversation | undefined>(`/conversations/${id}/${verb}`, body);
  if (answer?.id === id) hold(answer);
}

for (const name of ['conversation.changed', 'message.posted', 'message.recalled']) {
  onFact<{ conversation: Conversation }>(name, ({ conversation }) => hold(conversation));
}

onFact<{ visitor_id?: Id; online: boolean }>('presence', ({ visitor_id, online }) => {
  if (!visitor_id) return;
  for (const conversation of conversations.values()) {
    if (conversation.who.visitor_id === visitor_id && conversation.visitor_online !== online) {
      conversations.set(conversation.id, { ...conversation, visitor_online: online });
    }
  }
});
