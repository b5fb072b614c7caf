import { PANEL_STORE } from "./store.ts";

/**
 * Keeps the panel openable while the server is away: the last good copy of the frame, and of the parts loaded later.
 * The server's copy always wins when it answers in time; nothing else passes through here.
 */
const worker = self as unknown as EventTarget & { readonly skipWaiting: () => Promise<void>; readonly clients: { readonly claim: () => Promise<void> } };

interface FetchEvent extends Event {
  readonly request: Request;
  readonly respondWith: (answer: Promise<Response>) => void;
}

const PATIENCE = 4_000;
const FRAME = /\/w\/[^/]+\/frame$/;
const PART = /\/w\/assets\/[^/]+$/;

worker.addEventListener("install", () => void worker.skipWaiting());
// The page that brought the worker is kept working as well, not only the next one.
worker.addEventListener("activate", () => void worker.clients.claim());

worker.addEventListener("fetch", (event) => {
  const { request, respondWith } = event as FetchEvent;
  const { pathname } = new URL(request.url);
  if (request.method !== "GET") return;
  if (FRAME.test(pathname)) respondWith.call(event, freshOrKept(request));
  else if (PART.test(pathname)) respondWith.call(event, keptOrFresh(request));
});

async function freshOrKept({ url }: Request): Promise<Response> {
  const store = await caches.open(PANEL_STORE);
  const late = new Promise<never>((_, reject) => setTimeout(reject, PATIENCE));
  try {
    const answer = await Promise.race([fetch(url), late]);
    if (answer.ok) await store.put(url, answer.clone());
    else if (answer.status >= 500) return (await store.match(url)) ?? answer;
    return answer;
  } catch {
    return (await store.match(url)) ?? Response.error();
  }
}

/** Parts carry the hash of their content in their name: a kept one is never out of date. */
async function keptOrFresh({ url }: Request): Promise<Response> {
  const store = await caches.open(PANEL_STORE);
  const kept = await store.match(url);
  if (kept) return kept;
  const answer = await fetch(url);
  if (answer.ok) await store.put(url, answer.clone());
  return answer;
}
