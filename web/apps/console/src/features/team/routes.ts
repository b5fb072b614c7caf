import type { RouteRecordRaw } from 'vue-router';

export default [
  { path: '/settings/team', component: () => import('./TeamPage.vue'), meta: { words: ['settings'] } },
] satisfies RouteRecordRaw[];
