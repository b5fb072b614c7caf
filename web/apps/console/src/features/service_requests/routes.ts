import type { RouteRecordRaw } from 'vue-router';

export default [
  { path: '/requests', component: () => import('./RequestsPage.vue'), meta: { permission: 'service_requests.read', words: ['conversations'] } },
  { path: '/requests/:id', component: () => import('./RequestPage.vue'), props: true, meta: { permission: 'service_requests.read', words: ['conversations'] } },
  { path: '/settings/requests', component: () => import('./FormsPage.vue'), meta: { permission: 'service_requests.manage', words: ['settings', 'sites'] } },
] satisfies RouteRecordRaw[];
