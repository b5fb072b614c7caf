import type { Agent, Conversation, Id, WallAgent, WallConversation } from '@yingke/api';

import { dueOf } from '@/features/conversations/list/due';
import { UNANSWERED_SECONDS } from '@/live/unanswered';

export type TalkState = 'waiting' | 'unanswered' | 'answered' | 'robot' | 'snoozed' | 'message';
export const STATES: TalkState[] = ['waiting', 'unanswered', 'answered', 'robot', 'message', 'snoozed'];
export type Sort = 'due' | 'wait' | 'newest' | 'agent' | 'team';

export interface WallFilter {
  team: Id | '';
  site: Id | '';
  state: TalkState | '';
  query: string;
}

/** What the wall keeps of a conversation that a fact tells whole. */
export function rowOf(conversation: Conversation): WallConversation {
  const { id, version, number, kind, status, site_id, team_id, agent_id, who, robot, priority, opened_at, queued_at, waiting_since, due } = conversation;
  return { id, version, number, kind, status, site_id, team_id, agent_id, name: who.name ?? null, robot: robot ?? false, priority: priority ?? '', opened_at, queued_at, waiting_since, due: due ?? null };
}

export function stateOf({ status, kind, robot, waiting_since: since }: WallConversation): TalkState {
  if (status === 'snoozed') return 'snoozed';
  if (robot) return 'robot';
  if (status === 'queued') return kind === 'offline' ? 'message' : 'waiting';
  return since ? 'unanswered' : 'answered';
}

/** Seconds the visitor has waited for a person, or null when nobody waits. Of messages that were left too. */
export function waitedOf(row: WallConversation, present: number): number | null {
  const since = row.waiting_since ?? (row.status === 'queued' ? row.queued_at : null);
  return since && !row.robot ? Math.max(0, (present - Date.parse(since)) / 1000) : null;
}

export const isLate = (row: WallConversation, present: number): boolean => row.kind === 'chat' && (waitedOf(row, present) ?? 0) >= UNANSWERED_SECONDS;

/** What is owed on a row, warned of or over; null when there is nothing to say. */
export const owedOf = (row: WallConversation, present: number) => (row.due && row.status !== 'resolved' ? dueOf(row.due, present) : null);

export function passes(row: WallConversation, { team, site, state, query }: WallFilter): boolean {
  if (team && row.team_id !== team) return false;
  if (site && row.site_id !== site) return false;
  if (state && stateOf(row) !== state) return false;
  return !query || `${row.number} ${row.name ?? ''}`.toLowerCase().includes(query.toLowerCase());
}

/** `nameOf` says what an id is called, for sorting by it. Times are RFC 3339 in UTC, so they compare as text. */
export function sorted(rows: WallConversation[], by: Sort, nameOf: (id: Id | null) => string): WallConversation[] {
  const waits = (row: WallConversation) => (row.robot ? '~' : (row.waiting_since ?? (row.status === 'queued' ? row.queued_at : null) ?? '~'));
  const keys: Record<Sort, (row: WallConversation) => string> = {
    wait: waits,
    due: (row) => row.due?.at ?? '~' + waits(row),
    newest: (row) => row.opened_at,
    agent: (row) => (row.agent_id ? nameOf(row.agent_id) : '~') + waits(row),
    team: (row) => (row.team_id ? nameOf(row.team_id) : '~') + waits(row),
  };
  const keyed = rows.map((row) => [keys[by](row), row] as const);
  keyed.sort(([one, a], [other, b]) => (one < other ? -1 : one > other ? 1 : a.number - b.number));
  if (by === 'newest') keyed.reverse();
  return keyed.map(([, row]) => row);
}

export interface AgentRow {
  agent: Agent;
  figures: WallAgent | null;
  open: number;
  load: number;
  waiting: number;
}

const STATE_ORDER = { online: 0, busy: 1, away: 2, offline: 3 };
export const shownState = (agent: Agent) => (agent.connected ? agent.availability : 'offline');

/** Agents with what they hold now: those at the desk first, the fullest of them before the others. */
export function agentRows(agents: Iterable<Agent>, rows: Iterable<WallConversation>, figures: ReadonlyMap<Id, WallAgent>, weights: Record<string, number>, team: Id | ''): AgentRow[] {
  const held = new Map<Id, AgentRow>();
  for (const agent of agents) {
    if (!agent.disabled && (!team || agent.team_ids.includes(team))) held.set(agent.id, { agent, figures: figures.get(agent.id) ?? null, open: 0, load: 0, waiting: 0 });
  }
  for (const row of rows) {
    const found = row.agent_id && row.status === 'open' ? held.get(row.agent_id) : undefined;
    if (!found) continue;
    found.open += 1;
    found.load += weights[row.kind === 'offline' ? 'offline' : 'webchat'] ?? 1;
    if (row.waiting_since) found.waiting += 1;
  }
  const order = ({ agent, load }: AgentRow) => STATE_ORDER[shownState(agent)] * 1000 - load / agent.capacity;
  return [...held.values()].sort((one, other) => order(one) - order(other) || one.agent.name.localeCompare(other.agent.name));
}
