import { beforeEach, expect, test } from "vitest";
import type { Queue } from "@yingke/realtime";
import type { Body } from "../src/session/shapes.ts";

const kept = new Map<string, string>();
Object.assign(globalThis, {
  document: { getElementById: () => ({ textContent: '{"site":{"key":"k"}}' }) },
  localStorage: { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, text: string) => kept.set(key, text) },
});
const { keepQueue, recallQueue } = await import("../src/session/kept_queue.ts");

const entry = (client_id: string, state: "waiting" | "sending" = "waiting") => ({
  client_id,
  conversation: null,
  state,
  written_at: 0,
  body: { op: "send", text: client_id, attachments: [], fields: {} } satisfies Body,
});
const ids = (queue: Queue<Body>) => queue.map(({ client_id }) => client_id);

beforeEach(() => kept.clear());

test("what was not sent is there again on the next page, waiting", () => {
  keepQueue([entry("a", "sending"), entry("b")], new Set());
  expect(recallQueue().map(({ client_id, state }) => [client_id, state])).toEqual([
    ["a", "waiting"],
    ["b", "waiting"],
  ]);
});

test("two tabs do not overwrite what the other still has to send", () => {
  keepQueue([entry("of-one-tab")], new Set());
  keepQueue([entry("of-another")], new Set());
  expect(ids(recallQueue())).toEqual(["of-one-tab", "of-another"]);
});

test("what is acknowledged is gone for good", () => {
  keepQueue([entry("a"), entry("b")], new Set());
  keepQueue([entry("b")], new Set(["a"]));
  expect(ids(recallQueue())).toEqual(["b"]);
});
