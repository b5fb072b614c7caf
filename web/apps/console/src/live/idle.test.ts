import { describe, expect, it } from 'vitest';

import { nextAvailability } from './idle';

describe('an idle desk', () => {
  it('sets its agent away after the time, and online again with the first sign', () => {
    const seen = { availability: 'online', reason: null, silent: 9, allowed: 10 };
    expect(nextAvailability(seen)).toBeNull();
    expect(nextAvailability({ ...seen, silent: 10 })).toBe('away');
    expect(nextAvailability({ ...seen, availability: 'away', reason: 'idle', silent: 0 })).toBe('online');
  });

  it('leaves alone what the agent said himself, and everybody where it is off', () => {
    expect(nextAvailability({ availability: 'away', reason: 'lunch', silent: 0, allowed: 10 })).toBeNull();
    expect(nextAvailability({ availability: 'busy', reason: null, silent: 99, allowed: 10 })).toBeNull();
    expect(nextAvailability({ availability: 'online', reason: null, silent: 999, allowed: null })).toBeNull();
  });
});
