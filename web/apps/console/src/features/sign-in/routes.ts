import type { RouteRecordRaw } from 'vue-router';

const meta = { public: true };

export default [
  { path: '/sign-in', component: () => import('./SignInPage.vue'), meta },
  { path: '/forgotten', component: () => import('./ForgottenPage.vue'), meta },
  { path: '/reset', component: () => import('./ResetPage.vue'), meta },
  { path: '/invitation', component: () => import('./InvitationPage.vue'), meta },
] satisfies RouteRecordRaw[];
