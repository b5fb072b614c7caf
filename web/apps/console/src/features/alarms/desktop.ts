import { api } from '@/api';
import { router } from '@/router';

export interface Notice {
  title: string;
  body: string;
  /** Notices with the same tag replace each other. */
  tag: string;
  /** Where a press on it leads, below /desk. */
  path: string;
}

export const desktopSupported = 'Notification' in window;

export function desktopPermission(): NotificationPermission | 'unsupported' {
  return desktopSupported ? Notification.permission : 'unsupported';
}

/** Shows a notice outside the page when that is allowed. */
export async function notify({ title, body, tag, path }: Notice): Promise<void> {
  if (desktopPermission() !== 'granted') return;
  const options = { body, tag, icon: '/desk/icon-192.png', data: { path }, renotify: true };
  const worker = await navigator.serviceWorker?.getRegistration('/desk/');
  if (worker) return worker.showNotification(title, options);
  const shown = new Notification(title, options);
  shown.onclick = () => {
    window.focus();
    void router.push(path);
    shown.close();
  };
}

/** Asks the person, then has the server push to this browser also while no page is open. */
export async function allowDesktop(): Promise<boolean> {
  if (!desktopSupported || (await Notification.requestPermission()) !== 'granted') return false;
  await subscribeToPush().catch(() => undefined);
  return true;
}

export async function registerWorker(): Promise<void> {
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return;
  await navigator.serviceWorker.register('/desk/sw.js', { scope: '/desk/' }).catch(() => undefined);
  navigator.serviceWorker.addEventListener('message', (event: MessageEvent<{ path?: string }>) => {
    if (event.data.path?.startsWith('/')) void router.push(event.data.path);
  });
  if (desktopPermission() === 'granted') await subscribeToPush().catch(() => undefined);
}

async function subscribeToPush(): Promise<void> {
  const worker = await navigator.serviceWorker.ready;
  const { public_key: key } = await api.get<{ public_key: string }>('/push/key');
  const subscription = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(key) });
  const { endpoint, keys } = subscription.toJSON();
  await api.post('/push/subscriptions', { endpoint, keys });
}

/** Before signing out: this browser is to be quiet. */
export async function leavePush(): Promise<void> {
  const worker = await navigator.serviceWorker?.getRegistration('/desk/');
  const subscription = await worker?.pushManager.getSubscription();
  if (!subscription) return;
  await api.delete('/push/subscriptions', { endpoint: subscription.endpoint }).catch(() => undefined);
  await subscription.unsubscribe();
}

/** From base64url, as keys of servers are written. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
