import type { RouteRecordRaw } from 'vue-router';

export default [
  { path: '/settings/approvals', component: () => import('./ApprovalsPage.vue'), meta: { permission: ['contacts.delete', 'audit.read'], words: ['settings'] } },
] satisfies RouteRecordRaw[];
