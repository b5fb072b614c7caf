import { describe, expect, it } from 'vitest';

import { choosesSomebody, KINDS, makeStep, missingIn, moved, RANKERS, unreached } from './steps';

const policy = (...kinds: (typeof KINDS)[number][]) => ({ steps: kinds.map(makeStep) }) as Parameters<typeof choosesSomebody>[0];

describe('steps of a policy', () => {
  it('one that always chooses has to be on', () => {
    for (const kind of KINDS) expect(choosesSomebody(policy(kind))).toBe(RANKERS.includes(kind));
    const off = policy('least_loaded');
    off.steps[0]!.on = false;
    expect(choosesSomebody(off)).toBe(false);
  });

  it('what stands behind one that always chooses is never reached', () => {
    const { steps } = policy('skills', 'least_loaded', 'owner');
    expect(steps.map((_, index) => unreached(steps, index))).toEqual([false, false, true]);
  });

  it('a rule needs values and people', () => {
    const rule = makeStep('rule');
    expect(missingIn(rule)).toBe('values');
    if (rule.kind === 'rule') rule.when[0]!.values = ['退货'];
    expect(missingIn(rule)).toBe('agents');
    expect(missingIn(makeStep('owner'))).toBeNull();
  });

  it('moves stay within the list', () => {
    expect(moved(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a']);
    expect(moved(['a', 'b', 'c'], 2, 9)).toEqual(['a', 'b', 'c']);
    expect(moved(['a', 'b', 'c'], 1, -1)).toEqual(['b', 'a', 'c']);
  });
});
