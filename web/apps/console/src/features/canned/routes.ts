import type { RouteRecordRaw } from 'vue-router';

export default [{ path: '/canned-responses', component: () => import('./CannedPage.vue') }] satisfies RouteRecordRaw[];
