import type { VisitorInvitation } from '@yingke/api';
import { describe, expect, it } from 'vitest';

import { belongs, sentFilterOf, taken } from './sent';

const invitation = (change: Partial<VisitorInvitation> = {}) =>
  ({ id: 'i1', site_id: 's1', rule_id: 'r1', agent_id: 'a1', by_hand: false, state: 'offered', ...change }) as VisitorInvitation;

describe('the list of invitations', () => {
  it('takes a new one that fits on top, and leaves others out', () => {
    expect(taken([invitation({ id: 'i0' })], invitation(), { by: 'rule' }).map(({ id }) => id)).toEqual(['i1', 'i0']);
    expect(taken([], invitation(), { by: 'hand' })).toEqual([]);
    expect(belongs(invitation({ state: 'held_out' }), {})).toBe(false);
  });

  it('keeps what it shows, with its new state', () => {
    const shown = taken([invitation()], invitation({ state: 'accepted' }), { state: 'offered' });
    expect(shown.map(({ state }) => state)).toEqual(['accepted']);
  });

  it('is narrowed by its address, of which strangers may write the rest', () => {
    expect(sentFilterOf({ by: 'hand', state: ['shown', 'x'], agent_id: '', other: '1' })).toEqual({ by: 'hand' });
  });
});
