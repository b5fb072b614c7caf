import type { Id } from '@yingke/api';
import type { Author } from '@yingke/realtime';
import { shallowReactive } from 'vue';

import { me } from '@/session/session';

import { onFact } from './facts';
import { signal } from './socket';

export interface Typing {
  from: Author;
  /** What is being written, when the site shows it. */
  text: string;
  until: number;
}

/** Who writes where right now; entries go by themselves when nothing more is heard. */
export const typing = shallowReactive(new Map<Id, Typing[]>());
/** Which agents have a conversation in front of them, without oneself. */
export const viewing = shallowReactive(new Map<Id, Id[]>());

const HEARD_MS = 6000;
const TELL_EVERY_MS = 2500;

onFact('typing', ({ conversation, from, text }) => {
  if (from.kind === 'agent' && from.id === me.value?.id) return;
  const others = (typing.get(conversation) ?? []).filter((entry) => entry.from.id !== from.id);
  const gone = text === '' && from.kind === 'visitor';
  typing.set(conversation, gone ? others : [...others, { from, text: text ?? '', until: Date.now() + HEARD_MS }]);
  setTimeout(() => expire(conversation), HEARD_MS + 50);
});

function expire(conversation: Id): void {
  const left = (typing.get(conversation) ?? []).filter((entry) => entry.until > Date.now());
  if (left.length) typing.set(conversation, left);
  else typing.delete(conversation);
}

/** A message ends the writing of its author at once. */
onFact('message.posted', ({ message }) => {
  const known = typing.get(message.conversation_id);
  if (!known) return;
  typing.set(
    message.conversation_id,
    known.filter((entry) => entry.from.id !== message.author.id),
  );
});

onFact('viewing', ({ conversation, agent_ids }) => {
  viewing.set(
    conversation,
    agent_ids.filter((id) => id !== me.value?.id),
  );
});

const told = new Map<Id, number>();

/** Tells the other side that something is being written, at most every few seconds. */
export function tellTyping(conversation: Id): void {
  const last = told.get(conversation) ?? 0;
  if (Date.now() - last < TELL_EVERY_MS) return;
  told.set(conversation, Date.now());
  signal('typing', { conversation });
}
