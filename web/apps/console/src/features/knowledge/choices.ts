import type { EntryAudience, EntryLanguage, EntryStatus } from '@yingke/api';

import { language } from '@/i18n';
import { LANGUAGE_NAMES, TEXT_LANGUAGES } from '@/features/sites/editing';

export const STATUSES: EntryStatus[] = ['draft', 'review', 'published', 'archived'];
export const AUDIENCES: EntryAudience[] = ['everyone', 'members', 'new_visitors', 'returning_visitors', 'staff'];
export const LANGUAGES: EntryLanguage[] = TEXT_LANGUAGES;
export const languageName = (code: EntryLanguage) => LANGUAGE_NAMES[code];

/** The language of entries that somebody who reads the desk in this one most likely means. */
export const ownLanguage = (): EntryLanguage => (language() === 'en' ? 'en' : 'zh-CN');
