import type { GrantedRole } from '@yingke/api';
import { describe, expect, test } from 'vitest';

import { differences, grouped } from './granting';
import locales from './locales';

const role = (id: string | null, permissions: string[]): GrantedRole => ({ id, name: '', based_on: 'agent', permissions, people: 0 });

describe('permissions', () => {
  test('stand in groups, each once, new kinds included', () => {
    const all = ['conversations.read', 'contacts.delete', 'roles.manage', 'moon.read'];
    expect(grouped(all).flatMap(({ permissions }) => permissions).sort()).toEqual([...all].sort());
  });

  test('tell what a role has more and less than the one it was made from', () => {
    const own = role('1', ['a', 'c']);
    expect(differences(own, [role(null, ['a', 'b']), own])).toEqual({ more: ['c'], less: ['b'] });
  });

  test('have words in both languages', () => {
    expect(Object.keys(locales['zh-CN'].may)).toEqual(Object.keys(locales.en.may));
  });
});
