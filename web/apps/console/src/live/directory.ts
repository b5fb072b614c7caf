import { type Agent, everyItem, type Id, type Site, type Tag, type Team } from '@yingke/api';
import { computed, ref, shallowReactive } from 'vue';

import { api } from '@/api';
import { me, refreshSession, session, updateMe } from '@/session/session';

import { onFact } from './facts';

/** The small lists that every screen names things with; loaded whole, kept by facts. */
export const agents = shallowReactive(new Map<Id, Agent>());
export const teams = shallowReactive(new Map<Id, Team>());
export const tags = shallowReactive(new Map<Id, Tag>());
export const sites = shallowReactive(new Map<Id, Site>());

/** Before that, an empty list says nothing. */
export const directoryLoaded = ref(false);

export const activeAgents = computed(() => [...agents.values()].filter((agent) => !agent.disabled));

export function agentName(id: Id | null): string {
  const agent = id ? agents.get(id) : undefined;
  return agent ? agent.nickname || agent.name : '';
}

export async function loadDirectory(): Promise<void> {
  await Promise.all([
    load('/agents', agents),
    load('/teams', teams),
    load('/tags', tags),
    load('/sites', sites),
  ]);
  directoryLoaded.value = true;
}

async function load<Item extends { id: Id }>(path: string, into: Map<Id, Item>): Promise<void> {
  const items = await everyItem<Item>(api, path);
  into.clear();
  for (const item of items) into.set(item.id, item);
}

function keep<Item extends { id: Id }>(into: Map<Id, Item>, item: Item, deleted = false): void {
  if (deleted) into.delete(item.id);
  else into.set(item.id, item);
}

onFact('agent.changed', ({ agent }) => {
  keep(agents, agent);
  if (agent.id === me.value?.id) updateMe({ ...me.value, ...agent });
});
onFact('rights.changed', ({ agent_id }) => {
  if (agent_id === me.value?.id) void refreshSession().catch(() => undefined); // the next page asks the server anyway
});
onFact('workspace.changed', ({ workspace }) => {
  if (session.value?.workspace.id === workspace.id) session.value = { ...session.value, workspace };
});
onFact('team.changed', ({ team }) => keep(teams, team));
onFact('team.deleted', ({ team_id }) => teams.delete(team_id));
onFact('tag.changed', ({ tag, deleted }) => keep(tags, tag, deleted));
onFact('site.changed', ({ site, deleted }) => keep(sites, site, deleted));
