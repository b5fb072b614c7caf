import type { Conversation, Id } from '@yingke/api';
import { shallowReactive } from 'vue';

import { api } from '@/api';
import { can, me, session } from '@/session/session';

import { onFact } from './facts';

/** Every conversation this page has heard of. Lists are cuts through it, so they are always in step. */
export const conversations = shallowReactive(new Map<Id, Conversation>());

/** Takes a conversation over unless what is held is newer; answers are allowed to come late and out of order. */
export function hold(conversation: Conversation): void {
  const held = conversations.get(conversation.id);
  if (held && held.version > conversation.version) return;
  if (isVisible(conversation)) conversations.set(conversation.id, conversation);
  else conversations.delete(conversation.id);
}

/** The change that takes a conversation out of sight is still told to us, so that it can leave the lists. */
function isVisible({ channel, agent_id: holder, team_id: team, participant_ids: members }: Conversation): boolean {
  const agent = me.value;
  if (!agent || members.includes(agent.id)) return true;
  if (channel === 'colleague') return false;
  const seesAll = can('conversations.read_all') || session.value?.workspace.settings.visible_to_agents === 'all';
  return seesAll || holder === agent.id || team === null || agent.team_ids.includes(team);
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

/** A tag that was deleted goes from what is held; the server takes it from what is stored. */
onFact('tag.changed', ({ tag, deleted }) => {
  if (!deleted) return;
  for (const [id, held] of conversations) {
    if (held.tag_ids.includes(tag.id)) conversations.set(id, { ...held, tag_ids: held.tag_ids.filter((each) => each !== tag.id) });
  }
});

for (const name of ['conversation.changed', 'message.posted', 'message.recalled'] as const) {
  onFact(name, ({ conversation }) => hold(conversation));
}
