import type { RouteRecordRaw } from 'vue-router';

const meta = { words: ['settings'] };

export default [
  { path: '/settings/workspace', component: () => import('./WorkspacePage.vue'), meta: { ...meta, permission: 'workspace.manage' } },
  { path: '/settings/api-keys', component: () => import('./ApiKeysPage.vue'), meta: { ...meta, permission: 'api_keys.manage' } },
  { path: '/settings/mails', component: () => import('./MailsPage.vue'), meta: { ...meta, permission: 'mails.read' } },
  { path: '/settings/tags', component: () => import('./TagsPage.vue'), meta },
] satisfies RouteRecordRaw[];
