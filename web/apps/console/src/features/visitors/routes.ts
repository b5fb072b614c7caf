import type { RouteRecordRaw } from 'vue-router';

const meta = { permission: 'visitors.read', words: ['outreach', 'conditions', 'contacts', 'segments', 'sites'] };

export default [{ path: '/visitors/:id?', component: () => import('./VisitorsPage.vue'), props: true, meta }] satisfies RouteRecordRaw[];
