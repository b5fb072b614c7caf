export const LANGUAGES = ["zh-CN", "zh-TW", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

/** Texts by language; what is missing falls back to the next best. */
export type Localised = Readonly<Partial<Record<Language, string>>>;

/** The site's fixed language, or the first of the browser's that we speak; English for everybody else. */
export function chooseLanguage(fixed: string, browser: readonly string[]): Language {
  const tag = fixed === "auto" ? browser.find((spoken) => /^(zh|en)/i.test(spoken)) : fixed;
  return !/^zh/i.test(tag!) ? "en" : /^zh-(tw|hk|mo|hant)/i.test(tag!) ? "zh-TW" : "zh-CN";
}

/** The text in that language, else the simplified Chinese one, else the English one. */
export function localised(texts: Localised | null | undefined, language: Language): string {
  return texts?.[language] || texts?.["zh-CN"] || texts?.en || "";
}
