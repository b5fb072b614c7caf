import { beforeEach, describe, expect, it, vi } from 'vitest';
import { nextTick } from 'vue';

import { COLUMNS, fitting, template } from './columns';

describe('columns of the live view', () => {
  it('are dropped where there is no room, the least missed first', () => {
    expect(fitting(COLUMNS, 1600)).toEqual([...COLUMNS]);
    expect(fitting(COLUMNS, 900)).toEqual(['source', 'views', 'stay', 'invited', 'talk']);
    expect(fitting(COLUMNS, 766)).toEqual(['source', 'stay', 'invited', 'talk']); // a tablet's
    expect(fitting(['stay', 'source'], 740)).toEqual(['source', 'stay']);
  });

  it('are all told in lines on a phone', () => {
    expect(fitting(COLUMNS, 390)).toEqual([...COLUMNS]);
  });

  it('share what is left, or stay as narrow as they are', () => {
    expect(template(['stay'])).toBe('minmax(130px, 1.1fr) minmax(160px, 2fr) 60px');
  });
});

describe('the choice', () => {
  beforeEach(() => vi.resetModules());
  const kept = new Map<string, string>();
  vi.stubGlobal('localStorage', { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value) });

  it('is kept in the browser', async () => {
    const before = await import('./columns');
    before.turnColumn('region');
    before.turnColumn('language');
    await nextTick();
    vi.resetModules();
    const after = await import('./columns');
    expect(after.chosenColumns.value).toContain('language');
    expect(after.chosenColumns.value).not.toContain('region');
  });

  it('that is damaged is the usual one', async () => {
    kept.set('yingke.visitor-columns', '{');
    const { chosenColumns } = await import('./columns');
    expect(chosenColumns.value).toContain('region');
  });
});
