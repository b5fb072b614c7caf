import laterEn from '@yingke/widget/src/texts/later/en';
import laterCn from '@yingke/widget/src/texts/later/zh-CN';
import laterTw from '@yingke/widget/src/texts/later/zh-TW';
import en from '@yingke/widget/src/texts/en';
import cn from '@yingke/widget/src/texts/zh-CN';
import tw from '@yingke/widget/src/texts/zh-TW';

import type { TextLanguage } from '../editing';

/** The widget's own words, so that the preview says what a visitor reads. */
export type Words = typeof cn & typeof laterCn;

export const WORDS: Record<TextLanguage, Words> = {
  'zh-CN': { ...cn, ...laterCn },
  'zh-TW': { ...tw, ...laterTw },
  en: { ...en, ...laterEn },
};
