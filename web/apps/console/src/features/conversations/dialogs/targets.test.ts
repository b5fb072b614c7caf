import type { Agent, Team } from '@yingke/api';
import { expect, it } from 'vitest';

import { targetsOf } from './targets';

const agent = (id: string, change: Partial<Agent> = {}): Agent => ({
  id,
  name: id,
  nickname: '',
  email: '',
  role: 'agent',
  avatar_url: null,
  title: '',
  languages: [],
  capacity: 5,
  availability: 'online',
  away_reason: null,
  connected: true,
  load: 0,
  team_ids: [],
  disabled: false,
  last_seen_at: null,
  ...change,
});
const team: Team = { id: 't', name: '售后', public_name: '', color: '#000', agent_ids: ['a', 'b'] };
const nobody = { agent: null, team: null };
const ids = (targets: { id: string }[]) => targets.map((target) => target.id).join('');

it('puts ready agents with free hands first and teams last', () => {
  const agents = [agent('a', { load: 3 }), agent('b', { availability: 'busy' }), agent('c', { load: 1 })];
  expect(ids(targetsOf(agents, [team], '', nobody))).toBe('cabt');
});

it('takes somebody without a browser open for offline', () => {
  const agents = [agent('a', { connected: false }), agent('b', { availability: 'away' })];
  expect(ids(targetsOf(agents, [], '', nobody))).toBe('ba');
  expect(targetsOf(agents, [team], '售', nobody)).toMatchObject([{ online: 0, size: 2 }]);
});

it('leaves out who has it, and finds by nickname', () => {
  const agents = [agent('a', { nickname: '小林' }), agent('b')];
  expect(ids(targetsOf(agents, [team], '小', nobody))).toBe('a');
  expect(ids(targetsOf(agents, [team], '', { agent: 'a', team: 't' }))).toBe('b');
});
