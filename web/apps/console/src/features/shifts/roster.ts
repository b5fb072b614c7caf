import type { Coverage, Duty, Id, Roster, RosterCell, ShiftPattern } from '@yingke/api';
import { computed, onMounted, onUnmounted, ref, shallowRef, watch } from 'vue';

import { api } from '@/api';
import { translate } from '@/i18n';
import { useFact } from '@/live/facts';
import { connectionState } from '@/live/socket';
import { can } from '@/session/session';
import { tell, tellProblem } from '@/shell/toasts';

import { addDays, copied, type Day, daysFrom, heldIn } from './planning';

const SETTLE_MS = 150;
const DUTIES_MS = 20_000;

/** One week of the roster: read again whenever somebody changes it, written cell by cell, each change with its way back. */
export function useRoster() {
  const first = ref<Day | null>(null);
  const team = ref<Id | ''>('');
  const roster = shallowRef<Roster | null>(null);
  const coverage = shallowRef<Coverage | null>(null);
  const duties = shallowRef<ReadonlyMap<Id, Duty>>(new Map());
  const patterns = shallowRef<ReadonlyMap<Id, ShiftPattern>>(new Map());
  const problem = shallowRef<unknown>(null);
  const busy = ref(false);
  /** Whether the week that is asked for is the one in sight. */
  const settled = computed(() => roster.value !== null && roster.value.first_day === first.value);
  const held = computed(() => (roster.value ? heldIn(roster.value) : new Map()));
  const days = computed(() => (roster.value ? daysFrom(roster.value.first_day, roster.value.days) : []));
  const query = (day = first.value) => ({ ...(day ? { first_day: day } : {}), ...(team.value ? { team_id: team.value } : {}) });
  let asked = 0;
  let newest = Promise.resolve();
  /** Taking an older step back would take back with it what came after. */
  let steps = 0;

  const load = (): Promise<void> => (newest = read(++asked));

  /** Until what was asked for last is in sight: what is changed next is changed from there. */
  async function settle(): Promise<void> {
    let waited: Promise<void>;
    do {
      waited = newest;
      await waited;
    } while (waited !== newest);
  }

  async function read(mine: number): Promise<void> {
    try {
      const [found, wanted, made] = await Promise.all([
        api.get<Roster>('/roster', { query: query() }),
        can('shifts.manage') ? api.get<Coverage>('/roster/coverage', { query: query() }) : null,
        api.get<{ items: ShiftPattern[] }>('/shift-patterns'),
        loadDuties(),
      ]);
      if (mine !== asked) return;
      [roster.value, coverage.value, problem.value] = [found, wanted, null];
      first.value ??= found.first_day;
      patterns.value = new Map(made.items.map((pattern) => [pattern.id, pattern]));
    } catch (reason) {
      if (mine === asked) problem.value = reason;
    }
  }

  async function loadDuties(): Promise<void> {
    const { items } = await api.get<{ items: Duty[] }>('/roster/duties');
    duties.value = new Map(items.map((duty) => [duty.agent_id, duty]));
  }

  /** Answers whether it was written. */
  async function write(cells: RosterCell[], done: string, restoring = false): Promise<boolean> {
    if (!cells.length || busy.value) return false;
    busy.value = true;
    try {
      const { items } = await api.put<{ items: RosterCell[] }>('/roster', { cells, restoring });
      const step = ++steps;
      tell(done, () => void (step === steps ? write(items, translate('shifts.undone'), true) : tell(translate('shifts.newestFirst'))));
      void load();
      await settle();
      return true;
    } catch (reason) {
      tellProblem(reason);
      return false;
    } finally {
      busy.value = false;
    }
  }

  async function copyLastWeek(): Promise<void> {
    const now = roster.value;
    if (!now || !settled.value) return;
    try {
      const last = await api.get<Roster>('/roster', { query: query(addDays(now.first_day, -now.days)) });
      const cells = copied(last, now, patterns.value);
      if (cells.length) await write(cells, translate('shifts.copied', { count: cells.length }));
      else tell(translate('shifts.nothingToCopy'));
    } catch (reason) {
      tellProblem(reason);
    }
  }

  let settling: ReturnType<typeof setTimeout> | undefined;
  function soon(): void {
    clearTimeout(settling);
    settling = setTimeout(() => void load(), SETTLE_MS);
  }
  useFact('roster.changed', ({ first_day: from, last_day: to }) => {
    const shown = roster.value;
    // Requests are told of whatever their day.
    if (!shown || (from < addDays(shown.first_day, 366) && to > addDays(shown.first_day, -366))) soon();
  });
  useFact('shift_patterns.changed', soon);
  useFact('agent.changed', ({ agent }) => duties.value.has(agent.id) && void loadDuties().catch(() => undefined));
  watch([first, team], (_, [before]) => before !== null && void load());
  watch(connectionState, (state) => state === 'live' && soon());
  let asking: ReturnType<typeof setInterval>;
  onMounted(() => {
    void load();
    asking = setInterval(() => !document.hidden && void loadDuties().catch(() => undefined), DUTIES_MS);
  });
  onUnmounted(() => {
    clearInterval(asking);
    clearTimeout(settling);
  });
  return { first, team, roster, coverage, duties, patterns, problem, busy, settled, held, days, load, write, copyLastWeek };
}
