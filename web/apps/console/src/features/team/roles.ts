import type { Role } from '@yingke/api';

/** From the most to the least; nobody gives a role above their own. */
export const ROLES: Role[] = ['owner', 'administrator', 'supervisor', 'agent'];

export function rolesFor(mine: Role): Role[] {
  return ROLES.slice(ROLES.indexOf(mine));
}
