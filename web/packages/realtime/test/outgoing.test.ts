import { expect, test } from "vitest";
import {
  adopted,
  enqueue,
  interrupted,
  nextToSend,
  refused,
  retried,
  sending,
  settled,
  settleSeen,
  type Frame,
  type Queue,
} from "../src/index.ts";

const entry = (client_id: string) => ({ client_id, conversation: null, body: { text: client_id }, written_at: 0 });
const queueOf = (...ids: string[]): Queue<{ text: string }> =>
  ids.reduce<Queue<{ text: string }>>((queue, id) => enqueue(queue, entry(id)), []);

test("messages leave one at a time, in the order they were written", () => {
  let queue = queueOf("a", "b");
  expect(nextToSend(queue)?.client_id).toBe("a");
  queue = sending(queue, "a");
  expect(nextToSend(queue)).toBeNull();
  expect(nextToSend(settled(queue, "a"))?.client_id).toBe("b");
});

test("a message in flight when the connection ended is sent again under its own id", () => {
  const queue = interrupted(sending(queueOf("a", "b"), "a"));
  expect(nextToSend(queue)?.client_id).toBe("a");
});

test("a refused message waits for its writer and lets the next one pass", () => {
  const queue = refused(sending(queueOf("a", "b"), "a"), "a", "text_too_long");
  expect(nextToSend(queue)?.client_id).toBe("b");
  expect(queue[0]?.code).toBe("text_too_long");
  expect(retried(queue, "a")[0]).toEqual({ ...entry("a"), state: "waiting" });
});

test("a message seen coming back is sent, though its acknowledgement was lost", () => {
  const queue = interrupted(sending(queueOf("a", "b"), "a"));
  const fact = { op: "fact", data: { message: { client_id: "a" } } } as unknown as Frame;
  expect(settleSeen(queue, fact).map((held) => held.client_id)).toEqual(["b"]);
  const history = { op: "messages", items: [{ client_id: "b" }, { seq: 2, hidden: true }] } as unknown as Frame;
  expect(settleSeen(queue, history).map((held) => held.client_id)).toEqual(["a"]);
});

test("messages written before the conversation existed go into the one that was opened", () => {
  expect(adopted(queueOf("a", "b"), "c1").map((held) => held.conversation)).toEqual(["c1", "c1"]);
});

test("the same message is queued once", () => {
  expect(enqueue(queueOf("a"), entry("a"))).toHaveLength(1);
});
