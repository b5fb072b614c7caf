import type { RouteRecordRaw } from 'vue-router';

import { listOf, loadMore } from '@/live/lists';

// Part of the first picture, so part of the first script.
import Desk from './Desk.vue';

const PATIENCE_MS = 150;

/** One's list is on its way since the head of the page: drawn with the rest, one picture is made instead of two. */
async function withFirstList(): Promise<void> {
  if (listOf('mine').loaded) return;
  await Promise.race([loadMore('mine'), new Promise((done) => setTimeout(done, PATIENCE_MS))]);
}

export default [
  {
    // The address that mails and notices carry: they do not know in which list it will be by then.
    path: '/conversations/:id([0-9a-f]{8}-[0-9a-f-]{27})',
    redirect: (to) => ({ path: `/conversations/all/${String(to.params.id)}`, query: to.query }),
  },
  { path: '/conversations/:view?/:id?', name: 'conversations', component: Desk, beforeEnter: withFirstList },
] satisfies RouteRecordRaw[];
