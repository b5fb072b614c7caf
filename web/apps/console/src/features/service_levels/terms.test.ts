import { describe, expect, it } from 'vitest';

import { missingIn, newTerms, tidy } from './terms';

describe('the terms of a policy', () => {
  it('ask for a name, for something promised, and for the address of a mail', () => {
    const terms = newTerms();
    expect(missingIn(' ', terms)).toBe('name');
    expect(missingIn('金卡', terms)).toBe(null);
    expect(missingIn('金卡', { ...terms, targets: { first_response: null, next_response: null, resolution: null } })).toBe('target');
    const mail = { on: 'breach' as const, after: 0, do: 'mail' as const, to: '' };
    expect(missingIn('金卡', { ...terms, steps: [mail] })).toBe('address');
    expect(missingIn('金卡', { ...terms, steps: [{ ...mail, to: 'a@b.example' }] })).toBe(null);
  });

  it('are sent without the addresses of what is no mail any more', () => {
    expect(tidy([{ on: 'breach', after: 0, do: 'alert', to: 'a@b.example' }])[0]?.to).toBe(null);
  });
});
