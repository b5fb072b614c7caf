import type { RouteRecordRaw } from 'vue-router';

const meta = { permission: 'quality.inspect', words: ['settings'] };
const own = { ...meta, permission: 'quality.self' };

export default [
  { path: '/quality', component: () => import('./HomePage.vue'), meta: own },
  { path: '/quality/results', component: () => import('./ResultsPage.vue'), meta: own },
  { path: '/quality/results/:id', component: () => import('./ResultPage.vue'), props: true, meta: own },
  { path: '/quality/report', component: () => import('./ReportPage.vue'), meta: { ...meta, words: [...meta.words, 'traffic'] } },
  { path: '/quality/cards', component: () => import('./CardsPage.vue'), meta },
  { path: '/quality/plans', component: () => import('./PlansPage.vue'), meta },
  { path: '/quality/inspections/:id', component: () => import('./InspectionPage.vue'), props: true, meta },
] satisfies RouteRecordRaw[];
