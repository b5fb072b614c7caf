import type { AuditEntry } from '@yingke/api';
import { describe, expect, test } from 'vitest';

import { changesOf, keyOf, remarksOf, shown, spanOf } from './telling';

const entry = (details: object) => ({ details }) as AuditEntry;

describe('an entry of the audit log', () => {
  test('tells each column that changed, with what it held', () => {
    const row = { what: 'changed', table: 'teams', id: '1', columns: { name: ['售前', '售后'], color: [null, '#fff'] } };
    expect(changesOf(entry({ rows: [row] })).map(({ name, before, after }) => [name, before, after])).toEqual([
      ['name', '售前', '售后'],
      ['color', null, '#fff'],
    ]);
  });

  test('tells of people only which columns changed', () => {
    const row = { what: 'removed', table: 'contacts', id: '1', columns: ['name', 'phone'] };
    expect(changesOf(entry({ rows: [row] })).map(({ name, after }) => [name, after])).toEqual([
      ['name', undefined],
      ['phone', undefined],
    ]);
  });

  test('keeps what else was noted', () => {
    expect(remarksOf(entry({ rows: [], why: 'invalid_credentials', asked: { hours: 2 } }))).toEqual([
      ['why', 'invalid_credentials'],
      ['asked', '{"hours":2}'],
    ]);
    expect(shown(null)).toBe('—');
  });

  test('is looked for until the end of the last day', () => {
    const { since, until } = spanOf('2026-11-01', '2026-11-02');
    expect(Date.parse(until ?? '') - Date.parse(since ?? '')).toBe(2 * 86_400_000);
    expect(spanOf('', '')).toEqual({});
  });

  test('has a key without dots', () => {
    expect(keyOf('api-keys.made')).toBe('api_keys_made');
  });
});
