import { expect, it } from 'vitest';

import { originOf } from './origins';

it.each([
  ['shop.example', 'https://shop.example'],
  [' https://Shop.example/cart?a=1 ', 'https://shop.example'],
  ['http://localhost:8080/', 'http://localhost:8080'],
  ['https://*.shop.example/x', 'https://*.shop.example'],
])('%s is the origin %s', (typed, origin) => {
  expect(originOf(typed)).toBe(origin);
});
