import type { Outgoing, Queue } from "@yingke/realtime";
import * as memory from "../memory.ts";
import type { Body } from "./shapes.ts";

const KEY = "outgoing";

/** What earlier pages and other tabs could not send. Sending it twice is harmless: the server knows the `client_id`. */
export const recallQueue = (): Queue<Body> =>
  (memory.recall<Outgoing<Body>[]>(KEY) ?? []).map((entry) => (entry.state === "sending" ? { ...entry, state: "waiting" } : entry));

/** Keeps this tab's entries beside those of other tabs, without those that `gone` says are settled. */
export function keepQueue(queue: Queue<Body>, gone: ReadonlySet<string>): void {
  const mine = new Set(queue.map((entry) => entry.client_id));
  const others = recallQueue().filter((entry) => !mine.has(entry.client_id) && !gone.has(entry.client_id));
  memory.keep(KEY, [...others, ...queue]);
}
