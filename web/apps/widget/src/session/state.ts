import {
  type ConnectionState,
  foldFrame,
  type Frame,
  isMessage,
  type Message,
  type Queue,
  type PublicAgent,
  type Timeline,
  type VisitorConversation,
  type VisitorWelcome,
  visibleMessages,
} from "@yingke/realtime";
import type { Body } from "./shapes.ts";

type Told = Frame<"visitor">;

/** All the panel knows. Folded from frames by pure functions; never changed in place. */
export interface State {
  readonly connection: ConnectionState;
  /** Why the server does not want this visitor, when it does not. */
  readonly refusedCode: string | null;
  readonly welcome: VisitorWelcome | null;
  /** The conversation that is going on, or has just ended. */
  readonly current: string | null;
  readonly conversations: Readonly<Record<string, VisitorConversation>>;
  readonly timelines: Readonly<Record<string, Timeline>>;
  readonly queue: Queue<Body>;
  /** Who types in the current conversation. */
  readonly typing: PublicAgent | "somebody" | null;
}

export const INITIAL: State = {
  connection: "connecting",
  refusedCode: null,
  welcome: null,
  current: null,
  conversations: {},
  timelines: {},
  queue: [],
  typing: null,
};

export function foldState(state: State, frame: Told): State {
  switch (frame.op) {
    case "welcome":
      return foldWelcome(state, frame);
    case "reload":
      return { ...state, welcome: null, timelines: {}, conversations: {}, current: null };
    case "fact":
      return foldTimelines(foldFact(state, frame), frame);
    case "signal":
      return foldSignal(state, frame);
    default:
      return foldTimelines(state, frame);
  }
}

function foldWelcome(state: State, welcome: VisitorWelcome): State {
  const fresh = state.welcome && state.welcome.epoch !== welcome.epoch ? { ...state, timelines: {} } : state;
  const listed = welcome.conversation ? [welcome.conversation, ...welcome.history] : welcome.history;
  // The server's list is the whole truth: what it no longer names is gone, after an identity merge for example.
  const conversations = Object.fromEntries(listed.map((conversation) => [conversation.id, conversation]));
  const kept = state.current && conversations[state.current] ? state.current : null;
  return { ...fresh, welcome, conversations, current: welcome.conversation?.id ?? kept, typing: null };
}

function foldFact(state: State, { data }: Extract<Told, { op: "fact" }>): State {
  const next = merged(state.conversations[data.conversation.id], data.conversation);
  const live = next.status !== "resolved";
  return {
    ...state,
    conversations: { ...state.conversations, [next.id]: next },
    current: live ? next.id : state.current,
    typing: data.message && isMessage(data.message) && data.message.author.kind !== "visitor" ? null : state.typing,
  };
}

/** The newest version wins, and marks only ever grow. A change does not tell the place in the queue; signals do. */
function merged(held: VisitorConversation | undefined, told: VisitorConversation): VisitorConversation {
  if (!held) return told;
  const next = told.version < held.version ? held : { ...told, position: told.position ?? held.position, wait_low: told.wait_low ?? held.wait_low, wait_high: told.wait_high ?? held.wait_high };
  const most = (mark: "agent_read_seq" | "agent_delivered_seq" | "visitor_read_seq" | "last_seq") =>
    Math.max(held[mark], told[mark]);
  return {
    ...next,
    agent_read_seq: most("agent_read_seq"),
    agent_delivered_seq: most("agent_delivered_seq"),
    visitor_read_seq: most("visitor_read_seq"),
    last_seq: most("last_seq"),
  };
}

function foldSignal(state: State, { name, data }: Extract<Told, { op: "signal" }>): State {
  if (name === "open") return { ...state, welcome: state.welcome && { ...state.welcome, ...data } };
  if (name === "position") return changeConversation(state, data.conversation, data);
  if (name === "delivered") {
    const held = state.conversations[data.conversation]?.agent_delivered_seq ?? 0;
    return changeConversation(state, data.conversation, { agent_delivered_seq: Math.max(held, data.seq) });
  }
  if (data.from.kind === "visitor" || data.conversation !== state.current) return state;
  return { ...state, typing: currentConversation(state)?.agent ?? "somebody" };
}

function foldTimelines(state: State, frame: Told): State {
  let { timelines } = state;
  for (const [id, timeline] of Object.entries(timelines)) {
    const next = foldFrame(timeline, frame);
    if (next !== timeline) timelines = { ...timelines, [id]: next };
  }
  return timelines === state.timelines ? state : { ...state, timelines };
}

export const withTimeline = (state: State, timeline: Timeline): State => ({
  ...state,
  timelines: { ...state.timelines, [timeline.conversation]: timeline },
});

export function changeConversation(state: State, id: string, change: Partial<VisitorConversation>): State {
  const held = state.conversations[id];
  return held ? { ...state, conversations: { ...state.conversations, [id]: { ...held, ...change } } } : state;
}

export const currentConversation = (state: State): VisitorConversation | null =>
  (state.current && state.conversations[state.current]) || null;

/** What may be shown; the visitor's own words also while something before them is still missing. */
export function messagesOf(state: State, id: string | null): Message[] {
  const timeline = id ? state.timelines[id] : undefined;
  if (!timeline) return [];
  const ahead = [...timeline.parked.values()].filter((entry) => isMessage(entry) && entry.author.kind === "visitor");
  return [...visibleMessages(timeline), ...(ahead as Message[])];
}

/** The answers in the current conversation that the visitor has not seen, oldest first. */
export function unreadMessages(state: State): Message[] {
  const read = currentConversation(state)?.visitor_read_seq ?? 0;
  return messagesOf(state, state.current).filter((message) => message.kind === "outgoing" && message.seq > read && !message.recalled);
}

/** Whether somebody can answer now; unknown while the server was never reached, and then we hope so. */
export const isOpen = (state: State): boolean => state.welcome?.open ?? true;
