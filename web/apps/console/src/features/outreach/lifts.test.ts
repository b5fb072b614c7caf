import { describe, expect, it } from 'vitest';

import { points, scaleOf } from './lifts';

describe('a lift', () => {
  it('is told with its sign, and nought without one', () => {
    expect([points(0.0321), points(-0.004), points(-0.0001)]).toEqual(['+3.2', '−0.4', '0.0']);
  });

  it('is drawn on a scale that holds every interval', () => {
    const lift = { difference: 0.1, low: -0.2, high: 0.4, relative: null, clear: false };
    expect(scaleOf([lift, null])).toBeCloseTo(0.42);
    expect(scaleOf([])).toBeCloseTo(0.0525);
  });
});
