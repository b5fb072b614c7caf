import { describe, expect, it } from 'vitest';

import { daysOf, periodOf, todayIn } from './range';

describe('a period', () => {
  it('begins with the day it is in the workspace, not here', () => {
    const late = new Date('2026-11-21T17:30:00Z');
    expect(todayIn('Asia/Shanghai', late)).toBe('2026-11-22');
    expect(todayIn('America/New_York', late)).toBe('2026-11-21');
  });

  it('counts today as one of its days', () => {
    expect(daysOf('7', '2026-03-02')).toEqual({ from: '2026-02-24', to: '2026-03-02' });
    expect(daysOf('yesterday', '2026-03-01')).toEqual({ from: '2026-02-28', to: '2026-02-28' });
  });

  it('is made possible when somebody wrote impossible days into the address', () => {
    expect(daysOf('custom', '2026-03-02', { from: '2026-04-01', to: 'soon' })).toEqual({ from: '2026-02-01', to: '2026-03-02' });
    expect(daysOf('custom', '2026-03-02', { from: '2020-01-01', to: '2026-03-01' }).from).toBe('2025-01-26');
    expect(periodOf({ period: '31' })).toBe('30');
  });
});
