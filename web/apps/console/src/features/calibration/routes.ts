import type { RouteRecordRaw } from 'vue-router';

const meta = { permission: 'quality.inspect', words: ['quality'] };

export default [
  { path: '/quality/calibrations', component: () => import('./CalibrationsPage.vue'), meta },
  { path: '/quality/calibrations/agreement', component: () => import('./AgreementPage.vue'), meta: { ...meta, words: [...meta.words, 'traffic'] } },
  { path: '/quality/calibrations/:id', component: () => import('./CalibrationPage.vue'), props: true, meta },
] satisfies RouteRecordRaw[];
