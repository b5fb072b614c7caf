import type { Entry } from '@yingke/api';
import { expect, it } from 'vitest';

import { bodyOf, changesOf, draftOf, saysSomething } from './drafts';

const entry = { language: 'en', question: 'When?', similar: ['how soon'], valid_from: '2026-11-22T08:30:00Z', category_id: null, pinned: false, answer_html: '', attachments: [] } as unknown as Entry;

it('sends only what was changed', () => {
  const kept = draftOf(entry);
  expect(changesOf(kept, kept)).toEqual({});
  expect(changesOf({ ...kept, question: ' When? ' }, kept)).toEqual({});
  expect(changesOf({ ...kept, similar: [], pinned: true, categoryId: '7' }, kept)).toEqual({ similar: [], pinned: true, category_id: '7' });
});

it('keeps a moment through the fields of the page', () => {
  expect(bodyOf(draftOf(entry)).valid_from).toBe('2026-11-22T08:30:00.000Z');
  expect(bodyOf(draftOf(null)).valid_from).toBeNull();
});

it('knows when there is nothing to say yet', () => {
  expect(saysSomething(draftOf(entry))).toBe(false);
  expect(saysSomething({ ...draftOf(entry), shortAnswer: 'Soon.' })).toBe(true);
});
