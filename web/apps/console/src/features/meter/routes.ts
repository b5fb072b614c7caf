import type { RouteRecordRaw } from 'vue-router';

export default [
  { path: '/knowledge/figures', component: () => import('./MeterPage.vue'), meta: { permission: 'knowledge.read', words: ['knowledge', 'traffic'] } },
] satisfies RouteRecordRaw[];
