import type { Id, StoredFile } from '@yingke/api';
import {
  type Answer,
  clientId,
  enqueue,
  type Fields,
  interrupted,
  nextToSend,
  type Outgoing,
  type Queue,
  Refused,
  refused,
  retried,
  sending,
  settled,
} from '@yingke/realtime';
import { shallowRef } from 'vue';

import { onFact } from './facts';
import { request } from './socket';

export interface OutgoingBody {
  kind: 'outgoing' | 'note';
  text: string;
  attachments: StoredFile[];
  quote: { seq: number; text: string; author_name: string } | null;
  mentions: Id[];
}

export type OutgoingMessage = Outgoing<OutgoingBody> & {
  /** Set once the server acknowledged it: shown as sent until the message itself arrives. */
  readonly seq?: number;
};

/** Written here and not yet seen to come back, oldest first. */
export const outgoing = shallowRef<readonly OutgoingMessage[]>([]);

let queue: Queue<OutgoingBody> = [];
const acknowledged = new Map<string, OutgoingMessage>();
let owner: Id | null = null;

/** Takes up what an earlier page of this agent could not send any more: same ids, so nothing is sent twice. */
export function startSending(agentId: Id): void {
  owner = agentId;
  queue = storedEntries();
  publish();
}

export function sendMessage(conversation: Id, body: OutgoingBody): string {
  const entry = { client_id: clientId(), conversation, body, written_at: Date.now() };
  queue = enqueue(queue, entry);
  keep(entry.client_id);
  publish();
  void flush();
  return entry.client_id;
}

export function sendAgain(id: string): void {
  queue = retried(queue, id);
  publish();
  void flush();
}

export function giveUp(id: string): void {
  queue = settled(queue, id);
  drop(id);
  publish();
}

/** Sends what waits, one after the other, so that everything arrives in the order it was written. */
export async function flush(): Promise<void> {
  for (let entry = nextToSend(queue); entry; entry = nextToSend(queue)) {
    queue = sending(queue, entry.client_id);
    publish();
    if (!(await sendOne(entry))) return;
  }
}

async function sendOne(entry: Outgoing<OutgoingBody>): Promise<boolean> {
  try {
    settle(entry, await request('send', wireOf(entry)));
    return true;
  } catch (reason) {
    return handleFailure(entry.client_id, reason);
  } finally {
    publish();
  }
}

function wireOf({ client_id, conversation, body }: Outgoing<OutgoingBody>): Fields<'agent', 'send'> {
  return {
    client_id,
    conversation: conversation ?? '',
    kind: body.kind,
    text: body.text,
    attachment_ids: body.attachments.map((file) => file.id),
    quote_seq: body.quote?.seq ?? null,
    mentions: body.mentions,
  };
}

function settle(entry: Outgoing<OutgoingBody>, ack: Answer<'send'>): void {
  const stillShown = queue.some((held) => held.client_id === entry.client_id);
  queue = settled(queue, entry.client_id);
  drop(entry.client_id);
  if (stillShown) acknowledged.set(entry.client_id, { ...entry, seq: ack.seq });
}

/** Answers whether to go on with the next entry. */
function handleFailure(id: string, reason: unknown): boolean {
  if (!(reason instanceof Refused)) {
    queue = interrupted(queue);
    return false;
  }
  if (reason.retryAfter === null) {
    queue = refused(queue, id, reason.code);
    return true;
  }
  queue = interrupted(queue);
  setTimeout(() => void flush(), reason.retryAfter * 1000);
  return false;
}

/** The message itself came back: what stood for it goes. */
export function noteSeen(clientIds: Iterable<string | null>): void {
  let changed = false;
  for (const id of clientIds) {
    if (!id) continue;
    const before = queue.length;
    queue = settled(queue, id);
    changed = acknowledged.delete(id) || before !== queue.length || changed;
    drop(id);
  }
  if (changed) publish();
}

onFact('message.posted', ({ message }) => noteSeen([message.client_id]));

function publish(): void {
  const all = [...acknowledged.values(), ...queue];
  outgoing.value = all.sort((one, other) => (one.client_id < other.client_id ? -1 : 1));
}

// One storage entry for each message: two tabs of one agent never overwrite each other's.

function storageKey(id: string): string {
  return `yingke.outgoing.${owner}.${id}`;
}

function keep(id: string): void {
  const entry = queue.find((held) => held.client_id === id);
  try {
    localStorage.setItem(storageKey(id), JSON.stringify(entry));
  } catch {
    // A full storage costs only the safety net of a closed page, never the sending.
  }
}

function drop(id: string): void {
  localStorage.removeItem(storageKey(id));
}

function storedEntries(): Queue<OutgoingBody> {
  const prefix = storageKey('');
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  return keys.sort().flatMap((key) => {
    const entry = parse(localStorage.getItem(key));
    return entry ? [{ ...entry, state: 'waiting' as const }] : [];
  });
}

function parse(text: string | null): Outgoing<OutgoingBody> | null {
  try {
    return JSON.parse(text ?? 'null') as Outgoing<OutgoingBody> | null;
  } catch {
    return null;
  }
}
