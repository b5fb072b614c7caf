import type { Roster, ShiftPattern } from '@yingke/api';
import { describe, expect, it } from 'vitest';

import { addDays, between, cellOf, copied, heldIn, mondayOf, weekdayOf } from './planning';

const shift = (agent: string, day: string, pattern = 'day') => ({ id: agent + day, agent_id: agent, day, pattern_id: pattern, start: '09:00', end: '18:00', starts_at: '', ends_at: '' });
const roster = (first: string, shifts: ReturnType<typeof shift>[], leaves: string[] = []): Roster => ({
  first_day: first, days: 7, today: first, time_zone: 'Asia/Shanghai', kept: [], swaps: [], shifts,
  agents: [{ agent_id: 'a', editable: true, follows: null }, { agent_id: 'b', editable: false, follows: null }],
  leaves: leaves.map((day) => ({ agent_id: 'a', day, kind: 'sick', note: '' })),
});
const patterns = new Map([['day', { retired: false } as ShiftPattern], ['old', { retired: true } as ShiftPattern]]);

describe('the roster', () => {
  it('counts days without clocks', () => {
    expect(addDays('2026-02-28', 1)).toBe('2026-03-01');
    expect(mondayOf('2026-11-22')).toBe('2026-11-16');
    expect(weekdayOf('2026-11-16')).toBe(0);
  });

  it('is copied into what is empty, for those whom one plans', () => {
    const last = roster('2026-11-09', [shift('a', '2026-11-09'), shift('a', '2026-11-10'), shift('a', '2026-11-11'), shift('a', '2026-11-12', 'old'), shift('b', '2026-11-09')]);
    const now = roster('2026-11-16', [shift('a', '2026-11-16')], ['2026-11-18']);
    expect(copied(last, now, patterns)).toEqual([
      { agent_id: 'a', day: '2026-11-17', pattern_ids: ['day'], leave: null, note: '' },
      { agent_id: 'a', day: '2026-11-18', pattern_ids: ['day'], leave: 'sick', note: '' },
    ]);
  });

  it('is chosen from corner to corner', () => {
    expect(between(['a', 'b', 'c'], ['1', '2', '3'], ['b', '3'], ['a', '2'])).toEqual(['a 2', 'a 3', 'b 2', 'b 3']);
    expect(cellOf(heldIn(roster('2026-11-16', [])), 'a', '2026-11-16').pattern_ids).toEqual([]);
  });
});
