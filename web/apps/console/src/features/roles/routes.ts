import type { RouteRecordRaw } from 'vue-router';

const meta = { permission: 'roles.manage', words: ['settings', 'team'] };

export default [{ path: '/settings/roles', component: () => import('./RolesPage.vue'), meta }] satisfies RouteRecordRaw[];
