import { beforeEach, expect, test } from "vitest";
import { type Call, type Commands, installApi } from "../src/api.ts";

const page = globalThis as unknown as { window: { yingke?: unknown } };
let calls: unknown[][];

beforeEach(() => {
  calls = [];
  page.window = {};
});

const commands = () =>
  Object.fromEntries(
    ["open", "close", "toggle", "identify", "track", "on"].map((name) => [name, (...values: unknown[]) => calls.push([name, ...values])]),
  ) as unknown as Commands;

test("calls made before the loader came are made up for, in order", () => {
  page.window.yingke = [["identify", { external_id: "7", hash: "x" }], ["open"]] satisfies Call[];
  installApi(commands());
  expect(calls).toEqual([["identify", { external_id: "7", hash: "x" }], ["open"]]);
});

test("afterwards both ways of calling work", () => {
  installApi(commands());
  const api = page.window.yingke as Commands & { push: (call: Call) => void };
  api.toggle();
  api.push(["track", "cart", { items: 2 }]);
  expect(calls).toEqual([["toggle"], ["track", "cart", { items: 2 }]]);
});

test("a call that does not exist breaks nothing", () => {
  installApi(commands());
  (page.window.yingke as { push: (call: unknown[]) => void }).push(["explode"]);
  expect(calls).toEqual([]);
});
