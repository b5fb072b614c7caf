import type { Id } from '@yingke/api';
import { type Ref, shallowRef } from 'vue';

/** Which lines of a list are chosen; with a held Shift key, all from the last one to this one. */
export function useSelection(ids: Readonly<Ref<Id[]>>) {
  const chosen = shallowRef<ReadonlySet<Id>>(new Set());
  let last: Id | null = null;

  function toggle(id: Id, event: MouseEvent): void {
    const next = new Set(chosen.value);
    const on = !next.has(id);
    for (const each of event.shiftKey && last ? between(last, id) : [id]) {
      if (on) next.add(each);
      else next.delete(each);
    }
    last = id;
    chosen.value = next;
  }

  function between(one: Id, other: Id): Id[] {
    const [from, to] = [ids.value.indexOf(one), ids.value.indexOf(other)].sort((a, b) => a - b) as [number, number];
    return from < 0 ? [other] : ids.value.slice(from, to + 1);
  }

  const all = () => void (chosen.value = new Set(ids.value));
  const clear = () => void (chosen.value = new Set());
  return { chosen, toggle, all, clear };
}
