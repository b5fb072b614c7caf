import type { AgentPromise, Id } from '@yingke/api';

import { isUndone } from './settling';

export const SCOPES = ['mine', 'team', 'all'] as const;
export const STATES = ['open', 'overdue', 'kept', 'broken', 'dropped'] as const;

/** What the list is narrowed to; an empty word narrows nothing. */
export interface Chosen {
  scope: (typeof SCOPES)[number];
  state: (typeof STATES)[number] | '';
  owner: Id;
  query: string;
}

/** Who looks: oneself, and everybody of one's teams. */
export interface Looking {
  me: Id;
  team: ReadonlySet<Id>;
}

/** Whether a promise counts among those of `scope`; all that one is told of may be read. */
export function isOf(promise: AgentPromise, scope: Chosen['scope'], { me, team }: Looking): boolean {
  if (scope === 'all' || promise.owner_id === me) return true;
  return scope === 'team' && promise.owner_id !== null && team.has(promise.owner_id);
}

export function belongs(promise: AgentPromise, chosen: Chosen, looking: Looking): boolean {
  const { scope, state, owner, query } = chosen;
  const has = (text: string | null) => Boolean(text?.toLowerCase().includes(query.toLowerCase()));
  return isOf(promise, scope, looking) && (!state || isIn(promise, state)) && (!owner || scope === 'mine' || promise.owner_id === owner) && (has(promise.text) || has(promise.name));
}

function isIn(promise: AgentPromise, state: (typeof STATES)[number]): boolean {
  if (state === 'open') return isUndone(promise);
  return state === 'overdue' ? promise.state === 'broken' && isUndone(promise) : promise.state === state;
}

/**
 * The list after something became of `promise`. What is in sight is renewed in its place, so that nothing jumps from under
 * the pointer; what is new comes where the server would have put it, unless that is beyond what was fetched (`finished`).
 */
export function taken(items: AgentPromise[], promise: AgentPromise, chosen: Chosen, looking: Looking, finished: boolean): AgentPromise[] {
  if (items.some(({ id }) => id === promise.id)) return items.map((each) => (each.id === promise.id ? promise : each));
  if (!belongs(promise, chosen, looking)) return items;
  const settled = chosen.state === 'kept' || chosen.state === 'broken' || chosen.state === 'dropped';
  const after = settled ? (each: AgentPromise) => each.due_at < promise.due_at : (each: AgentPromise) => each.due_at > promise.due_at;
  const place = items.findIndex(after);
  if (place < 0) return finished ? [...items, promise] : items;
  return items.toSpliced(place, 0, promise);
}

/** As the customer's panel shows them: what is to be done, next due first; then what is settled, last due first. */
export function inPanel(promises: AgentPromise[]): AgentPromise[] {
  const [undone, settled] = [promises.filter(isUndone), promises.filter((each) => !isUndone(each))];
  return [...undone.toSorted((a, b) => a.due_at.localeCompare(b.due_at)), ...settled.toSorted((a, b) => b.due_at.localeCompare(a.due_at))];
}
