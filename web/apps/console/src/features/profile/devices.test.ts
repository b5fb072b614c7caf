import { expect, it } from 'vitest';

import { deviceOf } from './devices';

it.each([
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36 Edg/141.0', 'Edge · Windows', false],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile/15E148 Safari/604.1', 'Safari · iOS', true],
  ['curl/8.5.0', 'curl/8.5.0', false],
])('%s', (userAgent, name, handheld) => {
  expect(deviceOf(userAgent)).toEqual({ name, handheld });
});
