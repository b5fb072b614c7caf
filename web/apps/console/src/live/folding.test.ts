import type { Agent, Conversation, Session } from '@yingke/api';
import { beforeEach, describe, expect, it } from 'vitest';

import { conversation, message } from '@/features/conversations/sample';
import { session } from '@/session/session';

import { conversations, hold } from './conversations';
import { agents, tags, teams } from './directory';
import { drafts } from './drafts';
import { announce, type Told } from './facts';
import { onlineVisitors } from './presence';
import { typing } from './typing';
import { unreadOf } from './unread';

const tell = (op: 'fact' | 'signal') => (name: keyof Told, data: object) => announce({ op, name, data } as Parameters<typeof announce>[0]);
const fact = tell('fact');
const signal = tell('signal');

const me = { id: 'me', team_ids: ['t1'], nickname: '小满' } as unknown as Agent;

beforeEach(() => {
  conversations.clear();
  session.value = { agent: me, permissions: [], workspace: { settings: {} } } as unknown as Session;
});

describe('a conversation', () => {
  it('follows every fact that carries it, and never goes back to an older version', () => {
    hold(conversation({ version: 1 }));
    fact('message.posted', { conversation: conversation({ version: 3, unread: 2 }), message: message() });
    fact('conversation.changed', { conversation: conversation({ version: 2, unread: 0 }) });
    expect(conversations.get('c1')).toMatchObject({ version: 3, unread: 2 });
    fact('message.recalled', { conversation: conversation({ version: 4 }), message: message({ recalled: true }) });
    expect(conversations.get('c1')?.version).toBe(4);
  });

  it('leaves the desk with the change that takes it out of sight', () => {
    const shown = (change: Partial<Conversation>) => {
      fact('conversation.changed', { conversation: conversation({ agent_id: 'you', ...change }) });
      return conversations.has('c1');
    };
    expect(shown({ version: 2, team_id: 't1' })).toBe(true);
    expect(shown({ version: 3, team_id: 't2' })).toBe(false);
    expect(shown({ version: 4, team_id: 't2', participant_ids: ['me'] })).toBe(true);
    expect(shown({ version: 5, team_id: null })).toBe(true);
  });
});

it('takes a deleted tag from the conversations it was on', () => {
  hold(conversation({ version: 1, tag_ids: ['g', 'h'] }));
  fact('tag.changed', { tag: { id: 'g', name: 'VIP', color: '#000' }, deleted: true });
  expect(conversations.get('c1')?.tag_ids).toEqual(['h']);
});

it('counts what is new to me in a room of colleagues by my own mark', () => {
  const room = conversation({ channel: 'colleague', last_seq: 7, reads: { me: 5, you: 7 }, unread: 0 });
  expect(unreadOf(room, 'me')).toBe(2);
  expect(unreadOf(room, 'them')).toBe(7);
  expect(unreadOf(conversation({ unread: 3 }), 'me')).toBe(3);
});

it('keeps the small lists by facts, also when something is removed', () => {
  fact('tag.changed', { tag: { id: 'g', name: 'VIP', color: '#000' }, deleted: false });
  expect(tags.get('g')?.name).toBe('VIP');
  fact('tag.changed', { tag: { id: 'g', name: 'VIP', color: '#000' }, deleted: true });
  expect(tags.has('g')).toBe(false);
  fact('team.changed', { team: { id: 't9', name: '售后' } });
  fact('team.deleted', { team_id: 't9' });
  expect(teams.has('t9')).toBe(false);
});

it('shows my own change of availability wherever I stand', () => {
  fact('agent.changed', { agent: { ...me, availability: 'busy' } });
  expect(agents.get('me')?.availability).toBe('busy');
  expect(session.value?.agent.availability).toBe('busy');
});

it('takes over a draft from another device and its end', () => {
  fact('draft.changed', { draft: { conversation_id: 'c1', text: '写到一半', updated_at: '' } });
  expect(drafts.get('c1')).toBe('写到一半');
  fact('draft.changed', { draft: { conversation_id: 'c1', text: '', updated_at: '' } });
  expect(drafts.has('c1')).toBe(false);
});

it('knows who is there', () => {
  signal('presence', { visitor_id: 'v1', online: true });
  expect(onlineVisitors.has('v1')).toBe(true);
  signal('presence', { visitor_id: 'v1', online: false });
  expect(onlineVisitors.has('v1')).toBe(false);
});

it('ends the sign of writing with the message, and never shows one\'s own', () => {
  signal('typing', { conversation: 'c1', from: { kind: 'visitor', id: 'v1' }, text: '还有' });
  signal('typing', { conversation: 'c1', from: { kind: 'agent', id: 'me' } });
  expect(typing.get('c1')?.map((entry) => entry.text)).toEqual(['还有']);
  fact('message.posted', { conversation: conversation(), message: message({ author: { kind: 'visitor', id: 'v1', name: null } }) });
  expect(typing.get('c1')).toEqual([]);
});
