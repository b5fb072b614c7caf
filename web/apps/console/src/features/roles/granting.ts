import type { GrantedRole } from '@yingke/api';

/** Permissions in the order people think of them; what no group names stands under its first word. */
export const GROUPS: Record<string, string[]> = {
  talking: ['conversations', 'promises', 'service_requests', 'canned_responses', 'views', 'files', 'push'],
  people: ['contacts', 'segments', 'visitors', 'tags'],
  outreach: ['invitations', 'rules', 'goals', 'traffic'],
  knowledge: ['knowledge'],
  supervision: ['supervision', 'routing', 'service_levels', 'shifts', 'shift_patterns', 'quality', 'words'],
  company: ['agents', 'teams', 'sites', 'workspace', 'workspaces'],
  safety: ['roles', 'audit', 'api_keys', 'mails', 'account'],
};

export interface Group {
  name: string;
  permissions: string[];
}

/** `all` in groups; a permission of a new kind is shown under `company` rather than nowhere. */
export function grouped(all: string[]): Group[] {
  const groupOf = (permission: string) => Object.keys(GROUPS).find((name) => GROUPS[name]?.includes(permission.split('.')[0] ?? '')) ?? 'company';
  return Object.keys(GROUPS)
    .map((name) => ({ name, permissions: all.filter((permission) => groupOf(permission) === name) }))
    .filter(({ permissions }) => permissions.length);
}

/** The key of a permission among this feature's words. */
export const keyOf = (permission: string) => permission.replace('.', '_');

/** Those that every role has, whatever is ticked: what all built-in roles have and no desk opens without. */
export const ESSENTIAL = new Set(['account.self', 'account.security', 'workspace.read', 'agents.read', 'teams.read', 'sites.read', 'tags.read', 'conversations.read', 'files.read', 'push.self']);

/** What `role` has more and less than the one it was made from. */
export function differences(role: GrantedRole, all: GrantedRole[]): { more: string[]; less: string[] } {
  const basis = all.find(({ id, based_on }) => id === null && based_on === role.based_on)?.permissions ?? [];
  return { more: role.permissions.filter((each) => !basis.includes(each)), less: basis.filter((each) => !role.permissions.includes(each)) };
}
