import type { RouteRecordRaw } from 'vue-router';

export default [
  { path: '/settings/approvals', component: () => import('./ApprovalsPage.vue'), meta: { permission: 'contacts.delete', words: ['settings'] } },
] satisfies RouteRecordRaw[];
