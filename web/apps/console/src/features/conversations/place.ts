import type { Id } from '@yingke/api';
import { computed } from 'vue';
import { type LocationQuery, useRoute, useRouter } from 'vue-router';

import { type Filter, queryOf, type ViewName, VIEWS } from '@/live/lists';

/** Where one is at the desk: the address says it all, so a reload, a link and the back button keep it. */
export function useDeskPlace() {
  const route = useRoute();
  const router = useRouter();

  const view = computed<ViewName>(() => (route.name === 'colleagues' ? 'colleagues' : viewOf(route.params.view)));
  const openId = computed<Id | null>(() => (typeof route.params.id === 'string' && route.params.id) || null);
  const filter = computed(() => filterOf(route.query));
  const savedView = computed(() => text(route.query.saved));
  /** The message to show in its place, e.g. from a search. */
  const seq = computed(() => Number(text(route.query.seq)) || null);

  function pathTo(nextView: ViewName, id: Id | null): string {
    const base = nextView === 'colleagues' ? '/colleagues' : `/conversations/${nextView}`;
    return id ? `${base}/${id}` : base;
  }

  const open = (id: Id | null) => router.push({ path: pathTo(view.value, id), query: listQuery(route.query) });
  const goTo = (nextView: ViewName, nextFilter: Filter = {}, saved?: Id) =>
    router.push({ path: pathTo(nextView, null), query: { ...queryOf(nextFilter), ...(saved ? { saved } : {}) } });
  const setFilter = (next: Filter) =>
    router.replace({ path: pathTo(view.value, openId.value), query: queryOf(next) });

  return { view, openId, filter, savedView, seq, open, goTo, setFilter };
}

function viewOf(value: unknown): ViewName {
  return VIEWS.find((name) => name === value) ?? 'mine';
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value ? value : undefined;
}

export function filterOf(query: LocationQuery): Filter {
  return {
    team_id: text(query.team_id),
    tag_id: text(query.tag_id),
    site_id: text(query.site_id),
    agent_id: text(query.agent_id),
    unread: query.unread ? true : undefined,
  };
}

/** The query without what belongs to one opened message. */
function listQuery(query: LocationQuery): LocationQuery {
  return Object.fromEntries(Object.entries(query).filter(([name]) => name !== 'seq'));
}
