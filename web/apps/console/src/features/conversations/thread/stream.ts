import type { Id, Message } from '@yingke/api';

import type { OutgoingMessage } from '@/live/sending';

export type Side = 'left' | 'right' | 'centre';

export type StreamItem =
  | { type: 'day'; key: string; at: string }
  | { type: 'unread'; key: string }
  | { type: 'pages'; key: string; messages: Message[] }
  | { type: 'activity'; key: string; message: Message }
  | {
      type: 'message';
      key: string;
      message: Message;
      side: Side;
      /** First and last of a run of one author: the name stands over the first, the time under the last. */
      first: boolean;
      last: boolean;
      pending: OutgoingMessage | null;
    };

export interface StreamInput {
  messages: readonly Message[];
  /** Written here and not yet come back. */
  pending: readonly OutgoingMessage[];
  me: Id;
  /** Among colleagues only one's own words stand on the right. */
  colleagues: boolean;
  /** What was read when the conversation was opened; a line stands before the first later message. */
  unreadAfter: number | null;
  dayOf: (at: string) => string;
}

const RUN_MS = 5 * 60_000;

/** Everything that stands in a thread, oldest first: days, messages in runs, what happened, what is on its way. */
export function streamOf(input: StreamInput): StreamItem[] {
  const known = new Set(input.messages.map((message) => message.client_id));
  const pending = input.pending.filter((entry) => !known.has(entry.client_id));
  const lines = [
    ...input.messages.map((message) => ({ message, pending: null as OutgoingMessage | null })),
    ...pending.map((entry) => ({ message: standIn(entry, input.me), pending: entry })),
  ];
  const items: StreamItem[] = [];
  let day = '';
  let unreadDrawn = input.unreadAfter === null;
  for (const line of lines) {
    const at = line.message.created_at;
    if (input.dayOf(at) !== day) items.push({ type: 'day', key: `day-${(day = input.dayOf(at))}`, at });
    if (!unreadDrawn && line.message.kind === 'incoming' && line.message.seq > (input.unreadAfter ?? 0)) {
      items.push({ type: 'unread', key: 'unread' });
      unreadDrawn = true;
    }
    items.push(itemOf(line.message, line.pending, input));
  }
  return markRuns(foldPages(items));
}

function itemOf(message: Message, pending: OutgoingMessage | null, input: StreamInput): StreamItem {
  // The same key before and after the acknowledgement: the bubble stays where it is.
  const key = message.client_id ?? message.id;
  if (message.kind === 'activity') return { type: 'activity', key, message };
  return { type: 'message', key, message, side: sideOf(message, input), first: true, last: true, pending };
}

function sideOf(message: Message, { me, colleagues }: StreamInput): Side {
  if (colleagues) return message.author.id === me ? 'right' : 'left';
  return message.kind === 'incoming' ? 'left' : 'right';
}

/** Page views in a row are one line. */
function foldPages(items: StreamItem[]): StreamItem[] {
  const folded: StreamItem[] = [];
  for (const item of items) {
    if (item.type !== 'activity' || item.message.activity?.type !== 'page') {
      folded.push(item);
      continue;
    }
    const before = folded.at(-1);
    if (before?.type === 'pages') before.messages.push(item.message);
    else folded.push({ type: 'pages', key: `pages-${item.key}`, messages: [item.message] });
  }
  return folded;
}

function markRuns(items: StreamItem[]): StreamItem[] {
  items.forEach((item, index) => {
    const before = items[index - 1];
    if (item.type !== 'message' || before?.type !== 'message' || !sameRun(before.message, item.message)) return;
    before.last = false;
    item.first = false;
  });
  return items;
}

function sameRun(one: Message, other: Message): boolean {
  return (
    one.author.kind === other.author.kind &&
    one.author.id === other.author.id &&
    (one.kind === 'note') === (other.kind === 'note') &&
    Date.parse(other.created_at) - Date.parse(one.created_at) < RUN_MS
  );
}

/** How a message on its way looks until the real one comes. */
function standIn(entry: OutgoingMessage, me: Id): Message {
  const { kind, text, attachments, quote, mentions } = entry.body;
  return {
    id: entry.client_id,
    conversation_id: entry.conversation ?? '',
    seq: entry.seq ?? Number.MAX_SAFE_INTEGER,
    client_id: entry.client_id,
    kind,
    audience: kind === 'note' ? 'staff' : 'everyone',
    author: { kind: 'agent', id: me, name: null },
    text,
    attachments,
    quote,
    mentions,
    activity: null,
    content: null,
    recalled: false,
    created_at: new Date(entry.written_at).toISOString(),
  };
}

/** Pixels that are never gone below: a line in the middle of a run, its name or space above, its time below, the others. */
const LEAST = { line: 36, first: 10, last: 20, other: 28 };

/** The last items that surely fill `height` pixels: all that has to be drawn before a thread can be seen. */
export function lastFilling(items: StreamItem[], height: number): StreamItem[] {
  let from = items.length;
  for (let filled = 0; from > 0 && filled < height; from -= 1) filled += leastHeight(items[from - 1]!);
  return items.slice(from);
}

function leastHeight(item: StreamItem): number {
  if (item.type !== 'message') return LEAST.other;
  return LEAST.line + (item.first ? LEAST.first : 0) + (item.last ? LEAST.last : 0);
}

export type Receipt = 'waiting' | 'refused' | 'sent' | 'delivered' | 'read';

/** How far an outgoing message has come. */
export function receiptOf(
  message: Message,
  pending: OutgoingMessage | null,
  seen: { visitor_read_seq: number; visitor_delivered_seq: number },
): Receipt {
  if (pending && pending.seq === undefined) return pending.state === 'refused' ? 'refused' : 'waiting';
  if (message.seq <= seen.visitor_read_seq) return 'read';
  return message.seq <= seen.visitor_delivered_seq ? 'delivered' : 'sent';
}
