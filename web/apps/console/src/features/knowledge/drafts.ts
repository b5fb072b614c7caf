import type { Entry, EntryAudience, EntryButton, EntryCard, EntryLanguage, EntryLink, Id, StoredFile } from '@yingke/api';

/** An entry while it is edited. Dates are those of the fields: `YYYY-MM-DD`, or `YYYY-MM-DDTHH:MM` on the reader's clock. */
export interface EntryDraft {
  language: EntryLanguage;
  question: string;
  similar: string[];
  keywords: string[];
  never: string[];
  answer: string;
  shortAnswer: string;
  cards: EntryCard[];
  buttons: EntryButton[];
  files: StoredFile[];
  related: EntryLink[];
  categoryId: Id | '';
  audience: EntryAudience;
  siteIds: Id[];
  validFrom: string;
  validUntil: string;
  ownerId: Id | '';
  reviewOn: string;
  pinned: boolean;
}

export function draftOf(entry: Entry | null, first: Partial<EntryDraft> = {}): EntryDraft {
  return {
    language: entry?.language ?? 'zh-CN',
    question: entry?.question ?? '',
    similar: entry?.similar ?? [],
    keywords: entry?.keywords ?? [],
    never: entry?.never ?? [],
    answer: entry?.answer_html ?? '',
    shortAnswer: entry?.short_answer ?? '',
    cards: entry?.cards ?? [],
    buttons: entry?.buttons ?? [],
    files: entry?.attachments ?? [],
    related: entry?.related ?? [],
    categoryId: entry?.category_id ?? '',
    audience: entry?.audience ?? 'everyone',
    siteIds: entry?.site_ids ?? [],
    validFrom: localTime(entry?.valid_from ?? null),
    validUntil: localTime(entry?.valid_until ?? null),
    ownerId: entry?.owner_id ?? '',
    reviewOn: entry?.review_on ?? '',
    pinned: entry?.pinned ?? false,
    ...first,
  };
}

/** Everything, for a new entry. Who may not publish says nothing of pins. */
export function bodyOf(draft: EntryDraft) {
  return {
    question: draft.question.trim(),
    similar: draft.similar,
    keywords: draft.keywords,
    never: draft.never,
    answer_html: draft.answer,
    short_answer: draft.shortAnswer.trim(),
    cards: draft.cards,
    buttons: draft.buttons,
    attachment_ids: draft.files.map(({ id }) => id),
    related_ids: draft.related.map(({ entry_id }) => entry_id),
    category_id: draft.categoryId || null,
    audience: draft.audience,
    site_ids: draft.siteIds,
    valid_from: universalTime(draft.validFrom),
    valid_until: universalTime(draft.validUntil),
    owner_id: draft.ownerId || null,
    review_on: draft.reviewOn || null,
  };
}

/** What differs from what was read: the rest may have been changed by somebody else meanwhile. */
export function changesOf(draft: EntryDraft, kept: EntryDraft): Record<string, unknown> {
  const before = bodyOf(kept) as Record<string, unknown>;
  const after = Object.entries({ ...bodyOf(draft), ...(draft.pinned !== kept.pinned ? { pinned: draft.pinned } : {}) });
  return Object.fromEntries(after.filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name])));
}

/** Whether visitors can be told anything at all. */
export const saysSomething = (draft: EntryDraft) => !!(draft.answer || draft.shortAnswer.trim() || draft.cards.length || draft.files.length);

const two = (part: number) => String(part).padStart(2, '0');

function localTime(at: string | null): string {
  if (!at) return '';
  const date = new Date(at);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

export const universalTime = (field: string) => (field ? new Date(field).toISOString() : null);
