import type { Agent, Conversation, WallConversation } from '@yingke/api';
import { describe, expect, it } from 'vitest';

import { agentRows, isLate, passes, rowOf, sorted, stateOf, waitedOf } from './rows';

const row = (part: Partial<WallConversation>) =>
  ({ id: '1', version: 1, number: 1, kind: 'chat', status: 'open', site_id: null, team_id: null, agent_id: 'a', name: '周敏', robot: false, priority: '', opened_at: '2026-11-22T08:00:00Z', queued_at: null, waiting_since: null, due: null, ...part }) as WallConversation;
const agent = (id: string, part: Partial<Agent> = {}) => ({ id, name: id, capacity: 4, availability: 'online', connected: true, disabled: false, team_ids: ['t'], ...part }) as Agent;
const at = (time: string) => Date.parse(`2026-11-22T${time}Z`);

describe('rows of the wall', () => {
  it('say what state a conversation is in', () => {
    expect(stateOf(row({ status: 'queued' }))).toBe('waiting');
    expect(stateOf(row({ status: 'queued', kind: 'offline' }))).toBe('message');
    expect(stateOf(row({ waiting_since: 'x' }))).toBe('unanswered');
    expect(stateOf(row({}))).toBe('answered');
    expect(stateOf(row({ robot: true, agent_id: null }))).toBe('robot');
    expect(stateOf(row({ status: 'snoozed' }))).toBe('snoozed');
  });

  it('count waiting from the first unanswered message, and nothing while a robot talks', () => {
    const waiting = row({ waiting_since: '2026-11-22T08:00:00Z' });
    expect(waitedOf(waiting, at('08:01:30'))).toBe(90);
    expect([isLate(waiting, at('08:01:59')), isLate(waiting, at('08:02:00'))]).toEqual([false, true]);
    expect(waitedOf(row({ robot: true, waiting_since: '2026-11-22T08:00:00Z' }), at('08:05:00'))).toBeNull();
  });

  it('are filtered by what all must hold', () => {
    const all = { team: '', site: '', state: '', query: '' } as const;
    expect(passes(row({ team_id: 't' }), { ...all, team: 't' })).toBe(true);
    expect(passes(row({ team_id: 'u' }), { ...all, team: 't' })).toBe(false);
    expect(passes(row({}), { ...all, query: '周' })).toBe(true);
    expect(passes(row({}), { ...all, state: 'waiting' })).toBe(false);
  });

  it('stand with the longest waiting first, and by name otherwise', () => {
    const rows = [row({ id: '1', number: 1 }), row({ id: '2', number: 2, waiting_since: '2026-11-22T08:03:00Z' }), row({ id: '3', number: 3, status: 'queued', agent_id: null, queued_at: '2026-11-22T08:01:00Z' })];
    expect(sorted(rows, 'wait', String).map(({ id }) => id)).toEqual(['3', '2', '1']);
    expect(sorted(rows, 'agent', (id) => id ?? '').map(({ id }) => id)).toEqual(['2', '1', '3']);
  });

  it('are folded from facts', () => {
    const told = { ...row({}), who: { name: '李雷' }, channel: 'webchat' } as unknown as Conversation;
    expect(rowOf(told)).toMatchObject({ id: '1', name: '李雷', robot: false });
  });
});

describe('agents on the wall', () => {
  it('have their load by weight, and the fullest at the desk come first', () => {
    const people = [agent('b'), agent('a'), agent('c', { connected: false })];
    const rows = [row({ agent_id: 'a', waiting_since: 'x' }), row({ agent_id: 'a', kind: 'offline' }), row({ agent_id: 'c' })];
    const listed = agentRows(people, rows, new Map(), { offline: 0.5 }, '');
    expect(listed.map(({ agent: { id }, open, load, waiting }) => [id, open, load, waiting])).toEqual([
      ['a', 2, 1.5, 1],
      ['b', 0, 0, 0],
      ['c', 1, 1, 0],
    ]);
    expect(agentRows(people, rows, new Map(), {}, 'u')).toEqual([]);
  });
});
