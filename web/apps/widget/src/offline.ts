import { siteUrl } from "./config.ts";
import { PANEL_STORE } from "./worker/store.ts";

/** Once everything a visitor waits for is there, keep a copy for the day the server is away. */
export function keepWorking(): void {
  if (!("serviceWorker" in navigator)) return;
  const keep = async () => {
    const widgets = new URL("../", siteUrl(""));
    await navigator.serviceWorker.register(new URL("sw.js", widgets), { scope: widgets.pathname });
    // This page was loaded before there was a worker to keep it.
    await (await caches.open(PANEL_STORE)).add(location.href);
  };
  setTimeout(() => void keep().catch(() => undefined), 3_000);
}
