import { expect, it } from 'vitest';

import { useLatest } from './latest';

it('keeps the answer of what was asked last, also when it comes first', async () => {
  const { answer, busy, ask } = useLatest<string>();
  let late: (found: string) => void = () => undefined;
  const first = ask(() => new Promise((resolve) => (late = resolve)));
  await ask(() => Promise.resolve('second'));
  late('first');
  await first;
  expect([answer.value, busy.value]).toEqual(['second', false]);
});
