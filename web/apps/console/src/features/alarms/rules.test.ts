import { describe, expect, it } from 'vitest';

import { conversation, message } from '../conversations/sample';
import { alarmOfChange, alarmOfMessage, attentionOf, overdue } from './rules';

const since = '2026-11-21T08:00:00.000000Z';
const later = (seconds: number) => Date.parse(since) + seconds * 1000;

describe('a new message', () => {
  it('rings for my conversations, for the first words of somebody in the queue, and for mentions', () => {
    expect(alarmOfMessage(message(), conversation(), 'me')).toBe('new');
    const queued = conversation({ status: 'queued', agent_id: null });
    expect(alarmOfMessage(message({ seq: 1 }), queued, 'me')).toBe('queue');
    expect(alarmOfMessage(message({ seq: 9 }), queued, 'me')).toBeNull();
    const note = message({ kind: 'note', mentions: ['me'], author: { kind: 'agent', id: 'you', name: null } });
    expect(alarmOfMessage(note, conversation({ agent_id: 'you' }), 'me')).toBe('mention');
  });

  it('is silent for one\'s own words and for colleagues\' conversations', () => {
    expect(alarmOfMessage(message({ author: { kind: 'agent', id: 'me', name: null } }), conversation(), 'me')).toBeNull();
    expect(alarmOfMessage(message(), conversation({ agent_id: 'you' }), 'me')).toBeNull();
  });
});

it('rings once more when a colleague hands something over', () => {
  const before = conversation({ agent_id: 'you' });
  expect(alarmOfChange(before, conversation({ agent_id: 'me' }), 'me')).toBe('transferred');
  expect(alarmOfChange(conversation(), conversation(), 'me')).toBeNull();
  expect(alarmOfChange(undefined, conversation(), 'me')).toBeNull();
});

it('tells of every wait that is too long once', () => {
  const waiting = conversation({ waiting_since: since });
  expect(overdue([waiting], 'me', later(100), new Map())).toEqual([]);
  expect(overdue([waiting], 'me', later(200), new Map())).toEqual([waiting]);
  expect(overdue([waiting], 'me', later(300), new Map([['c1', since]]))).toEqual([]);
});

it('counts what needs attention', () => {
  const all = [
    conversation({ unread: 2 }),
    conversation({ agent_id: 'you', unread: 5 }),
    conversation({ agent_id: null, status: 'queued', unread: 3 }),
  ];
  expect(attentionOf(all, 'me')).toBe(3);
});
