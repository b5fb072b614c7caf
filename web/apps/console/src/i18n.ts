import { createI18n } from 'vue-i18n';

// The desk is the first page of nearly everybody: its words come with the first script.
import desk from './features/conversations/locales';
import shell from './shell/locales';

export type Language = 'zh-CN' | 'en';
export const LANGUAGES: Language[] = ['zh-CN', 'en'];

/** What a `locales.ts` exports: the same keys in both languages. The folder's name is put in front of them. */
export type Locales<Words> = Record<Language, Words>;

interface LocaleModule {
  default: Record<Language, object>;
}

const features = import.meta.glob<LocaleModule>(['./features/*/locales.ts', '!./features/conversations/locales.ts']);

export const i18n = createI18n({
  legacy: false,
  locale: storedLanguage(),
  fallbackLocale: 'zh-CN',
  messages: Object.fromEntries(LANGUAGES.map((language) => [language, { ...shell[language], conversations: desk[language] }])),
});

export const translate = i18n.global.t;

const loaded = new Map<string, Promise<void>>();

/** Fetches a feature's words once; its keys then start with the folder's name (`contacts.title`). */
export function loadWords(feature: string): Promise<void> {
  const known = loaded.get(feature);
  if (known) return known;
  const loading = fetchWords(feature).catch((reason: unknown) => {
    loaded.delete(feature);
    throw reason;
  });
  loaded.set(feature, loading);
  return loading;
}

async function fetchWords(feature: string): Promise<void> {
  const load = features[`./features/${feature}/locales.ts`];
  if (!load) return;
  const words = (await load()).default;
  for (const language of LANGUAGES) {
    i18n.global.mergeLocaleMessage(language, { [feature]: words[language] });
  }
}

export function setLanguage(language: Language): void {
  i18n.global.locale.value = language;
  document.documentElement.lang = language;
  localStorage.setItem('yingke.language', language);
}

export function language(): Language {
  return i18n.global.locale.value as Language;
}

function storedLanguage(): Language {
  const stored = localStorage.getItem('yingke.language');
  if (stored === 'zh-CN' || stored === 'en') return stored;
  return navigator.language.toLowerCase().startsWith('en') ? 'en' : 'zh-CN';
}
