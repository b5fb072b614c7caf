import type { RouteRecordRaw } from 'vue-router';

// Conditions are edited and told as those of rules are.
const meta = { permission: 'segments.read', words: ['settings', 'outreach', 'visitors', 'sites'] };

export default [
  { path: '/settings/segments', component: () => import('./SegmentsPage.vue'), meta },
  { path: '/settings/segments/:id', component: () => import('./SegmentPage.vue'), props: true, meta },
] satisfies RouteRecordRaw[];
