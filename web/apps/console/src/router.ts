import { createRouter, createWebHistory, type RouteLocationNormalized, type RouteRecordRaw } from 'vue-router';

import { loadWords } from './i18n';
import { can, ensureSession, session, setupNeeded } from './session/session';

declare module 'vue-router' {
  interface RouteMeta {
    /** Reachable without being signed in; shown without the rail. */
    public?: boolean;
    /** The permission without which the page is neither offered nor opened; of several, one is enough. */
    permission?: string | readonly string[];
    /** Folder of the feature, set for every route of a `routes.ts`: its words are loaded before the page opens. */
    feature?: string;
    /** Further features whose words the page shows. */
    words?: string[];
  }
}

const modules = import.meta.glob<{ default: RouteRecordRaw[] }>('./features/*/routes.ts', { eager: true });

function featureRoutes(): RouteRecordRaw[] {
  return Object.entries(modules).flatMap(([path, module]) => {
    const feature = path.split('/')[2];
    return module.default.map((route) => ({ ...route, meta: { ...route.meta, feature } }));
  });
}

export const router = createRouter({
  history: createWebHistory('/desk/'),
  routes: [
    ...featureRoutes(),
    { path: '/', redirect: '/conversations/mine' },
    { path: '/:rest(.*)*', name: 'not-found', component: () => import('./shell/NotFound.vue') },
    // The same address, so that it stays in sight; reached by its name only.
    { path: '/:rest(.*)*', name: 'not-allowed', component: () => import('./shell/NotAllowed.vue') },
  ],
});

router.beforeEach(async (to) => {
  const words = Promise.all(wordsOf(to).map(loadWords));
  fetchPages(to);
  if (!to.meta.public) {
    await ensureSession();
    if (!session.value) return wayIn(to.fullPath);
  }
  await words;
  if (!mayOpen(to)) return { name: 'not-allowed', params: { rest: to.path.slice(1).split('/') }, query: to.query, hash: to.hash, replace: true };
  return true;
});

/** The page's code comes while the session is asked for, not after it. */
function fetchPages(to: RouteLocationNormalized): void {
  for (const { components } of to.matched) {
    const page: unknown = components?.default;
    // What fails here fails again, and is told, when the router itself asks for it.
    if (typeof page === 'function') void Promise.resolve(page()).catch(() => undefined);
  }
}

const mayOpen = ({ meta: { permission } }: RouteLocationNormalized) => !permission || [permission].flat().some(can);

function wordsOf(to: RouteLocationNormalized): string[] {
  return [...new Set(to.matched.flatMap(({ meta }) => [meta.feature ?? [], meta.words ?? []].flat()))];
}

/** Pages of the wizard and of signing in are features of their own, known here only by their paths. */
function wayIn(wanted: string) {
  if (setupNeeded.value) return '/setup';
  return { path: '/sign-in', query: wanted === '/' ? {} : { next: wanted } };
}
