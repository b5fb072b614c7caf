import type { RouteRecordRaw } from 'vue-router';

// Lines that are edited in place, and notes, are the desk's own and speak its words.
const meta = { words: ['conversations'] };

export default [
  { path: '/contacts', component: () => import('./ContactsPage.vue'), meta: { words: ['segments'] } },
  { path: '/contacts/blocked', component: () => import('./BlockedPage.vue') },
  { path: '/contacts/:id', component: () => import('./ContactPage.vue'), props: true, meta },
] satisfies RouteRecordRaw[];
