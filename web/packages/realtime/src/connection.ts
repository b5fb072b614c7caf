import { isDead, reconnectDelay } from "./backoff.ts";
import type { Answer, AnyAnswer, Bye, Fields, Frame, Op, Refusal, Side } from "./wire.ts";

/** The server said no. `code` is stable; `retryAfter` in seconds, when trying again later can help. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    detail: string,
    readonly retryAfter: number | null,
  ) {
    super(detail);
  }
}

/** The connection ended before the answer came: what was asked may have happened or not. */
export class Interrupted extends Error {}

export type ConnectionState = "connecting" | "live" | "waiting" | "closed";

export interface ConnectionOptions<S extends Side> {
  /** `wss://…` */
  readonly url: string;
  /** The fields of the first frame, read at every attempt. */
  readonly hello: () => Fields<S, Op<S> & "hello">;
  /** Every frame except answers to requests; `welcome` comes first. */
  readonly onFrame: (frame: Frame<S>) => void;
  readonly onState: (state: ConnectionState) => void;
}

/** Goodbyes after which coming back by itself would be wrong; the page has to do something first. */
const FINAL = new Set(["signed_out", "blocked"]);
const WELCOME_WITHIN = 10_000;
const ANSWER_WITHIN = 15_000;

interface Waiting {
  readonly resolve: (answer: AnyAnswer) => void;
  readonly reject: (error: Error) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

/**
 * A socket that comes back: says hello, watches for silence, reconnects with a jittered delay, and pairs requests
 * with answers. It holds no messages; resuming what was missed is for whoever folds the frames.
 */
export class Connection<S extends Side> {
  #socket: WebSocket | null = null;
  #state: ConnectionState = "closed";
  #attempt = 0;
  #heartbeat = 25;
  #heardAt = 0;
  #lastRef = 0;
  #refusedCode: string | null = null;
  #helloRefusal: string | null = null;
  #earliest = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  readonly #waiting = new Map<string, Waiting>();

  constructor(readonly options: ConnectionOptions<S>) {}

  get state(): ConnectionState {
    return this.#state;
  }

  /** Why it ended for good, when it did: the code of the refused hello, or of the goodbye. */
  get refusedCode(): string | null {
    return this.#refusedCode;
  }

  start(): void {
    this.#refusedCode = null;
    clearInterval(this.#watch);
    this.#watch = setInterval(() => this.#checkSilence(), 5_000);
    addEventListener("online", this.#wake);
    document.addEventListener("visibilitychange", this.#wake);
    this.#open();
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#watch);
    removeEventListener("online", this.#wake);
    document.removeEventListener("visibilitychange", this.#wake);
    this.#drop("closed");
  }

  /**
   * Sends and waits for the answer: the acknowledgement, or `Refused`, or `Interrupted` when the connection ends first.
   */
  request<O extends Op<S>>(op: O, fields: Fields<S, O>): Promise<Answer<O>> {
    const socket = this.#socket;
    if (this.#state !== "live" || !socket) return Promise.reject(new Interrupted(op));
    const ref = String(++this.#lastRef);
    return new Promise((resolve, reject) => {
      // An unanswered request means a dead or stuck server; a new socket and a repeat settle what happened.
      const timer = setTimeout(() => this.#drop("waiting"), ANSWER_WITHIN);
      this.#waiting.set(ref, { resolve: resolve as Waiting["resolve"], reject, timer });
      socket.send(JSON.stringify({ ...fields, op, ref }));
    });
  }

  /** Sends what needs no answer and may be lost: typing, viewing, page. */
  signal<O extends Op<S>>(op: O, fields: Fields<S, O>): void {
    if (this.#state === "live") this.#socket?.send(JSON.stringify({ ...fields, op }));
  }

  /** Connects at once instead of waiting for the next attempt. */
  retryNow(): void {
    if (this.#state !== "waiting") return;
    clearTimeout(this.#timer);
    this.#open();
  }

  #open(): void {
    this.#drop("connecting");
    this.#helloRefusal = null;
    const socket = new WebSocket(this.options.url);
    this.#socket = socket;
    this.#heardAt = Date.now();
    this.#timer = setTimeout(() => this.#drop("waiting"), WELCOME_WITHIN);
    socket.onopen = () => socket.send(JSON.stringify({ op: "hello", v: 1, ...this.options.hello() }));
    socket.onmessage = (event) => this.#receive(socket, JSON.parse(event.data as string) as Frame<S> | AnyAnswer);
    socket.onclose = () => {
      if (socket === this.#socket) this.#drop(this.#refusedCode ? "closed" : "waiting");
    };
  }

  #receive(socket: WebSocket, frame: Frame<S> | AnyAnswer): void {
    if (socket !== this.#socket) return;
    this.#heardAt = Date.now();
    if (frame.op === "welcome") this.#welcomed(frame);
    if (frame.op === "bye") this.#dismissed(frame);
    if (this.#state === "connecting" && frame.op === "error") this.#helloRefusal = refusal(frame).code;
    if (!("ref" in frame && frame.ref)) return this.options.onFrame(frame as Frame<S>);
    const waiting = this.#waiting.get(frame.ref);
    if (!waiting) return;
    this.#waiting.delete(frame.ref);
    clearTimeout(waiting.timer);
    if (frame.op === "error") waiting.reject(refusal(frame));
    else waiting.resolve(frame as AnyAnswer);
  }

  #welcomed({ heartbeat }: { readonly heartbeat: number }): void {
    clearTimeout(this.#timer);
    this.#attempt = 0;
    this.#heartbeat = heartbeat;
    this.#become("live");
  }

  #dismissed({ code, retry_after: retryAfter }: Bye): void {
    if (FINAL.has(code)) this.#refusedCode = this.#helloRefusal ?? code;
    if (!retryAfter) return;
    this.#earliest = Date.now() + retryAfter * 1_000;
    this.#attempt = 0; // the server is there and says when: nothing to guess
  }

  #checkSilence(): void {
    if (this.#state === "live" && isDead(Date.now() - this.#heardAt, this.#heartbeat)) this.#drop("waiting");
  }

  /** A page that comes back into sight, or a network that does, finds out quickly whether the socket still lives. */
  readonly #wake = (): void => {
    if (document.hidden) return;
    if (this.#state === "waiting") return this.retryNow();
    if (this.#state !== "live") return;
    const asked = Date.now();
    this.request("ping", {} as Fields<S, "ping">).catch(() => undefined);
    setTimeout(() => {
      if (this.#state === "live" && this.#heardAt < asked) this.#drop("waiting");
    }, 4_000);
  };

  #drop(next: ConnectionState): void {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(new Interrupted());
    }
    this.#waiting.clear();
    if (next === "waiting") {
      const delay = Math.max(reconnectDelay(this.#attempt++), this.#earliest - Date.now());
      this.#timer = setTimeout(() => this.#open(), delay);
    }
    this.#become(next);
  }

  #become(state: ConnectionState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.options.onState(state);
  }
}

function refusal({ code, detail, retry_after: retryAfter }: Refusal): Refused {
  return new Refused(code, detail, retryAfter ?? null);
}
