/* The part of the desk that lives while no page is open: it shows what the server pushes. It caches nothing. */

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('push', (event) => event.waitUntil(show(event.data?.json() ?? {})));

async function show({ title, body, tag, path, url }) {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  // A desk that is in front has already rung.
  if (pages.some((page) => page.focused)) return;
  await self.registration.showNotification(title || '迎客', {
    body: body || '',
    tag: tag || undefined,
    icon: '/desk/icon-192.png',
    badge: '/desk/icon-192.png',
    data: { path: path || (url || '').replace(/^.*\/desk/, '') || '/' },
  });
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.path || '/'));
});

async function open(path) {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const desk = pages.find((page) => new URL(page.url).pathname.startsWith('/desk/'));
  if (!desk) return self.clients.openWindow('/desk' + path);
  desk.postMessage({ path });
  // Whether a page may come to the front is the browser's decision; it shows the conversation in any case.
  await desk.focus().catch(() => undefined);
}
