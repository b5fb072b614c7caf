/* Stands before the launcher: what the page says before the tracker is there is kept for it. */

import type { start, Told } from "./tracker.ts";

/** The server puts the tracker's address here. */
const tracker: string = "__YINGKE_TRACKER__";

const told: Told[] = [];
for (const name of ["track", "consent"]) {
  addEventListener("yingke:" + name, (event) => told.push([name, (event as CustomEvent).detail]));
}
const go = () => void import(tracker).then((loaded: { start: typeof start }) => loaded.start(told));
// The page comes first: nothing is asked for before it has had a moment for itself.
if ("requestIdleCallback" in window) requestIdleCallback(go);
else setTimeout(go);
