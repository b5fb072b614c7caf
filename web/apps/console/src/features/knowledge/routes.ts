import type { RouteRecordRaw } from 'vue-router';

const meta = { permission: 'knowledge.read' };
const managing = { permission: 'knowledge.manage' };

export default [
  { path: '/knowledge', component: () => import('./EntriesPage.vue'), meta },
  { path: '/knowledge/try', component: () => import('./TryPage.vue'), meta },
  { path: '/knowledge/checks', component: () => import('./ChecksPage.vue'), meta },
  { path: '/knowledge/proposals', component: () => import('./ProposalsPage.vue'), meta },
  { path: '/knowledge/words', component: () => import('./WordsPage.vue'), meta },
  { path: '/knowledge/imports', component: () => import('./ImportsPage.vue'), meta: managing },
  { path: '/knowledge/imports/:id', component: () => import('./ImportPage.vue'), props: true, meta: managing },
  { path: '/knowledge/entries/:id', component: () => import('./EntryPage.vue'), props: true, meta: { ...meta, words: ['canned'] } },
  { path: '/knowledge/entries/:id/versions', component: () => import('./VersionsPage.vue'), props: true, meta },
] satisfies RouteRecordRaw[];
