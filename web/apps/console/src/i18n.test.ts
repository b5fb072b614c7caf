import { describe, expect, it } from 'vitest';

const modules = import.meta.glob<{ default: Record<string, object> }>(
  ['./features/*/locales.ts', './shell/locales.ts'],
  { eager: true },
);

function keysOf(words: object, prefix = ''): string[] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'object' ? keysOf(value as object, `${prefix}${key}.`) : [`${prefix}${key}`],
  );
}

describe('every feature speaks both languages', () => {
  for (const [path, module] of Object.entries(modules)) {
    it(path, () => {
      expect(keysOf(module.default.en ?? {}).sort()).toEqual(keysOf(module.default['zh-CN'] ?? {}).sort());
    });
  }
});
