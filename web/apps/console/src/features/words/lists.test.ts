import type { FoundWord } from '@yingke/api';
import { expect, test } from 'vitest';

import { linesOf, pieces } from './lists';

const found = (begin: number, end: number) => ({ begin, end }) as FoundWord;

test('words stand one on a line, each once', () => {
  expect(linesOf(' 微信 \r\n\n~加我\n微信')).toEqual(['微信', '~加我']);
});

test('what was found is marked, and nothing of the text is lost', () => {
  const text = '加我微 信吧';
  const cut = pieces(text, [found(2, 5), found(4, 5)]);
  expect(cut.map((piece) => piece.text).join('')).toBe(text);
  expect(cut.filter((piece) => piece.found).map((piece) => piece.text)).toEqual(['微 信']);
});
