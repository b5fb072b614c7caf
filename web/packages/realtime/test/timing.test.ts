import { expect, test } from "vitest";
import { clientId, isDead, reconnectDelay } from "../src/index.ts";

test("a client id is a version 7 UUID that sorts by time", () => {
  const early = clientId(1_700_000_000_000);
  expect(early).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(parseInt(early.replaceAll("-", "").slice(0, 12), 16)).toBe(1_700_000_000_000);
  expect(early < clientId(1_700_000_000_001)).toBe(true);
});

test("the delay before reconnecting doubles up to thirty seconds and is spread", () => {
  expect([0, 1, 2, 3, 4, 5, 9].map((attempt) => reconnectDelay(attempt, 1))).toEqual([
    1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
  ]);
  expect(reconnectDelay(3, 0)).toBe(4_000);
});

test("a socket silent for longer than a heartbeat and a grace is dead", () => {
  expect(isDead(34_000, 25)).toBe(false);
  expect(isDead(36_000, 25)).toBe(true);
});
