import type { IconName } from '@/parts/icons';
import { can } from '@/session/session';

export interface SettingsPlace {
  to: string;
  icon: IconName;
  /** Key in this feature's words. */
  label: string;
  permission?: string;
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
      { to: '/settings/roles', icon: 'shield', label: 'roles', permission: 'roles.manage' },
      { to: '/settings/routing', icon: 'transfer', label: 'routing', permission: 'routing.read' },
      { to: '/settings/service-levels', icon: 'hourglass', label: 'serviceLevels', permission: 'service_levels.read' },
      { to: '/settings/requests', icon: 'hand', label: 'requests', permission: 'service_requests.manage' },
      { to: '/settings/words', icon: 'block', label: 'words', permission: 'words.manage' },
      { to: '/settings/tags', icon: 'tag', label: 'tags' },
      { to: '/settings/segments', icon: 'filter', label: 'segments', permission: 'segments.read' },
      { to: '/settings/invitations', icon: 'spark', label: 'invitations', permission: 'rules.read' },
      { to: '/settings/goals', icon: 'flag', label: 'goals', permission: 'goals.read' },
      { to: '/settings/language-model', icon: 'robot', label: 'languageModel', permission: 'workspace.manage' },
      { to: '/settings/workspace', icon: 'archive', label: 'workspace', permission: 'workspace.manage' },
      { to: '/settings/api-keys', icon: 'key', label: 'apiKeys', permission: 'api_keys.manage' },
      { to: '/settings/audit', icon: 'list', label: 'audit', permission: 'audit.read' },
      { to: '/settings/approvals', icon: 'check', label: 'approvals', permission: 'contacts.delete' },
      { to: '/settings/mails', icon: 'mail', label: 'mails', permission: 'mails.read' },
    ],
  },
];

/** What the signed-in agent may open. */
export function offeredGroups(): SettingsGroup[] {
  return groups.map((group) => ({
    ...group,
    places: group.places.filter(({ permission }) => !permission || can(permission)),
  }));
}
