import type { AgentPromise } from '@yingke/api';
import { describe, expect, it } from 'vitest';

import { belongs, type Chosen, inPanel, isOf, taken } from './listing';

const looking = { me: 'me', team: new Set(['colleague']) };
const chosen: Chosen = { scope: 'mine', state: 'open', owner: '', query: '' };
const promise = (id: string, day: number, more: Partial<AgentPromise> = {}) => ({ id, text: '回电', name: '周女士', owner_id: 'me', state: 'open', done_at: null, due_at: `2026-11-${day}T10:00:00Z`, ...more }) as AgentPromise;
const ids = (promises: AgentPromise[]) => promises.map(({ id }) => id).join(' ');

describe('the list of promises', () => {
  it('takes in what belongs to it and leaves the rest alone', () => {
    const foreign = { owner_id: 'stranger' };
    expect(belongs(promise('a', 21), chosen, looking)).toBe(true);
    expect(belongs(promise('a', 21, foreign), chosen, looking)).toBe(false);
    expect(belongs(promise('a', 21, foreign), { ...chosen, scope: 'all' }, looking)).toBe(true);
    expect(belongs(promise('a', 21, { state: 'kept', done_at: '2026-11-20T10:00:00Z' }), chosen, looking)).toBe(false);
    expect(belongs(promise('a', 21), { ...chosen, state: 'overdue' }, looking)).toBe(false);
    expect(belongs(promise('a', 21), { ...chosen, query: '周' }, looking)).toBe(true);
    expect(belongs(promise('a', 21), { ...chosen, query: '王' }, looking)).toBe(false);
    expect(isOf(promise('a', 21, { owner_id: 'colleague' }), 'team', looking)).toBe(true);
  });

  it('puts what is new in its place, and what is in sight stays in its own', () => {
    const shown = [promise('a', 21), promise('c', 25)];
    expect(ids(taken(shown, promise('b', 23), chosen, looking, false))).toBe('a b c');
    expect(ids(taken(shown, promise('d', 28), chosen, looking, false))).toBe('a c');
    expect(ids(taken(shown, promise('d', 28), chosen, looking, true))).toBe('a c d');
    expect(taken(shown, promise('a', 28, { text: '改期' }), chosen, looking, true)[0]!.text).toBe('改期');
    expect(taken(shown, promise('b', 23, { owner_id: 'stranger' }), chosen, looking, true)).toBe(shown);
  });

  it('is in the panel what is to be done first, then what is settled last', () => {
    const done = { state: 'kept', done_at: '2026-11-20T10:00:00Z' } as const;
    expect(ids(inPanel([promise('old', 11, done), promise('later', 25), promise('late', 20, { state: 'broken' }), promise('new', 19, done)]))).toBe('late later new old');
  });
});
