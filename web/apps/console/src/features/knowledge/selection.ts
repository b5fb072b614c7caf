import type { Id } from '@yingke/api';
import { computed, type Ref, shallowRef } from 'vue';

/**
 * Which lines of a list are chosen; with a held Shift key, all from the last one to this one. They stay chosen when the list
 * is fetched anew and shows fewer of them.
 */
export function useSelection<Item extends { id: Id }>(items: Readonly<Ref<Item[]>>) {
  const byId = shallowRef<ReadonlyMap<Id, Item>>(new Map());
  const chosen = computed(() => [...byId.value.values()]);
  let last: Id | null = null;

  function toggle(id: Id, event: MouseEvent): void {
    const on = !byId.value.has(id);
    const touched = event.shiftKey && last ? between(last, id) : items.value.filter((item) => item.id === id);
    if (on) choose([...chosen.value, ...touched]);
    else drop(touched.map((item) => item.id));
    last = id;
  }

  function between(one: Id, other: Id): Item[] {
    const places = [one, other].map((id) => items.value.findIndex((item) => item.id === id)).sort((a, b) => a - b) as [number, number];
    return items.value.slice(places[0] < 0 ? places[1] : places[0], places[1] + 1);
  }

  const has = (id: Id) => byId.value.has(id);
  const choose = (wanted: Item[]) => void (byId.value = new Map(wanted.map((item) => [item.id, item])));
  const drop = (ids: Id[]) => {
    const gone = new Set(ids);
    choose(chosen.value.filter(({ id }) => !gone.has(id)));
  };
  return { chosen, has, toggle, choose, drop, clear: () => choose([]) };
}
