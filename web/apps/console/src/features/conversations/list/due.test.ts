import { describe, expect, it } from 'vitest';

import { dueOf } from './due';

const due = { kind: 'first_response' as const, at: '2026-11-21T08:01:00Z', warn_at: '2026-11-21T08:00:48Z', left: null };
const at = (second: number) => Date.parse('2026-11-21T08:00:00Z') + second * 1000;

describe('a countdown', () => {
  it('is calm, soon after the warning, breached when its moment has passed', () => {
    expect([0, 48, 60, 75].map((second) => dueOf(due, at(second)).state)).toEqual(['calm', 'soon', 'breached', 'breached']);
    expect(dueOf(due, at(75)).seconds).toBe(-15);
  });

  it('stands still with what is left while its clock does', () => {
    expect(dueOf({ ...due, at: null, warn_at: null, left: 70 }, at(5000))).toEqual({ state: 'paused', seconds: 70 });
  });
});
