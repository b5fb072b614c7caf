import type { RouteRecordRaw } from 'vue-router';

export default [{ path: '/settings', component: () => import('./SettingsHome.vue') }] satisfies RouteRecordRaw[];
