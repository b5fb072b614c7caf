import type { RouteRecordRaw } from 'vue-router';

const meta = { permission: 'quality.self', words: ['quality'] };

export default [
  { path: '/quality/examples', component: () => import('./ExamplesPage.vue'), meta },
  { path: '/quality/drills', component: () => import('./DrillsPage.vue'), meta },
  { path: '/quality/drills/:id', component: () => import('./ExercisePage.vue'), props: true, meta },
] satisfies RouteRecordRaw[];
