import type { Conversation, Message } from '@yingke/api';

/** Whole conversations and messages for tests, with only what matters spelled out. */
export function conversation(change: Partial<Conversation> = {}): Conversation {
  return {
    id: 'c1',
    number: 1,
    version: 1,
    channel: 'webchat',
    kind: 'chat',
    status: 'open',
    site_id: null,
    team_id: null,
    agent_id: 'me',
    who: {
      visitor_id: 'v1',
      contact_id: null,
      name: null,
      email: null,
      phone: null,
      external_id: null,
      verified: false,
    },
    participant_ids: [],
    title: null,
    language: 'zh-CN',
    opened_at: '2026-11-21T08:00:00.000000Z',
    queued_at: null,
    last_message_at: '2026-11-21T08:00:00.000000Z',
    last_seq: 0,
    last_message: null,
    unread: 0,
    agent_read_seq: 0,
    visitor_read_seq: 0,
    visitor_delivered_seq: 0,
    waiting_since: null,
    first_replied_at: null,
    snoozed_until: null,
    resolved_at: null,
    resolve_reason: null,
    tag_ids: [],
    summary: null,
    rating: null,
    reply_channel: null,
    reply_to: null,
    reads: {},
    ...change,
  };
}

export function message(change: Partial<Message> = {}): Message {
  return {
    id: `m${change.seq ?? 1}`,
    conversation_id: 'c1',
    seq: 1,
    client_id: null,
    kind: 'incoming',
    audience: 'everyone',
    author: { kind: 'visitor', id: 'v1', name: null },
    text: '',
    attachments: [],
    quote: null,
    mentions: [],
    activity: null,
    recalled: false,
    created_at: '2026-11-21T08:00:00.000000Z',
    ...change,
  };
}
