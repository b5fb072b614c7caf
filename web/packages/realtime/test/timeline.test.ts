import { describe, expect, test } from "vitest";
import cases from "../../../../tests/contracts/realtime_cases.json" with { type: "json" };
import { asked, fold, foldFrame, hasOlder, prepend, resumeAfter, startTimeline, visibleMessages } from "../src/index.ts";
import type { Frame, Message, Timeline } from "../src/index.ts";

const message = (seq: number, more: Partial<Message> = {}) =>
  ({ seq, conversation_id: "c1", text: `m${seq}`, recalled: false, ...more }) as Message;
const shown = (timeline: Timeline) => visibleMessages(timeline).map((entry) => entry.seq);

describe("the cases shared with the server", () => {
  test.each(cases)("$name", ({ conversation, after_seq, frames, shown: seqs, resume_after }) => {
    const end = (frames as unknown as Frame[]).reduce(foldFrame, startTimeline(conversation, after_seq));
    expect(shown(end)).toEqual(seqs);
    expect(resumeAfter(end)).toBe(resume_after);
  });
});

test("every order of arrival ends in the same timeline", () => {
  const entries = [1, 2, 3, 4].map((seq) => message(seq));
  for (const order of permutations(entries)) {
    const end = order.reduce((timeline, entry) => fold(timeline, [entry]), startTimeline("c1"));
    expect(shown(end)).toEqual([1, 2, 3, 4]);
    expect(end.parked.size).toBe(0);
  }
});

test("a gap is asked for once, and again after a heartbeat", () => {
  let timeline = fold(startTimeline("c1"), [message(1), message(3)]);
  timeline = asked(timeline);
  expect(resumeAfter(fold(timeline, [message(4)]))).toBeNull();
  timeline = foldFrame(timeline, { op: "heartbeat", heads: { c1: 4 } });
  expect(resumeAfter(timeline)).toBe(1);
});

test("an older page joins the run, and only when it leaves no gap", () => {
  const timeline = fold(startTimeline("c1", 5), [message(6), message(7)]);
  expect(shown(prepend(timeline, [message(2), message(3)]))).toEqual([6, 7]);
  const longer = prepend(timeline, [message(3), message(5), message(4)]);
  expect(shown(longer)).toEqual([3, 4, 5, 6, 7]);
  expect(hasOlder(longer)).toBe(true);
  expect(shown(fold(longer, [message(8)]))).toEqual([3, 4, 5, 6, 7, 8]);
  expect(hasOlder(prepend(longer, [message(1), message(2)]))).toBe(false);
});

test("a recalled message stays recalled when an older copy comes late", () => {
  const start = fold(startTimeline("c1"), [message(1)]);
  const recalled = fold(start, [message(1, { recalled: true, text: "" })]);
  expect(visibleMessages(fold(recalled, [message(1)]))[0]?.recalled).toBe(true);
});

test("folding changes no earlier value", () => {
  const start = fold(startTimeline("c1"), [message(1)]);
  fold(start, [message(2), message(4)]);
  expect(shown(start)).toEqual([1]);
  expect(start.parked.size).toBe(0);
});

function permutations<T>(values: readonly T[]): T[][] {
  if (values.length <= 1) return [[...values]];
  return values.flatMap((value, at) =>
    permutations([...values.slice(0, at), ...values.slice(at + 1)]).map((rest) => [value, ...rest]),
  );
}
