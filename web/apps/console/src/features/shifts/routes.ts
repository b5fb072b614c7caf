import type { RouteRecordRaw } from 'vue-router';

export default [{ path: '/roster', component: () => import('./RosterPage.vue'), meta: { permission: 'shifts.read' } }] satisfies RouteRecordRaw[];
