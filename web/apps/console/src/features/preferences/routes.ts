import type { RouteRecordRaw } from 'vue-router';

export default [
  { path: '/preferences', component: () => import('./PreferencesPage.vue'), meta: { words: ['palette'] } },
] satisfies RouteRecordRaw[];
