import { expect, it } from 'vitest';

import { isEmojiOnly, textParts } from './text';

const shape = (text: string, names: string[] = []) => textParts(text, names).map((part) => [part.kind, part.text]);

it('ends an address before Chinese punctuation and text', () => {
  expect(shape('看https://a.cn/x?b=1，谢谢')).toEqual([
    ['text', '看'],
    ['link', 'https://a.cn/x?b=1'],
    ['text', '，谢谢'],
  ]);
  expect(shape('(https://a.cn/x).')).toEqual([
    ['text', '('],
    ['link', 'https://a.cn/x'],
    ['text', ').'],
  ]);
});

it('makes no link of anything but http', () => {
  expect(shape('javascript:alert(1) ftp://x')).toEqual([['text', 'javascript:alert(1) ftp://x']]);
});

it('marks the names that were mentioned', () => {
  expect(shape('@小林 看一下 @小林', ['小林'])).toEqual([
    ['mention', '@小林'],
    ['text', ' 看一下 '],
    ['mention', '@小林'],
  ]);
});

it('knows a message of emoji only', () => {
  expect(isEmojiOnly('👍🏽 🎉')).toBe(true);
  expect(isEmojiOnly('12')).toBe(false);
  expect(isEmojiOnly('好👍')).toBe(false);
});
