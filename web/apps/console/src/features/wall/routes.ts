import type { RouteRecordRaw } from 'vue-router';

const meta = { permission: 'supervision.read' };

export default [
  { path: '/wall', component: () => import('./WallPage.vue'), meta },
  { path: '/wall/acts', component: () => import('./ActsPage.vue'), meta },
] satisfies RouteRecordRaw[];
