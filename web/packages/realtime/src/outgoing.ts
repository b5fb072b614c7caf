import { type Frame, type Message } from "./wire.ts";

/**
 * Messages on their way out, oldest first. One is in flight at a time, so they arrive in the order they were written.
 *
 * An entry keeps its `client_id` through every repeat; the server answers a repeat with the first acknowledgement,
 * so sending again after a lost connection is always right. Values, never changed in place; plain JSON, to be kept.
 */
export interface Outgoing<Body> {
  readonly client_id: string;
  /** Null until the server opened one. */
  readonly conversation: string | null;
  readonly body: Body;
  readonly state: "waiting" | "sending" | "refused";
  /** Why it was refused: a stable error code. */
  readonly code?: string;
  /** When it was written, in milliseconds since 1970. */
  readonly written_at: number;
}

export type Queue<Body> = readonly Outgoing<Body>[];

export function enqueue<Body>(queue: Queue<Body>, entry: Omit<Outgoing<Body>, "state">): Queue<Body> {
  if (queue.some((held) => held.client_id === entry.client_id)) return queue;
  return [...queue, { ...entry, state: "waiting" }];
}

/** The entry to send now, or null: nothing waits, or one is in flight. */
export function nextToSend<Body>(queue: Queue<Body>): Outgoing<Body> | null {
  if (queue.some((entry) => entry.state === "sending")) return null;
  return queue.find((entry) => entry.state === "waiting") ?? null;
}

export const sending = <Body>(queue: Queue<Body>, clientId: string): Queue<Body> =>
  change(queue, clientId, (entry) => ({ ...entry, state: "sending" }));

/** The person has to do something: edit, try again, give up. */
export const refused = <Body>(queue: Queue<Body>, clientId: string, code: string): Queue<Body> =>
  change(queue, clientId, (entry) => ({ ...entry, state: "refused", code }));

/** Back to waiting: a retry after a refusal, or after "too many, come back later". */
export const retried = <Body>(queue: Queue<Body>, clientId: string): Queue<Body> =>
  change(queue, clientId, ({ code: _, ...entry }) => ({ ...entry, state: "waiting" }));

/** The connection is gone: whether what was in flight arrived is unknown, so it is sent again. */
export const interrupted = <Body>(queue: Queue<Body>): Queue<Body> =>
  queue.map((entry) => (entry.state === "sending" ? { ...entry, state: "waiting" } : entry));

/** Acknowledged, or given up by the person who wrote it. */
export const settled = <Body>(queue: Queue<Body>, clientId: string): Queue<Body> =>
  queue.filter((entry) => entry.client_id !== clientId);

/** Entries written before a conversation existed belong to the one that the first of them opened. */
export const adopted = <Body>(queue: Queue<Body>, conversation: string): Queue<Body> =>
  queue.map((entry) => (entry.conversation === null ? { ...entry, conversation } : entry));

/** A message seen coming back is sent, even when its acknowledgement was lost or went to another tab. */
export function settleSeen<Body>(queue: Queue<Body>, frame: Frame): Queue<Body> {
  if (queue.length === 0) return queue;
  const seen = new Set(messagesOf(frame).map((message) => message.client_id));
  const left = queue.filter((entry) => !seen.has(entry.client_id));
  return left.length === queue.length ? queue : left;
}

function messagesOf(frame: Frame): readonly Partial<Message>[] {
  if (frame.op === "messages") return frame.items;
  const message = frame.op === "fact" ? (frame.data as { message?: Message }).message : undefined;
  return message ? [message] : [];
}

function change<Body>(
  queue: Queue<Body>,
  clientId: string,
  next: (entry: Outgoing<Body>) => Outgoing<Body>,
): Queue<Body> {
  return queue.map((entry) => (entry.client_id === clientId ? next(entry) : entry));
}
