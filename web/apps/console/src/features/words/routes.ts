import type { RouteRecordRaw } from 'vue-router';

export default [
  { path: '/settings/words', component: () => import('./WordsPage.vue'), meta: { permission: 'words.manage', words: ['settings'] } },
] satisfies RouteRecordRaw[];
