import type { Id, Roster, RosterCell, RosterLeave, RosterShift, ShiftPattern } from '@yingke/api';

/** A day of the workspace's calendar, as `2026-11-20`: it is no instant, so it is counted in UTC. */
export type Day = string;
const DAY_MS = 86_400_000;

export const addDays = (day: Day, days: number): Day => new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
/** 0 is Monday. */
export const weekdayOf = (day: Day): number => (new Date(day).getUTCDay() + 6) % 7;
export const mondayOf = (day: Day): Day => addDays(day, -weekdayOf(day));
export const daysFrom = (first: Day, count: number): Day[] => Array.from({ length: count }, (_, number) => addDays(first, number));
export const keyOf = (agent: Id, day: Day): string => `${agent} ${day}`;

export interface Held {
  shifts: RosterShift[];
  leave: RosterLeave | null;
}

const NOTHING: Held = { shifts: [], leave: null };

/** What stands in each cell. */
export function heldIn(roster: Roster): Map<string, Held> {
  const held = new Map<string, Held>();
  const at = (agent: Id, day: Day) => {
    const key = keyOf(agent, day);
    const known = held.get(key) ?? { shifts: [], leave: null };
    held.set(key, known);
    return known;
  };
  for (const shift of roster.shifts) at(shift.agent_id, shift.day).shifts.push(shift);
  for (const leave of roster.leaves) at(leave.agent_id, leave.day).leave = leave;
  return held;
}

export function cellOf(held: ReadonlyMap<string, Held>, agent: Id, day: Day): RosterCell {
  const { shifts, leave } = held.get(keyOf(agent, day)) ?? NOTHING;
  return { agent_id: agent, day, pattern_ids: shifts.map((shift) => shift.pattern_id), leave: leave?.kind ?? null, note: leave?.note ?? '' };
}

/** Every cell between two corners. */
export function between(agents: Id[], days: Day[], [fromAgent, fromDay]: [Id, Day], [toAgent, toDay]: [Id, Day]): string[] {
  const part = <Item>(all: Item[], one: Item, other: Item) => {
    const [low, high] = [all.indexOf(one), all.indexOf(other)].sort((a, b) => a - b) as [number, number];
    return low < 0 ? [] : all.slice(low, high + 1);
  };
  return part(agents, fromAgent, toAgent).flatMap((agent) => part(days, fromDay, toDay).map((day) => keyOf(agent, day)));
}

/** Last week's shifts for this week's days that hold nothing yet; leave is of its day, and deleted patterns are gone. */
export function copied(last: Roster, now: Roster, patterns: ReadonlyMap<Id, ShiftPattern>): RosterCell[] {
  const [before, present] = [heldIn(last), heldIn(now)];
  return now.agents
    .filter(({ editable }) => editable)
    .flatMap(({ agent_id: agent }) =>
      daysFrom(now.first_day, now.days).flatMap((day) => {
        const taken = present.get(keyOf(agent, day));
        const { shifts } = before.get(keyOf(agent, addDays(day, -now.days))) ?? NOTHING;
        const ids = shifts.map((shift) => shift.pattern_id).filter((id) => patterns.get(id)?.retired === false);
        return taken?.shifts.length || !ids.length ? [] : [{ ...cellOf(present, agent, day), pattern_ids: ids }];
      }),
    );
}
