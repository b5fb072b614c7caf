import { type Entry, type Frame, type Message, isMessage } from "./wire.ts";

/**
 * What one client holds of one conversation: an unbroken run of entries, `floor < seq <= head`.
 *
 * The run is all that may be shown. Entries above a gap wait in `parked` until the gap is filled by a resume,
 * so a screen never shows message 7 while 6 is unknown. A value, never changed in place.
 */
export interface Timeline {
  readonly conversation: string;
  /** Nothing at or below this `seq` is held; zero when the conversation is held from its beginning. */
  readonly floor: number;
  readonly head: number;
  /** The highest `seq` anybody told us of. Above `head` something is missing. */
  readonly known: number;
  readonly run: readonly Entry[];
  readonly parked: ReadonlyMap<number, Entry>;
  /** The `after_seq` last asked for; not asked for again until a heartbeat or a reconnection. */
  readonly asked: number | null;
}

/** A timeline that starts after `afterSeq`; older entries come by `prepend`. */
export function startTimeline(conversation: string, afterSeq = 0): Timeline {
  return { conversation, floor: afterSeq, head: afterSeq, known: afterSeq, run: [], parked: new Map(), asked: null };
}

/** Takes entries in any order, any number of times. */
export function fold(timeline: Timeline, entries: readonly Entry[]): Timeline {
  const run = [...timeline.run];
  const parked = new Map(timeline.parked);
  let { head, known } = timeline;
  for (const entry of entries) {
    if (entry.seq <= timeline.floor) continue;
    known = Math.max(known, entry.seq);
    const held = entry.seq <= head ? run[entry.seq - timeline.floor - 1] : parked.get(entry.seq);
    const next = held ? newer(held, entry) : entry;
    if (entry.seq <= head) run[entry.seq - timeline.floor - 1] = next;
    else parked.set(entry.seq, next);
  }
  for (let next = parked.get(head + 1); next; next = parked.get(head + 1)) {
    parked.delete(++head);
    run.push(next);
  }
  return { ...timeline, run, parked, head, known };
}

/** Adds an older page; what does not join the run without a gap is ignored. */
export function prepend(timeline: Timeline, entries: readonly Entry[]): Timeline {
  const bySeq = new Map(entries.map((entry) => [entry.seq, entry]));
  const older: Entry[] = [];
  let { floor } = timeline;
  for (let entry = bySeq.get(floor); entry; entry = bySeq.get(floor)) {
    older.unshift(entry);
    floor--;
  }
  return { ...timeline, floor, run: [...older, ...timeline.run] };
}

/** Folds any server frame; frames about other conversations, and of other kinds, change nothing. */
export function foldFrame(timeline: Timeline, frame: Frame): Timeline {
  if (frame.op === "messages") return foldMessages(timeline, frame);
  if (frame.op === "heartbeat") return foldHeartbeat(timeline, frame);
  if (frame.op !== "fact") return timeline;
  const { message, conversation } = frame.data as { message?: Entry; conversation?: { id?: string } };
  const about = message && isMessage(message) ? message.conversation_id : conversation?.id;
  return message && about === timeline.conversation ? fold(timeline, [message]) : timeline;
}

function foldMessages(timeline: Timeline, frame: Extract<Frame, { op: "messages" }>): Timeline {
  if (frame.conversation !== timeline.conversation) return timeline;
  const folded = fold(timeline, frame.items);
  return { ...folded, known: Math.max(folded.known, frame.last_seq) };
}

function foldHeartbeat(timeline: Timeline, frame: Extract<Frame, { op: "heartbeat" }>): Timeline {
  const head = frame.heads[timeline.conversation];
  return head === undefined ? timeline : { ...timeline, known: Math.max(timeline.known, head), asked: null };
}

/** The `after_seq` to subscribe with because something is missing, or null when nothing is or the question is out. */
export function resumeAfter(timeline: Timeline): number | null {
  return timeline.known > timeline.head && timeline.asked !== timeline.head ? timeline.head : null;
}

/** Notes that a subscription with `after_seq = head` was just sent. */
export const asked = (timeline: Timeline): Timeline => ({ ...timeline, asked: timeline.head });

export const hasOlder = (timeline: Timeline): boolean => timeline.floor > 0;

/** What this reader may see, oldest first. */
export const visibleMessages = (timeline: Timeline): Message[] => timeline.run.filter(isMessage);

/** A recall is never taken back, and what was shown is never hidden by a later, poorer copy. */
function newer(held: Entry, entry: Entry): Entry {
  if (!isMessage(entry)) return held;
  return isMessage(held) && held.recalled && !entry.recalled ? held : entry;
}
