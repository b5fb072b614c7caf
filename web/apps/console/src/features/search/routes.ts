import type { RouteRecordRaw } from 'vue-router';

export default [
  { path: '/search', component: () => import('./SearchPage.vue'), meta: { words: ['conversations'] } },
] satisfies RouteRecordRaw[];
