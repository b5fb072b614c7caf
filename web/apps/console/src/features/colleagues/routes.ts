import type { RouteRecordRaw } from 'vue-router';

/** Rooms of colleagues are conversations on a channel of their own: the same desk, another list. */
export default [
  {
    path: '/colleagues/:id?',
    name: 'colleagues',
    component: () => import('../conversations/Desk.vue'),
    meta: { words: ['conversations'] },
  },
] satisfies RouteRecordRaw[];
