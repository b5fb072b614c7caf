import type { RouteRecordRaw } from 'vue-router';

const meta = { permission: 'visitors.read' };

export default [{ path: '/visitors/:id?', component: () => import('./VisitorsPage.vue'), props: true, meta }] satisfies RouteRecordRaw[];
