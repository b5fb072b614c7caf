import { siteUrl } from "./config.ts";

/** Once everything a visitor waits for is there, keep a copy for the day the server is away. */
export function keepWorking(): void {
  if (!("serviceWorker" in navigator)) return;
  const register = () => void navigator.serviceWorker.register(new URL("../sw.js", siteUrl("")), { scope: new URL("../", siteUrl("")).pathname }).catch(() => undefined);
  addEventListener("load", () => setTimeout(register, 3_000));
}
