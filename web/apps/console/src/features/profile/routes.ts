import type { RouteRecordRaw } from 'vue-router';

const meta = { words: ['settings'] };

export default [
  { path: '/settings/profile', component: () => import('./ProfilePage.vue'), meta },
  { path: '/settings/security', component: () => import('./SecurityPage.vue'), meta: { words: ['settings', 'sign-in'] } },
] satisfies RouteRecordRaw[];
