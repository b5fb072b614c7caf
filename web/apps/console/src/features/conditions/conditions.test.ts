import { describe, expect, it } from 'vitest';

import { FIELDS, type FieldName, formOf, GROUPS, isReady, isWhole, newCondition, PERSON_GROUPS } from './conditions';

const every = Object.values(FIELDS).flat() as FieldName[];

describe('conditions', () => {
  it('are all offered, to rules or to segments, and to each once', () => {
    const [ofRules, ofSegments] = [GROUPS, PERSON_GROUPS].map((groups) => Object.values(groups).flat());
    expect([...new Set([...ofRules!, ...ofSegments!])].sort()).toEqual([...every].sort());
    expect(new Set(ofRules).size + new Set(ofSegments).size).toBe(ofRules!.length + ofSegments!.length);
    expect(ofSegments).not.toContain('segment');
  });

  it('begin with something of the form their field needs', () => {
    for (const field of every) expect(newCondition(field).field).toBe(field);
    expect(newCondition('time_on_page')).toEqual({ field: 'time_on_page', op: 'at_least', value: 30 });
    expect(formOf('contact_field')).toBe('contactField');
  });

  it('are sent only when nothing is missing', () => {
    expect(isWhole(newCondition('keyword'))).toBe(false);
    expect(isWhole({ field: 'keyword', op: 'not_empty', value: null })).toBe(true);
    expect(isWhole({ field: 'event', op: 'at_least', value: 1, key: ' ' })).toBe(false);
    expect(isReady({ match: 'all', items: [{ match: 'any', items: [] }] })).toBe(false);
    expect(isReady({ match: 'all', items: [newCondition('returning')] })).toBe(true);
  });
});
