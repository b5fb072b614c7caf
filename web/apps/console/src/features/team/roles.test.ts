import { expect, it } from 'vitest';

import { rolesFor } from './roles';

it('nobody is offered a role above their own', () => {
  expect(rolesFor('administrator')).toEqual(['administrator', 'supervisor', 'agent']);
  expect(rolesFor('agent')).toEqual(['agent']);
});
