import type { RouteRecordRaw } from 'vue-router';

export default [{ path: '/promises', component: () => import('./PromisesPage.vue'), meta: { permission: 'promises.read' } }] satisfies RouteRecordRaw[];
