import { expect, it } from 'vitest';

import { partsOf } from './marks';

it('marks what was found and keeps the rest', () => {
  expect(partsOf('您的\u0001快递\u0002和\u0001发票\u0002')).toEqual([
    { text: '您的', hit: false },
    { text: '快递', hit: true },
    { text: '和', hit: false },
    { text: '发票', hit: true },
  ]);
  expect(partsOf('plain')).toEqual([{ text: 'plain', hit: false }]);
});
