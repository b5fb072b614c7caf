import { describe, expect, it } from 'vitest';

import type { OutgoingMessage } from '@/live/sending';

import { message } from '../sample';
import { lastFilling, receiptOf, streamOf, type StreamInput } from './stream';

const at = (minute: number, day = 21) => `2026-11-${day}T08:${String(minute).padStart(2, '0')}:00.000000Z`;
const agent = { kind: 'agent' as const, id: 'me', name: null };

const written = (change: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  client_id: 'k1',
  conversation: 'c1',
  state: 'waiting',
  written_at: Date.parse(at(9)),
  body: { kind: 'outgoing', text: 'hi', attachments: [], quote: null, mentions: [] },
  ...change,
});

const stream = (change: Partial<StreamInput>) =>
  streamOf({
    messages: [],
    pending: [],
    me: 'me',
    colleagues: false,
    unreadAfter: null,
    dayOf: (time) => time.slice(0, 10),
    ...change,
  });

describe('the thread', () => {
  it('draws a line for each day', () => {
    const items = stream({ messages: [message({ seq: 1, created_at: at(1, 20) }), message({ seq: 2, created_at: at(1) })] });
    expect(items.map((item) => item.type)).toEqual(['day', 'message', 'day', 'message']);
  });

  it('puts visitors left and agents right; among colleagues only me right', () => {
    const mine = message({ seq: 2, kind: 'outgoing', author: agent });
    const theirs = message({ seq: 3, kind: 'outgoing', author: { kind: 'agent', id: 'you', name: null } });
    const sides = (colleagues: boolean) =>
      stream({ messages: [message(), mine, theirs], colleagues }).flatMap((item) => (item.type === 'message' ? item.side : []));
    expect(sides(false)).toEqual(['left', 'right', 'right']);
    expect(sides(true)).toEqual(['left', 'right', 'left']);
  });

  it('runs the messages of one author together for five minutes, notes apart', () => {
    const messages = [
      message({ seq: 1, created_at: at(1) }),
      message({ seq: 2, created_at: at(3) }),
      message({ seq: 3, created_at: at(20) }),
      message({ seq: 4, created_at: at(20), kind: 'outgoing', author: agent }),
      message({ seq: 5, created_at: at(20), kind: 'note', author: agent }),
    ];
    const runs = stream({ messages }).flatMap((item) => (item.type === 'message' ? `${item.first}/${item.last}` : []));
    expect(runs).toEqual(['true/false', 'false/true', 'true/true', 'true/true', 'true/true']);
  });

  it('folds page views in a row into one line', () => {
    const page = (seq: number) => message({ seq, kind: 'activity', activity: { type: 'page', url: '/' } });
    const items = stream({ messages: [page(1), page(2), message({ seq: 3 }), page(4)] });
    expect(items.map((item) => (item.type === 'pages' ? item.messages.length : item.type))).toEqual(['day', 2, 'message', 1]);
  });

  it('shows what is on its way last, and once when it has come back', () => {
    const sent = message({ seq: 2, kind: 'outgoing', author: agent, client_id: 'k1', created_at: at(9) });
    const before = stream({ messages: [message()], pending: [written()] });
    const after = stream({ messages: [message(), sent], pending: [written()] });
    expect(before.at(-1)).toMatchObject({ key: 'k1', side: 'right', pending: { client_id: 'k1' } });
    expect(after.at(-1)).toMatchObject({ key: 'k1', pending: null });
    expect(after).toHaveLength(before.length);
  });

  it('marks where the unread begin, before the first incoming one', () => {
    const messages = [message({ seq: 1 }), message({ seq: 2, kind: 'note', author: agent }), message({ seq: 3 })];
    expect(stream({ messages, unreadAfter: 1 }).map((item) => item.type)).toEqual(['day', 'message', 'message', 'unread', 'message']);
    expect(stream({ messages, unreadAfter: 3 }).map((item) => item.type)).not.toContain('unread');
  });
});

it('tells how far a message has come', () => {
  const seen = { visitor_read_seq: 2, visitor_delivered_seq: 4 };
  const receipts = [2, 4, 5].map((seq) => receiptOf(message({ seq }), null, seen));
  expect(receipts).toEqual(['read', 'delivered', 'sent']);
  expect(receiptOf(message(), written(), seen)).toBe('waiting');
  expect(receiptOf(message(), written({ state: 'refused' }), seen)).toBe('refused');
  expect(receiptOf(message({ seq: 9 }), written({ seq: 9 }), seen)).toBe('sent');
});

it('draws at first only the last lines, and enough of them for the height of the screen', () => {
  const messages = Array.from({ length: 40 }, (_, index) => message({ id: `m${index}`, seq: index + 1, created_at: at(1) }));
  const items = stream({ messages });
  const drawn = lastFilling(items, 360);
  expect(drawn.at(-1)).toBe(items.at(-1));
  expect(drawn.length).toBe(10);
  expect(lastFilling(items.slice(-3), 360)).toEqual(items.slice(-3));
});
