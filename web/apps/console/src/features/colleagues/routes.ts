import type { RouteRecordRaw } from 'vue-router';

import Desk from '../conversations/Desk.vue';

/** Rooms of colleagues are conversations on a channel of their own: the same desk, another list. */
export default [
  {
    path: '/colleagues/:id?',
    name: 'colleagues',
    component: Desk,
    meta: { words: ['conversations'] },
  },
] satisfies RouteRecordRaw[];
