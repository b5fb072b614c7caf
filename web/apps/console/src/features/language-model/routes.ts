import type { RouteRecordRaw } from 'vue-router';

export default [
  { path: '/settings/language-model', component: () => import('./LanguageModelPage.vue'), meta: { permission: 'workspace.manage', words: ['settings'] } },
] satisfies RouteRecordRaw[];
