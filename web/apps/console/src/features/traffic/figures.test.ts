import { describe, expect, it } from 'vitest';

import { changeOf, columnsOf, figureText } from './figures';

describe('figures', () => {
  it('that could not be computed are a dash, never a nought', () => {
    expect(figureText('inquiry_rate', null)).toBe('–');
    expect(figureText('inquiry_rate', 0)).toBe('0%');
  });

  it('are written as what they are', () => {
    expect(figureText('visits', 12345)).toBe('12,345');
    expect(figureText('average_duration', 125.4)).toBe('2:05');
    expect(figureText('average_scroll', 61.6)).toBe('62%');
  });

  it('of pages are other ones than those of visits', () => {
    expect(columnsOf('page')).toContain('exits');
    expect(columnsOf('keyword')[0]).toBe('visits');
  });

  it('compare amounts by their share and shares by points', () => {
    expect(changeOf('visits', 120, 100)).toEqual({ text: '20%', direction: 1, good: true });
    expect(changeOf('inquiry_rate', 0.05, 0.08)).toEqual({ text: '3.0', direction: -1, good: false });
    expect(changeOf('bounce_rate', 0.4, 0.5)?.good).toBe(true);
    expect(changeOf('visits', 1001, 1000)?.direction).toBe(0);
    expect(changeOf('visits', 5, 0)).toBeNull();
  });
});
