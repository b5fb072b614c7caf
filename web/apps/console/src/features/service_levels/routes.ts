import type { RouteRecordRaw } from 'vue-router';

const meta = { permission: 'service_levels.read', words: ['settings', 'routing', 'sites', 'traffic', 'wall'] };

export default [
  { path: '/settings/service-levels', component: () => import('./PoliciesPage.vue'), meta },
  { path: '/settings/service-levels/:id', component: () => import('./PolicyPage.vue'), props: true, meta },
] satisfies RouteRecordRaw[];
