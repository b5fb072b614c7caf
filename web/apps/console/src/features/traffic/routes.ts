import type { RouteRecordRaw } from 'vue-router';

const meta = { permission: 'traffic.read', words: ['visitors', 'segments'] };

export default [{ path: '/traffic', component: () => import('./TrafficPage.vue'), meta }] satisfies RouteRecordRaw[];
