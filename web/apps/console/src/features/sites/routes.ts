import type { RouteRecordRaw } from 'vue-router';

const meta = { words: ['settings'] };

export default [
  { path: '/settings/sites', component: () => import('./SitesPage.vue'), meta },
  { path: '/settings/sites/:id/:section?', component: () => import('./SitePage.vue'), props: true, meta },
] satisfies RouteRecordRaw[];
