import { expect, it } from 'vitest';

import { foldersOf } from './folders';
import { preview } from './variables';

it('folders stand in the order of a tree, with those above them', () => {
  expect(foldersOf(['售前/物流', '售后', '', '售前'])).toEqual([
    { path: '售后', name: '售后', depth: 0 },
    { path: '售前', name: '售前', depth: 0 },
    { path: '售前/物流', name: '物流', depth: 1 },
  ]);
});

it('variables are shown by examples, and unknown ones as what they are', () => {
  const examples = { 'contact.name': '王女士' } as Parameters<typeof preview>[1];
  expect(preview('{{contact.name|亲}}您好 {{order}}', examples)).toEqual([
    { text: '王女士', kind: 'variable' },
    { text: '您好 ', kind: 'text' },
    { text: '{{order}}', kind: 'unknown' },
  ]);
});
