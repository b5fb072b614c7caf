import type { RouteRecordRaw } from 'vue-router';

const meta = { permission: 'segments.read', words: ['settings', 'conditions', 'visitors', 'sites'] };

export default [
  { path: '/settings/segments', component: () => import('./SegmentsPage.vue'), meta },
  { path: '/settings/segments/:id', component: () => import('./SegmentPage.vue'), props: true, meta },
] satisfies RouteRecordRaw[];
