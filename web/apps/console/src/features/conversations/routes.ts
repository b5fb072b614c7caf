import type { RouteRecordRaw } from 'vue-router';

// Part of the first picture, so part of the first script.
import Desk from './Desk.vue';

export default [
  {
    // The address that mails and notices carry: they do not know in which list it will be by then.
    path: '/conversations/:id([0-9a-f]{8}-[0-9a-f-]{27})',
    redirect: (to) => ({ path: `/conversations/all/${String(to.params.id)}`, query: to.query }),
  },
  { path: '/conversations/:view?/:id?', name: 'conversations', component: Desk },
] satisfies RouteRecordRaw[];
