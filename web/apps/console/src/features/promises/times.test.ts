import { describe, expect, it } from 'vitest';

import sentences from '../../../../../../tests/promises/sentences.json';
import { localText } from '@/parts/times';

import { eveningIn, mayPromise } from './times';

describe('times of promises', () => {
  it('end with the working day, or two hours ahead when it is over', () => {
    expect(localText(eveningIn(1, new Date('2026-11-21T10:00')))).toBe('2026-11-22T18:00');
    expect(localText(eveningIn(0, new Date('2026-11-21T19:30')))).toBe('2026-11-21T21:30');
  });

  it('are looked for only where a text may tell one', () => {
    for (const [text] of sentences.promised as [string, string][]) expect(mayPromise(text), text).toBe(true);
    for (const text of ['好的', '满99包邮', 'Thank you']) expect(mayPromise(text), text).toBe(false);
  });
});
