import type { Session } from '@yingke/api';
import { afterEach, expect, test } from 'vitest';

import { session } from '@/session/session';

import { offeredGroups } from './places';

const offeredTo = (...permissions: string[]) => {
  session.value = { permissions } as unknown as Session;
  return offeredGroups().flatMap(({ places }) => places.map(({ to }) => to));
};

afterEach(() => (session.value = null));

test('whoever may approve something is offered the page of approvals', () => {
  expect(offeredTo('audit.read')).toContain('/settings/approvals');
  expect(offeredTo('contacts.delete')).toContain('/settings/approvals');
  expect(offeredTo('conversations.read')).not.toContain('/settings/approvals');
});
