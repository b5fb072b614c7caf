import type { Agent, Team } from '@yingke/api';
import { expect, it } from 'vitest';

import { targetsOf } from './targets';

const agent = (id: string, change: Partial<Agent> = {}): Agent => ({
  id,
  name: id,
  nickname: '',
  email: '',
  role: 'agent', role_id: null, only_team_ids: null, only_site_ids: null,
  avatar_url: null,
  title: '',
  languages: [],
  capacity: 5,
  availability: 'online',
  away_reason: null,
  connected: true,
  team_ids: [],
  disabled: false,
  last_seen_at: null,
  ...change,
});
const team: Team = { id: 't', name: '售后', public_name: '', color: '#000', agent_ids: ['a', 'b'] };
const idle = new Map<string, number>();
const nobody = { agent: null, team: null };
const ids = (targets: { id: string }[]) => targets.map((target) => target.id).join('');

it('puts ready agents with free hands first and teams last', () => {
  const agents = [agent('a'), agent('b', { availability: 'busy' }), agent('c')];
  const loads = new Map([
    ['a', 3],
    ['c', 1],
  ]);
  expect(ids(targetsOf(agents, [team], loads, '', nobody))).toBe('cabt');
});

it('takes somebody without a browser open for offline', () => {
  const agents = [agent('a', { connected: false }), agent('b', { availability: 'away' })];
  expect(ids(targetsOf(agents, [], idle, '', nobody))).toBe('ba');
  expect(targetsOf(agents, [team], idle, '售', nobody)).toMatchObject([{ online: 0, size: 2 }]);
});

it('leaves out who has it, and finds by nickname', () => {
  const agents = [agent('a', { nickname: '小林' }), agent('b')];
  expect(ids(targetsOf(agents, [team], idle, '小', nobody))).toBe('a');
  expect(ids(targetsOf(agents, [team], idle, '', { agent: 'a', team: 't' }))).toBe('b');
});
