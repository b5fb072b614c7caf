import { describe, expect, it } from 'vitest';

import { i18n } from '@/i18n';

import words from './locales';
import { barOf, leftOutOf, scoreText, stepLine } from './telling';

i18n.global.locale.value = 'en';
i18n.global.mergeLocaleMessage('en', { decisions: words.en });

describe('a decision in words', () => {
  it('says what a step did and why', () => {
    expect(stepLine({ kind: 'owner', outcome: 'passed', left: 3, detail: 'not_free' })).toBe('Agent in charge: nothing to say (not free)');
    expect(stepLine({ kind: 'skills', outcome: 'narrowed', left: 2, detail: 'relaxed 2' })).toContain('2 levels less');
    expect(stepLine({ kind: 'rule', outcome: 'narrowed', left: 1, detail: 'Gifts' })).toContain('Gifts');
  });

  it('draws load and scores in the terms of the step', () => {
    expect(barOf({ load: 2, capacity: 4 })).toBe('18px');
    expect(barOf({ load: 9, capacity: 4 })).toBe('36px');
    expect(scoreText('least_loaded', 0.25)).toBe('25%');
    expect(scoreText('round_robin', 0)).toBe('never');
    expect(leftOutOf({ away: 2, full: 1 })).toBe('2 away, 1 full');
  });
});
