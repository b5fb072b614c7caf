import type { RouteRecordRaw } from 'vue-router';

const meta = { permission: 'routing.read', words: ['settings', 'sites'] };

export default [
  { path: '/settings/routing', component: () => import('./PoliciesPage.vue'), meta },
  { path: '/settings/routing/skills', component: () => import('./SkillsPage.vue'), meta },
  { path: '/settings/routing/order', component: () => import('./OrderPage.vue'), meta },
  { path: '/settings/routing/away', component: () => import('./AwayPage.vue'), meta },
  { path: '/settings/routing/replay', component: () => import('./ReplayPage.vue'), meta },
  { path: '/settings/routing/:id', component: () => import('./PolicyPage.vue'), props: true, meta },
] satisfies RouteRecordRaw[];
