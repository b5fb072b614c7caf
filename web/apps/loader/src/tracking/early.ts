/* Stands before the launcher: what the page says before the tracker is there is kept for it. */

import type { start, Told } from "./tracker.ts";

/** The server puts the tracker's path here. A script of another origin has no address of its own to begin from but this one. */
const tracker = new URL("__YINGKE_TRACKER__", (document.currentScript as HTMLScriptElement).src).href;

const told: Told[] = [];
for (const name of ["track", "consent"]) {
  addEventListener("yingke:" + name, (event) => told.push([name, (event as CustomEvent).detail]));
}
// The page comes first: nothing is asked for before it has had a moment for itself.
setTimeout(() => void import(tracker).then((loaded: { start: typeof start }) => loaded.start(told)), 300);
