import type { RouteRecordRaw } from 'vue-router';

const meta = { permission: 'rules.read', words: ['settings', 'conditions', 'visitors', 'sites'] };

export default [
  { path: '/settings/invitations', component: () => import('./RulesPage.vue'), meta },
  { path: '/settings/invitations/try', component: () => import('./TryPage.vue'), meta },
  { path: '/settings/invitations/sent', component: () => import('./SentPage.vue'), meta: { permission: 'invitations.read', words: [...meta.words, 'traffic'] } },
  { path: '/settings/invitations/report', component: () => import('./ReportPage.vue'), meta: { ...meta, permission: 'traffic.read', words: [...meta.words, 'traffic'] } },
  { path: '/settings/invitations/:id', component: () => import('./RulePage.vue'), props: true, meta },
] satisfies RouteRecordRaw[];
