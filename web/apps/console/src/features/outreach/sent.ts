import type { Id, VisitorInvitation } from '@yingke/api';
import type { LocationQuery } from 'vue-router';

/** What the list of invitations may be narrowed to; the names are the server's. */
export const NARROWED_BY = ['by', 'rule_id', 'agent_id', 'site_id', 'state'] as const;
export type SentFilter = Partial<Record<(typeof NARROWED_BY)[number], string>>;

/** What may have become of an invitation. Who was held out got none. */
export const STATES = ['offered', 'shown', 'accepted', 'declined', 'ignored', 'expired'] as const;

export function sentFilterOf(query: LocationQuery): SentFilter {
  return Object.fromEntries(NARROWED_BY.flatMap((name) => (typeof query[name] === 'string' && query[name] ? [[name, query[name]]] : [])));
}

/** Whether an invitation made just now belongs into the list. */
export function belongs(one: VisitorInvitation, filter: SentFilter): boolean {
  const is: Record<keyof SentFilter, Id | null> = { by: one.by_hand ? 'hand' : 'rule', rule_id: one.rule_id, agent_id: one.agent_id, site_id: one.site_id, state: one.state };
  return one.state !== 'held_out' && NARROWED_BY.every((name) => !filter[name] || filter[name] === is[name]);
}

/** The list after something became of `one`; those in it stay in their places. */
export function taken(items: VisitorInvitation[], one: VisitorInvitation, filter: SentFilter): VisitorInvitation[] {
  if (items.some(({ id }) => id === one.id)) return items.map((held) => (held.id === one.id ? one : held));
  return belongs(one, filter) ? [one, ...items] : items;
}
