import {
  adopted,
  asked,
  type Answer,
  type Attachment,
  clientId,
  Connection,
  enqueue,
  type Fields,
  fold,
  type Frame,
  hasOlder,
  interrupted,
  type Message,
  nextToSend,
  type Op,
  type Outgoing,
  prepend,
  type Queue,
  Refused,
  refused,
  resumeAfter,
  retried,
  sending,
  settled,
  settleSeen,
  startTimeline,
  type VisitorConversation,
  type VisitorWelcome,
} from "@yingke/realtime";
import type { Identity, Kept, Page } from "@yingke/loader/bridge";
import { config, socketUrl } from "../config.ts";
import { language } from "../i18n.ts";
import { load, tools } from "../load.ts";
import { Store } from "../store.ts";
import { keepQueue, recallQueue } from "./kept_queue.ts";
import { type Body, isHeld } from "./shapes.ts";
import { changeConversation, currentConversation, foldState, INITIAL, type State, withTimeline } from "./state.ts";

const PAGE_SIZE = 30;
/** The conversation ended while the message was on its way: it opens the next one. */
const ENDED = "conversation_resolved";

export interface Beginning {
  readonly token: string | null;
  readonly page: Page;
  readonly identity: Identity | null;
  readonly onKeep: (kept: Kept) => void;
}

/** One visitor's side of the socket: folds what comes, sends what waits, asks for what is missing. */
export class Session {
  readonly store = new Store<State>({ ...INITIAL, queue: recallQueue() });
  readonly #connection: Connection<"visitor">;
  readonly #gone = new Set<string>();
  #token: string | null;
  /** What the visitor looks at. */
  page: Page;
  #identity: Identity | null;
  #typingTimer: ReturnType<typeof setTimeout> | undefined;
  #deliveredSeq = 0;

  constructor(readonly beginning: Beginning) {
    this.#token = beginning.token;
    this.page = beginning.page;
    this.#identity = beginning.identity;
    this.#connection = new Connection({
      url: socketUrl(),
      hello: () => this.#hello(),
      onFrame: (frame) => this.#receive(frame),
      onState: (connection) => {
        const { refusedCode } = this.#connection;
        this.#set({ connection, refusedCode, queue: interrupted(this.state.queue) });
        if (refusedCode) console.warn(`yingke: the server refused this page: ${refusedCode}`);
        if (connection === "live") this.#flush();
      },
    });
    this.#connection.start();
  }

  get state(): State {
    return this.store.state;
  }

  /** What files are sent and fetched with; null before the first welcome. */
  get token(): string | null {
    return this.#token;
  }

  /** Queues a message; it leaves at once, or when there is a connection again. */
  send(text: string, attachments: Attachment[], fields: Body["fields"] = {}): void {
    const current = currentConversation(this.state);
    const conversation = current && current.status !== "resolved" ? current.id : null;
    this.#enqueue(conversation, { op: "send", text, attachments, fields });
  }

  leaveMessage(text: string, fields: Body["fields"]): void {
    this.#enqueue(null, { op: "leave_message", text, attachments: [], fields });
  }

  retry(id: string): void {
    this.#queue(retried(this.state.queue, id));
    this.#flush();
  }

  discard(id: string): void {
    const given = this.state.queue.find(({ client_id }) => client_id === id)!.body.attachments;
    if (given.some(isHeld)) void load("held").then(({ letGo }) => letGo(given));
    this.#settle(id);
  }

  retryNow(): void {
    this.#connection.retryNow();
  }

  typing(text: string): void {
    if (this.state.current) this.#connection.signal("typing", { conversation: this.state.current, ...(config.typing_preview && { text }) });
  }

  visit(page: Page): void {
    this.page = page;
    this.#connection.signal("page", { url: page.url, title: page.title });
  }

  /** The shop says who this is. The history may be another one from here on, so everything is asked for anew. */
  async identify(identity: Identity): Promise<void> {
    this.#identity = identity;
    if (this.state.connection !== "live") return;
    const ack = await this.#connection.request("identify", identity);
    this.#token = ack.token ?? this.#token;
    this.#restart();
  }

  /** Everything shown of the current conversation has been seen. */
  markRead(): void {
    const conversation = currentConversation(this.state);
    const timeline = conversation && this.state.timelines[conversation.id];
    if (!timeline || timeline.head <= conversation.visitor_read_seq || this.state.connection !== "live") return;
    this.#connection.signal("read", { conversation: conversation.id, seq: timeline.head });
    this.store.set(changeConversation(this.state, conversation.id, { visitor_read_seq: timeline.head }));
  }

  /** An operation that only a part loaded later asks for. */
  ask<O extends Op<"visitor">>(op: O, fields: Fields<"visitor", O>): Promise<Answer<O>> {
    return this.#connection.request(op, fields);
  }

  /** Older messages, for scrolling up; also the first page of a conversation of the past. */
  async loadOlder(id: string): Promise<void> {
    const conversation = this.state.conversations[id];
    const timeline = this.state.timelines[id] ?? startTimeline(id, conversation?.last_seq ?? 0);
    if (!hasOlder(timeline)) return;
    const ack = await this.#connection.request("history", { conversation: id, before_seq: timeline.floor + 1, limit: PAGE_SIZE });
    const held = this.state.timelines[id] ?? timeline;
    this.store.set(withTimeline(this.state, prepend(held, ack.items)));
  }

  #hello(): Fields<"visitor", "hello"> {
    const { welcome } = this.state;
    return {
      site: config.site.key,
      token: this.#token,
      page: this.page,
      language,
      ...(welcome && { epoch: welcome.epoch }),
      ...(this.#identity && { identity: this.#identity }),
    };
  }

  #receive(frame: Frame<"visitor">): void {
    this.store.set(foldState(this.state, frame));
    this.#settleSeen(frame);
    if (frame.op === "welcome") this.#welcomed(frame);
    // A reload before the welcome is followed by it; later, and after missed pushes, a new hello brings the truth.
    if (frame.op === "resync" || (frame.op === "reload" && this.#connection.state === "live")) this.#restart();
    if (frame.op === "signal" && frame.name === "typing") this.#stopTypingLater();
    if (frame.op === "fact") this.#follow();
    this.#resume();
    this.#reportDelivered();
  }

  #welcomed({ token, conversation }: VisitorWelcome): void {
    this.#token = token;
    this.#identity = null;
    this.#remember();
    if (conversation) this.#subscribe(conversation.id, Math.max(0, conversation.last_seq - PAGE_SIZE));
    this.#adoptOrphans();
    this.#flush();
  }

  /** What a tab could not send before it was closed, whichever tab that was. */
  #adoptOrphans(): void {
    const { queue } = this.state;
    const known = new Set([...queue.map(({ client_id }) => client_id), ...this.#gone]);
    this.#set({ queue: [...queue, ...recallQueue().filter(({ client_id }) => !known.has(client_id))] });
  }

  /** A conversation opened by another tab, or by an agent, is followed like one opened here. */
  #follow(): void {
    const conversation = currentConversation(this.state);
    if (!conversation || this.state.timelines[conversation.id]) return;
    this.#remember();
    this.#subscribe(conversation.id, Math.max(0, conversation.last_seq - PAGE_SIZE));
  }

  #subscribe(id: string, afterSeq: number): void {
    const timeline = asked(this.state.timelines[id] ?? startTimeline(id, afterSeq));
    this.store.set(withTimeline(this.state, timeline));
    this.#connection.request("subscribe", { conversation: id, after_seq: timeline.head }).catch(() => undefined);
  }

  #resume(): void {
    for (const timeline of Object.values(this.state.timelines))
      if (resumeAfter(timeline) !== null) this.#subscribe(timeline.conversation, 0);
  }

  #restart(): void {
    this.#connection.stop();
    this.#connection.start();
  }

  #enqueue(conversation: string | null, body: Body): void {
    this.#queue(enqueue(this.state.queue, { client_id: clientId(), conversation, body, written_at: Date.now() }));
    this.#flush();
  }

  #flush(): void {
    const entry = this.#connection.state === "live" ? nextToSend(this.state.queue) : null;
    if (!entry) return;
    this.#queue(sending(this.state.queue, entry.client_id));
    this.#deliver(entry).catch((error: unknown) => this.#failed(entry, error));
  }

  async #deliver(entry: Outgoing<Body>): Promise<void> {
    const attachments = await this.#sentUp(entry);
    const { op, text, fields } = entry.body;
    const ack = await this.#connection.request(op, {
      client_id: entry.client_id,
      text,
      ...(op === "send" && { conversation: entry.conversation }),
      ...(attachments.length > 0 && { attachment_ids: attachments.map(({ id }) => id) }),
      ...fields,
    });
    this.#acknowledged({ ...entry, body: { ...entry.body, attachments } }, ack);
  }

  /** The files of a message, those included that were chosen while the server was away. */
  async #sentUp({ body }: Outgoing<Body>): Promise<Attachment[]> {
    if (!body.attachments.some(isHeld)) return body.attachments;
    const { sendUp } = await load("held");
    return sendUp(tools, body.attachments, this.#token!).catch(({ code }: { code: string }) => {
      throw new Refused(code, "", code === "unavailable" ? 5 : null);
    });
  }

  #acknowledged(entry: Outgoing<Body>, ack: Answer<"send">): void {
    const id = ack.conversation;
    if (!this.state.timelines[id]) this.#subscribe(id, 0);
    this.store.set(withTimeline(this.state, fold(this.state.timelines[id]!, [ownMessage(entry, ack)])));
    const conversations = { [id]: justOpened(id, entry), ...this.state.conversations };
    this.#set({ current: id, conversations, queue: adopted(this.state.queue, id) });
    this.#settle(entry.client_id);
    this.#remember();
    this.#resume();
    this.#flush();
  }

  #failed(entry: Outgoing<Body>, error: unknown): void {
    if (!(error instanceof Refused)) return;
    const { queue } = this.state;
    if (error.code === ENDED && entry.conversation) {
      this.#queue(queue.map((held) => (held.conversation === entry.conversation ? { ...held, conversation: null, state: "waiting" } : held)));
      return this.#flush();
    }
    if (error.retryAfter === null) {
      this.#queue(refused(queue, entry.client_id, error.code));
      return this.#flush();
    }
    setTimeout(() => this.retry(entry.client_id), error.retryAfter * 1_000);
  }

  #settle(id: string): void {
    this.#gone.add(id);
    this.#queue(settled(this.state.queue, id));
  }

  #settleSeen(frame: Frame<"visitor">): void {
    const left = settleSeen(this.state.queue, frame);
    if (left === this.state.queue) return;
    for (const { client_id } of this.state.queue) if (!left.some((entry) => entry.client_id === client_id)) this.#gone.add(client_id);
    this.#queue(left);
    this.#flush();
  }

  #queue(queue: Queue<Body>): void {
    this.#set({ queue });
    keepQueue(queue, this.#gone);
  }

  #reportDelivered(): void {
    const conversation = currentConversation(this.state);
    const head = conversation && this.state.timelines[conversation.id]?.head;
    if (!head || head <= this.#deliveredSeq) return;
    this.#deliveredSeq = head;
    this.#connection.signal("delivered", { conversation: conversation.id, seq: head });
  }

  #stopTypingLater(): void {
    clearTimeout(this.#typingTimer);
    this.#typingTimer = setTimeout(() => this.#set({ typing: null }), 6_000);
  }

  #remember(): void {
    this.beginning.onKeep({ token: this.#token, live: this.state.current !== null });
  }

  #set(change: Partial<State>): void {
    this.store.set(change);
  }
}

/** What is known of a conversation from the acknowledgement that opened it; its first fact says the rest. */
const justOpened = (id: string, { body }: Outgoing<Body>): VisitorConversation => ({
  id,
  version: 0,
  kind: body.op === "send" ? "chat" : "offline",
  status: "queued",
  last_seq: 0,
  agent: null,
  team_id: null,
  position: null,
  wait_low: null,
  wait_high: null,
  robot: false,
  agent_read_seq: 0,
  agent_delivered_seq: 0,
  visitor_read_seq: 0,
  rating: null,
  opened_at: new Date().toISOString(),
  resolved_at: null,
});

/** The message as the server will tell it, known from its acknowledgement a moment earlier. */
function ownMessage(entry: Outgoing<Body>, ack: Answer<"send">): Message {
  return {
    id: ack.message_id,
    conversation_id: ack.conversation,
    seq: ack.seq,
    client_id: entry.client_id,
    kind: "incoming",
    audience: "everyone",
    author: { kind: "visitor", id: null, name: null },
    text: entry.body.text,
    attachments: entry.body.attachments,
    quote: null,
    mentions: [],
    activity: null,
    content: null,
    recalled: false,
    created_at: ack.created_at,
  };
}
