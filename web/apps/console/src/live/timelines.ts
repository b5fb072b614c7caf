import type { Id, Message } from '@yingke/api';
import {
  asked,
  fold,
  foldFrame,
  type Frame as AnyFrame,
  hasOlder,
  prepend,
  resumeAfter,
  startTimeline,
  type Timeline,
} from '@yingke/realtime';
import { type ShallowRef, shallowRef } from 'vue';

import { api } from '@/api';

import { conversations, fetchConversation } from './conversations';
import { onFact } from './facts';
import { noteSeen } from './sending';
import { request, signal } from './socket';

export const PAGE = 50;
/** Conversations kept ready in memory; beyond it the one opened longest ago is let go. */
const KEPT = 80;

const held = new Map<Id, ShallowRef<Timeline>>();
const loading = new Map<Id, Promise<void>>();
let open: Id | null = null;

/** The timeline of a conversation when it is in memory. */
export function timelineOf(id: Id): ShallowRef<Timeline> | null {
  return held.get(id) ?? null;
}

/** Brings the newest page into memory; at once when it is there already. Several callers share one request. */
export function loadTimeline(id: Id): Promise<void> {
  if (held.has(id)) return Promise.resolve();
  const known = loading.get(id);
  if (known) return known;
  const task = fetchNewest(id).finally(() => loading.delete(id));
  loading.set(id, task);
  return task;
}

async function fetchNewest(id: Id): Promise<void> {
  const conversation = conversations.get(id) ?? (await fetchConversation(id));
  const floor = Math.max(0, conversation.last_seq - PAGE);
  const page = await messagesAfter(id, floor);
  noteSeen(page.map((message) => message.client_id));
  if (!held.has(id)) held.set(id, shallowRef(fold(startTimeline(id, floor), page)));
  letGoOfOldest();
}

async function messagesAfter(id: Id, after: number): Promise<Message[]> {
  const query = { after_seq: after, limit: PAGE * 2 };
  return (await api.get<{ items: Message[] }>(`/conversations/${id}/messages`, { query })).items;
}

export async function loadOlder(id: Id): Promise<void> {
  const timeline = held.get(id);
  if (!timeline || !hasOlder(timeline.value)) return;
  const query = { before_seq: timeline.value.floor + 1, limit: PAGE };
  const { items } = await api.get<{ items: Message[] }>(`/conversations/${id}/messages`, { query });
  timeline.value = prepend(timeline.value, items);
}

/** Fetches back to `seq`, e.g. to show a search hit in its place. */
export async function loadBackTo(id: Id, seq: number): Promise<void> {
  const timeline = held.get(id);
  while (timeline && timeline.value.floor >= seq) {
    const before = timeline.value.floor;
    await loadOlder(id);
    if (timeline.value.floor === before) return;
  }
}

/** Tells the server which conversation is in front: signals come for it, and a gap is resumed. */
export function openTimeline(id: Id | null): void {
  if (open && open !== id) signal('unsubscribe', { conversation: open });
  open = id;
  markRecent(id);
  if (id) subscribe();
  else signal('viewing', { conversation: null });
}

/** Asks for everything after what is held of the open conversation; called again after each new connection. */
export function subscribe(): void {
  const timeline = open ? held.get(open) : undefined;
  if (!timeline) return;
  timeline.value = asked(timeline.value);
  const id = timeline.value.conversation;
  request('subscribe', { conversation: id, after_seq: timeline.value.head })
    .then(() => id === open && signal('viewing', { conversation: id }))
    // A lost connection is no matter: the next welcome subscribes again.
    .catch(() => undefined);
}

/** Follows a timeline in memory without being seen to look at it: `viewing` is not said. The answer stops following. */
export function readAlong(id: Id): () => void {
  const timeline = held.get(id);
  if (timeline) {
    timeline.value = asked(timeline.value);
    request('subscribe', { conversation: id, after_seq: timeline.value.head }).catch(() => undefined);
  }
  return () => {
    if (id !== open) signal('unsubscribe', { conversation: id });
  };
}

type Frame = AnyFrame<'agent'>;

export function takeFrame(frame: Frame): void {
  const id = frameConversation(frame);
  const ids = id ? [id] : [...held.keys()];
  for (const each of ids) foldInto(each, frame);
}

function frameConversation(frame: Frame): Id | null {
  return frame.op === 'messages' ? frame.conversation : null;
}

function foldInto(id: Id, frame: Frame): void {
  const timeline = held.get(id);
  if (!timeline) return;
  const next = foldFrame(timeline.value, frame);
  if (next !== timeline.value) timeline.value = next;
  // The server gives a page at a time and waits to be asked for the next.
  const goesOn = frame.op === 'messages' && frame.more;
  if (id === open && (goesOn || resumeAfter(next) !== null)) subscribe();
}

export function forgetTimelines(): void {
  held.clear();
}

function markRecent(id: Id | null): void {
  const timeline = id ? held.get(id) : undefined;
  if (!id || !timeline) return;
  held.delete(id);
  held.set(id, timeline);
}

function letGoOfOldest(): void {
  for (const id of held.keys()) {
    if (held.size <= KEPT) return;
    if (id !== open) held.delete(id);
  }
}

for (const name of ['message.posted', 'message.recalled'] as const) {
  onFact(name, (data) =>
    foldInto(data.message.conversation_id, { op: 'fact', name, data }),
  );
}
