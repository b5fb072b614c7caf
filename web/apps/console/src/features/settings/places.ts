import type { IconName } from '@/parts/icons';
import { can } from '@/session/session';

export interface SettingsPlace {
  to: string;
  icon: IconName;
  /** Key in this feature's words. */
  label: string;
  /** One of them is enough. */
  permissions?: readonly string[];
}

export interface SettingsGroup {
  label: string;
  places: SettingsPlace[];
}

const groups: SettingsGroup[] = [
  {
    label: 'mine',
    places: [
      { to: '/settings/profile', icon: 'user', label: 'profile' },
      { to: '/settings/security', icon: 'shield', label: 'security' },
      { to: '/preferences', icon: 'settings', label: 'preferences' },
    ],
  },
  {
    label: 'company',
    places: [
      { to: '/settings/sites', icon: 'globe', label: 'sites' },
      { to: '/settings/team', icon: 'colleagues', label: 'team' },
      { to: '/settings/roles', icon: 'shield', label: 'roles', permissions: ['roles.manage'] },
      { to: '/settings/routing', icon: 'transfer', label: 'routing', permissions: ['routing.read'] },
      { to: '/settings/service-levels', icon: 'hourglass', label: 'serviceLevels', permissions: ['service_levels.read'] },
      { to: '/settings/requests', icon: 'hand', label: 'requests', permissions: ['service_requests.manage'] },
      { to: '/settings/words', icon: 'block', label: 'words', permissions: ['words.manage'] },
      { to: '/settings/tags', icon: 'tag', label: 'tags' },
      { to: '/settings/segments', icon: 'filter', label: 'segments', permissions: ['segments.read'] },
      { to: '/settings/invitations', icon: 'spark', label: 'invitations', permissions: ['rules.read'] },
      { to: '/settings/goals', icon: 'flag', label: 'goals', permissions: ['goals.read'] },
      { to: '/settings/language-model', icon: 'robot', label: 'languageModel', permissions: ['workspace.manage'] },
      { to: '/settings/workspace', icon: 'archive', label: 'workspace', permissions: ['workspace.manage'] },
      { to: '/settings/api-keys', icon: 'key', label: 'apiKeys', permissions: ['api_keys.manage'] },
      { to: '/settings/audit', icon: 'list', label: 'audit', permissions: ['audit.read'] },
      { to: '/settings/approvals', icon: 'check', label: 'approvals', permissions: ['contacts.delete', 'audit.read'] },
      { to: '/settings/mails', icon: 'mail', label: 'mails', permissions: ['mails.read'] },
    ],
  },
];

/** What the signed-in agent may open. */
export function offeredGroups(): SettingsGroup[] {
  return groups.map((group) => ({
    ...group,
    places: group.places.filter(({ permissions }) => !permissions || permissions.some(can)),
  }));
}
