import { expect, it } from 'vitest';
import { shallowRef } from 'vue';

import { useSelection } from './selection';

const click = (shiftKey = false) => ({ shiftKey }) as MouseEvent;
const lines = (...ids: string[]) => ids.map((id) => ({ id }));

it('keeps what is chosen when the list is fetched anew and begins with its first page', () => {
  const items = shallowRef(lines('a', 'b', 'c', 'd'));
  const { chosen, has, toggle, drop } = useSelection(items);
  toggle('b', click());
  toggle('d', click(true));
  expect(chosen.value.map(({ id }) => id)).toEqual(['b', 'c', 'd']);
  items.value = lines('a', 'b');
  expect(chosen.value.map(({ id }) => id)).toEqual(['b', 'c', 'd']);
  drop(['b', 'c']);
  expect([has('b'), has('d')]).toEqual([false, true]);
});

it('unchooses what is clicked again, and a range from a line that is gone is that one line', () => {
  const items = shallowRef(lines('a', 'b', 'c'));
  const { chosen, toggle } = useSelection(items);
  toggle('a', click());
  items.value = lines('b', 'c');
  toggle('c', click(true));
  expect(chosen.value.map(({ id }) => id)).toEqual(['a', 'c']);
  toggle('c', click());
  expect(chosen.value.map(({ id }) => id)).toEqual(['a']);
});
