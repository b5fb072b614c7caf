import { reactive } from 'vue';
import { describe, expect, it } from 'vitest';

import { copyOf, inLanguage, mergePatch } from './editing';

describe('the patch of a site', () => {
  it('names only what differs', () => {
    const before = { look: { color: '#1f6f5c', offset_x: 20 }, sounds: true };
    expect(mergePatch(before, { look: { color: '#2a5d88', offset_x: 20 }, sounds: true })).toEqual({ look: { color: '#2a5d88' } });
    expect(mergePatch(before, before)).toBeUndefined();
  });

  it('removes with null, and sends lists whole', () => {
    expect(mergePatch({ title: { 'zh-CN': '客服', en: 'Chat' } }, { title: { 'zh-CN': '客服' } })).toEqual({ title: { en: null } });
    expect(mergePatch({ days: [1, 2] }, { days: [1] })).toEqual({ days: [1] });
  });
});

it('a copy of a form shares nothing with it', () => {
  const form = reactive({ hours: { weekly: [{ day: 0 }] } });
  const copy = copyOf(form);
  form.hours.weekly[0]!.day = 3;
  expect(copy).toEqual({ hours: { weekly: [{ day: 0 }] } });
});

it('a text that is missing in one language is borrowed from another', () => {
  expect(inLanguage({ 'zh-CN': '您好', en: 'Hello' }, 'zh-TW')).toBe('您好');
  expect(inLanguage({ en: 'Hello' }, 'zh-CN')).toBe('Hello');
  expect(inLanguage({}, 'en')).toBe('');
});
