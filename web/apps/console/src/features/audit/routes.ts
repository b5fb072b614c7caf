import type { RouteRecordRaw } from 'vue-router';

export default [
  { path: '/settings/audit', component: () => import('./AuditPage.vue'), meta: { permission: 'audit.read', words: ['settings'] } },
] satisfies RouteRecordRaw[];
