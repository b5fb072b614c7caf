import type { RouteRecordRaw } from 'vue-router';

export default [
  { path: '/preferences', component: () => import('./PreferencesPage.vue'), meta: { words: ['palette', 'settings'] } },
] satisfies RouteRecordRaw[];
