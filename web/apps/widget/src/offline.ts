import { siteUrl } from "./config.ts";
import { neededAway } from "./load.ts";
import { PANEL_STORE } from "./worker/store.ts";

/** Once everything a visitor waits for is there, keep a copy for the day the server is away. */
export function keepWorking(): void {
  if (!("serviceWorker" in navigator)) return;
  const keep = async () => {
    const widgets = new URL("../", siteUrl(""));
    await navigator.serviceWorker.register(new URL("sw.js", widgets), { scope: widgets.pathname });
    // This page was loaded before there was a worker to keep it; the parts are what one writes with when nobody answers.
    await (await caches.open(PANEL_STORE)).addAll([location.href, ...neededAway()]);
  };
  setTimeout(() => void keep().catch(() => undefined), 3_000);
}
