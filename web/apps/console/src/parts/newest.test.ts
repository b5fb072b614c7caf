import { expect, it } from 'vitest';

import { newestFirst } from './newest';

it('answers the last of what was asked while it was busy, and nothing between', async () => {
  const answered: string[] = [];
  let free: () => void = () => undefined;
  const ask = newestFirst(async (question: string) => {
    answered.push(question);
    if (question === 'first') await new Promise<void>((done) => (free = done));
  });
  const whole = ask('first');
  await ask('second');
  await ask('third');
  expect(answered).toEqual(['first']);
  free();
  await whole;
  expect(answered).toEqual(['first', 'third']);
  await ask('fourth');
  expect(answered).toEqual(['first', 'third', 'fourth']);
});
