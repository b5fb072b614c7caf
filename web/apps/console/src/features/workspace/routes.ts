import type { RouteRecordRaw } from 'vue-router';

const meta = { words: ['settings'] };

export default [
  { path: '/settings/workspace', component: () => import('./WorkspacePage.vue'), meta },
  { path: '/settings/api-keys', component: () => import('./ApiKeysPage.vue'), meta },
  { path: '/settings/mails', component: () => import('./MailsPage.vue'), meta },
  { path: '/settings/tags', component: () => import('./TagsPage.vue'), meta },
] satisfies RouteRecordRaw[];
