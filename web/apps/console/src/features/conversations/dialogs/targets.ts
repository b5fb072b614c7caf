import type { Agent, AvailabilityName, Id, Team } from '@yingke/api';

export type Target =
  | { kind: 'agent'; id: Id; name: string; availability: AvailabilityName; load: number; capacity: number }
  | { kind: 'team'; id: Id; name: string; color: string; online: number; size: number };

const RANK: Record<AvailabilityName, number> = { online: 0, busy: 1, away: 2, offline: 3 };

/** Who can take a conversation: agents by readiness and free hands, then teams; never who has it already. */
export function targetsOf(
  agents: readonly Agent[],
  teams: readonly Team[],
  loads: ReadonlyMap<Id, number>,
  query: string,
  holder: { agent: Id | null; team: Id | null },
): Target[] {
  const loadOf = (agent: Agent) => loads.get(agent.id) ?? 0;
  const wanted = query.trim().toLowerCase();
  const matches = (...names: string[]) => names.join(' ').toLowerCase().includes(wanted);
  const people = agents
    .filter((agent) => agent.id !== holder.agent && matches(agent.name, agent.nickname, agent.title))
    .sort((one, other) => RANK[ready(one)] - RANK[ready(other)] || loadOf(one) - loadOf(other))
    .map((agent) => agentTarget(agent, loadOf(agent)));
  const groups = teams
    .filter((team) => team.id !== holder.team && matches(team.name, team.public_name))
    .map((team) => teamTarget(team, agents));
  return [...people, ...groups];
}

/** Somebody without a browser open answers nobody, whatever he said last. */
function ready(agent: Agent): AvailabilityName {
  return agent.connected ? agent.availability : 'offline';
}

function agentTarget(agent: Agent, load: number): Target {
  const { id, name, nickname, capacity } = agent;
  return { kind: 'agent', id, name: nickname || name, availability: ready(agent), load, capacity };
}

function teamTarget(team: Team, agents: readonly Agent[]): Target {
  const members = agents.filter((agent) => team.agent_ids.includes(agent.id));
  const online = members.filter((agent) => ready(agent) === 'online').length;
  return { kind: 'team', id: team.id, name: team.name, color: team.color, online, size: members.length };
}
