import type { RouteRecordRaw } from 'vue-router';

export default [
  { path: '/setup', component: () => import('./SetupPage.vue'), meta: { public: true, words: ['sign-in', 'sites', 'team'] } },
] satisfies RouteRecordRaw[];
