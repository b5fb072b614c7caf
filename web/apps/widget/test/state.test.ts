import type { Frame, Message, VisitorConversation } from "@yingke/realtime";
import { startTimeline } from "@yingke/realtime";
import { expect, test } from "vitest";
import { currentConversation, foldState, INITIAL, isOpen, messagesOf, type State, unreadMessages, withTimeline } from "../src/session/state.ts";

type Told = Frame<"visitor">;

const conversation = (more: Partial<VisitorConversation> = {}) =>
  ({ id: "c1", version: 1, status: "open", last_seq: 0, agent: null, position: null, agent_read_seq: 0, agent_delivered_seq: 0, visitor_read_seq: 0, ...more }) as VisitorConversation;
const message = (seq: number, more: Partial<Message> = {}) =>
  ({ seq, conversation_id: "c1", client_id: null, kind: "outgoing", author: { kind: "agent", id: "a", name: "林" }, text: `m${seq}`, attachments: [], recalled: false, ...more }) as unknown as Message;
const welcome = (more: object = {}) => ({ op: "welcome", epoch: "e1", open: true, conversation: conversation(), history: [], ...more }) as unknown as Told;
const posted = (seq: number, told: Partial<VisitorConversation> = {}, more: Partial<Message> = {}): Told => ({
  op: "fact",
  name: "message.posted",
  data: { conversation: conversation(told), message: message(seq, more) },
});
const changed = (told: Partial<VisitorConversation>): Told => ({ op: "fact", name: "conversation.changed", data: { conversation: conversation(told) } });
const after = (...frames: Told[]): State => frames.reduce(foldState, withTimeline(foldState(INITIAL, welcome()), startTimeline("c1")));

test("an answer that came is unread until it was seen", () => {
  const state = after(posted(1), posted(2, { version: 2 }));
  expect(unreadMessages(state).map(({ seq }) => seq)).toEqual([1, 2]);
  expect(unreadMessages(foldState(state, changed({ version: 3, visitor_read_seq: 2 })))).toEqual([]);
});

test("marks of reading never go back", () => {
  const state = after(changed({ version: 3, agent_read_seq: 5 }), changed({ version: 2, agent_read_seq: 2 }));
  expect(currentConversation(state)?.agent_read_seq).toBe(5);
});

test("an older version of a conversation does not replace a newer one", () => {
  const state = after(changed({ version: 4, status: "resolved" }), changed({ version: 3, status: "open" }));
  expect(currentConversation(state)?.status).toBe("resolved");
});

test("the place in the queue stays until it is told anew", () => {
  const signal: Told = { op: "signal", name: "position", data: { conversation: "c1", position: 3, ahead: 2, wait_low: null, wait_high: null } };
  expect(currentConversation(after(signal, changed({ version: 2, status: "queued" })))?.position).toBe(3);
});

test("typing is shown until the message is there", () => {
  const typing: Told = { op: "signal", name: "typing", data: { conversation: "c1", from: { kind: "agent", id: "a", name: null } } };
  expect(after(typing).typing).toBe("somebody");
  expect(after(typing, posted(1)).typing).toBeNull();
});

test("a note among agents keeps its place and shows nothing", () => {
  const note: Told = { op: "fact", name: "message.posted", data: { conversation: conversation({ version: 2 }), message: { seq: 1, hidden: true } } };
  const state = after(note, posted(2, { version: 3 }));
  expect(messagesOf(state, "c1").map(({ seq }) => seq)).toEqual([2]);
});

test("the visitor's own message is shown at once, also while one before it is missing", () => {
  const state = after(posted(3, {}, { kind: "incoming", author: { kind: "visitor", id: null, name: null } }), posted(2));
  expect(messagesOf(state, "c1").map(({ seq }) => seq)).toEqual([3]);
});

test("a conversation opened in another tab becomes the current one", () => {
  const state = foldState(foldState(INITIAL, welcome({ conversation: null })), posted(1));
  expect(state.current).toBe("c1");
});

test("another epoch throws away what was held", () => {
  const state = foldState(after(posted(1)), welcome({ epoch: "e2" }));
  expect(state.timelines).toEqual({});
});

test("after an identity merge only what the server names remains", () => {
  const state = foldState(after(posted(1)), welcome({ conversation: conversation({ id: "c9" }) }));
  expect(Object.keys(state.conversations)).toEqual(["c9"]);
  expect(state.current).toBe("c9");
});

test("the shop opens and closes while the panel is open", () => {
  const sign = (open: boolean): Told => ({ op: "signal", name: "open", data: { open, agents_online: 0, reply_time: null, next_open_at: null } });
  expect(isOpen(after(sign(false)))).toBe(false);
  expect(isOpen(after(sign(false), sign(true)))).toBe(true);
});
