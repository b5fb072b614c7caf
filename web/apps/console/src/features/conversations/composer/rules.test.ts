import { describe, expect, it } from 'vitest';

import { insertAt, mentionsIn, replaceTrigger, sendsOn, triggerAt } from './rules';

const enter = (held: object = {}) => ({
  key: 'Enter',
  code: 'Enter',
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  ...held,
});

describe('Enter', () => {
  it('sends, and breaks the line with Shift', () => {
    expect(sendsOn(enter(), true)).toBe(true);
    expect(sendsOn(enter({ shiftKey: true }), true)).toBe(false);
  });

  it('is the other way round for those who swapped it', () => {
    expect(sendsOn(enter(), false)).toBe(false);
    expect(sendsOn(enter({ shiftKey: true }), false)).toBe(true);
    expect(sendsOn(enter({ ctrlKey: true }), false)).toBe(true);
  });

  it('never sends while an input method composes', () => {
    expect(sendsOn(enter({ isComposing: true }), true)).toBe(false);
    expect(sendsOn(enter({ keyCode: 229 }), true)).toBe(false);
    expect(sendsOn(enter({ isComposing: true, ctrlKey: true }), true)).toBe(false);
  });
});

describe('a trigger', () => {
  const at = (text: string, note = false) => triggerAt(text, text.length, note);

  it('opens the canned responses at the start, after a space and after a line break', () => {
    expect(at('/fh')).toEqual({ kind: 'canned', from: 0, query: 'fh' });
    expect(at('您好 /')).toEqual({ kind: 'canned', from: 3, query: '' });
    expect(at('您好\n/发货')).toEqual({ kind: 'canned', from: 3, query: '发货' });
  });

  it('leaves dates, addresses and prices alone', () => {
    for (const text of ['11/21', 'https://a.cn/x', '元/斤', 'a@b.cn']) expect(at(text, true)).toBeNull();
  });

  it('takes the Chinese stroke for the slash at the start only', () => {
    expect(at('、fh')?.query).toBe('fh');
    expect(at('苹果、fh')).toBeNull();
  });

  it('names colleagues in notes only', () => {
    expect(at('请@小', true)).toEqual({ kind: 'mention', from: 1, query: '小' });
    expect(at('请@小')).toBeNull();
  });

  it('ends with a space', () => {
    expect(at('/fh ')).toBeNull();
  });

  it('is replaced by what was chosen, with the rest of the text kept', () => {
    const trigger = triggerAt('好 /fh 的', 5, false);
    expect(trigger && replaceTrigger('好 /fh 的', trigger, '已发货')).toEqual({ text: '好 已发货 的', caret: 5 });
  });
});

it('puts a word in place of the selection', () => {
  expect(insertAt('abcd', 1, 3, '🙂')).toEqual({ text: 'a🙂d', caret: 3 });
});

it('mentions only who is still named', () => {
  const names = new Map([
    ['a', '小林'],
    ['b', '阿宝'],
  ]);
  expect(mentionsIn('@小林 看一下', names)).toEqual(['a']);
});
