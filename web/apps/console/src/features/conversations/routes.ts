import type { RouteRecordRaw } from 'vue-router';

export default [
  { path: '/conversations/:view?/:id?', name: 'conversations', component: () => import('./Desk.vue') },
] satisfies RouteRecordRaw[];
