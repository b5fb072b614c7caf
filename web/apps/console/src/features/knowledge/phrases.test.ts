import { expect, it } from 'vitest';

import { added } from './phrases';

const limits = { longest: 10, most: 4 };

it('takes each pasted line once, without list marks', () => {
  expect(added(['几天发货'], '1. 多久发货\n- 几天发货\r\n\n•  什么时候  发\n多久发货', limits).phrases).toEqual(['几天发货', '多久发货', '什么时候 发']);
});

it('gives back what is too long and counts what finds no place', () => {
  const found = added(['a', 'b', 'c'], 'd\ne\n一二三四五六七八九十一', limits);
  expect(found).toEqual({ phrases: ['a', 'b', 'c', 'd'], tooLong: ['一二三四五六七八九十一'], left: 1 });
});

it('leaves out the question itself', () => {
  expect(added([], '多久发货？', { ...limits, except: '多久发货？' }).phrases).toEqual([]);
});
