import { expect, test } from 'vitest';

import { setLanguage } from '@/i18n';

import { languageName } from './languages';

test('a language is called by its name in the language of the desk, and rubbish stays as it is', () => {
  setLanguage('zh-CN');
  expect(['zh-CN', 'zh-TW', 'en', ''].map(languageName)).toEqual(['简体中文', '繁体中文', '英语', '']);
  setLanguage('en');
  expect(languageName('zh-CN')).toBe('Simplified Chinese');
  expect(languageName('not a language')).toBe('not a language');
});
