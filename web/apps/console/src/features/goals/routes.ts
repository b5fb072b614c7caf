import type { RouteRecordRaw } from 'vue-router';

const meta = { permission: 'goals.read', words: ['settings', 'visitors', 'traffic'] };

export default [{ path: '/settings/goals', component: () => import('./GoalsPage.vue'), meta }] satisfies RouteRecordRaw[];
