import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Connection } from "../src/index.ts";

/** The browser's socket, as far as a connection uses it. */
class Socket {
  static opened: { at: number; socket: Socket }[] = [];
  onopen = (): void => undefined;
  onclose = (): void => undefined;
  onmessage = (_: { data: string }): void => undefined;
  constructor() {
    Socket.opened.push({ at: Date.now(), socket: this });
  }
  send(): void {}
  close(): void {}
}

beforeEach(() => {
  vi.useFakeTimers();
  Socket.opened = [];
  const page = { addEventListener: () => undefined, removeEventListener: () => undefined };
  vi.stubGlobal("WebSocket", Socket);
  vi.stubGlobal("document", page);
  vi.stubGlobal("addEventListener", page.addEventListener);
  vi.stubGlobal("removeEventListener", page.removeEventListener);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const last = (): { at: number; socket: Socket } => Socket.opened.at(-1)!;

function comesAfter(): number {
  const [count, left] = [Socket.opened.length, Date.now()];
  while (Socket.opened.length === count) vi.advanceTimersByTime(50);
  return last().at - left;
}

test("who is told when to come again comes then, however often it was in vain before", () => {
  const connection = new Connection<"visitor">({
    url: "wss://desk.example/ws/v1/visitor",
    hello: () => ({ site: "s", language: "zh-CN" }),
    onFrame: () => undefined,
    onState: () => undefined,
  });
  connection.start();
  for (let attempt = 0; attempt < 5; attempt++) {
    last().socket.onclose();
    comesAfter();
  }
  last().socket.onclose();
  expect(comesAfter()).toBeGreaterThan(10_000);

  last().socket.onmessage({ data: JSON.stringify({ op: "bye", code: "refused", retry_after: 3 }) });
  last().socket.onclose();
  expect(comesAfter()).toBe(3_000);
  connection.stop();
});
