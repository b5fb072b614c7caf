import { language } from '@/i18n';

/** Readers know Chinese by its script, not by its country. */
const SCRIPTS: Record<string, string> = { 'zh-CN': 'zh-Hans', 'zh-TW': 'zh-Hant' };

/** 简体中文 for zh-CN; what a browser says that is no language stays as it is. */
export function languageName(tag: string): string {
  try {
    return (tag && new Intl.DisplayNames([language()], { type: 'language' }).of(SCRIPTS[tag] ?? tag)) || tag;
  } catch {
    return tag;
  }
}
