/* Reports visits: page views, how far they were read, events. Nothing here waits for the server, and nothing of the page for it. */

import { plainTitle } from "../title.ts";
import type { Answer, Invite } from "./invite.ts";
import { token } from "./token.ts";
import { uuid } from "./uuid.ts";

type Mode = "full" | "anonymous" | "off";
/** What the page said: `track` or `consent`, and with what. */
export type Told = [string, unknown];

interface Config {
  readonly key: string;
  readonly path: string;
  readonly mode: Mode;
  /** What Do Not Track and Global Privacy Control mean on this site. */
  readonly dnt: Mode | "ignore";
}

/** The server puts the site's part here. */
const config = "__YINGKE_TRACKING__" as unknown as Config;
const url = new URL(config.path, import.meta.url).href;
const BEAT = 20_000;
const GONE = 1_800_000;
const MOST_WAITING = 50;

const { dnt } = config;
const asksNot = +navigator.doNotTrack! || (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl;
let mode = asksNot && dnt !== "ignore" ? dnt : config.mode;
let waiting: Record<string, unknown>[] = [];
/** The page view under way; empty when the page was left. */
let page = "";
let shown: string;
let since: number;
let visible: number;
let deepest: number;
let looked: number;
let beat: number;
let silent = 0;

/** What the part that invites, once it is here, knows of the visitor besides. */
let more: (() => object) | undefined;

const now = () => performance.now();
/** Hash routers keep the page behind `#/`; other hashes only point into one. */
const address = () => location.href.replace(/#(?![!/]).*/, "");
const add = (kind: string, fields: object) => mode !== "off" && (waiting = [...waiting, { kind, at: now(), ...fields }].slice(-MOST_WAITING));

function open(referrer = ""): void {
  since = looked = beat = now();
  visible = deepest = 0;
  add("page", { id: (page = uuid()), url: (shown = address()), referrer });
}

/** Counts the time since the last look, if somebody could see the page. Gives the page, how long (ms) and how far (%) it was read. */
function look(wasHidden = document.hidden) {
  if (!wasHidden) visible += now() - looked;
  looked = now();
  deepest = Math.max(deepest, (100 * (scrollY + innerHeight)) / (document.documentElement.scrollHeight + 1));
  return [page, visible, deepest] as const;
}

function read(left?: boolean): void {
  beat = now();
  add("read", { page, open: beat - since, visible, scroll: deepest, hidden: document.hidden, left, ...more?.() });
}

/**
 * The last word of a page goes as a beacon: the browser sends it after the page is gone. Every other report of a page
 * that is looked at listens: its answer waits, until there is something to say.
 */
function send(last?: boolean, listens?: boolean, named = mode === "full"): void {
  const at = now();
  const events = waiting;
  if (!(events[0] || listens) || (!last && at < silent)) return;
  waiting = [];
  for (const each of events) {
    each["age"] = at - (each["at"] as number);
    if (each["id"] === page) each["title"] = plainTitle();
  }
  const body = JSON.stringify({ v: 1, token: named ? token(config.key) : null, language: navigator.language, events, listen: !last && !document.hidden });
  if (last && navigator.sendBeacon(url, body)) return;
  const again = () => {
    silent = now() + BEAT;
    waiting = events.concat(waiting);
  };
  void fetch(url, { method: "POST", body, keepalive: true }).then(async (answer) => {
    const { status } = answer;
    if (status === 429 || status > 499) again();
    if (status !== 200) return;
    const told = (await answer.json()) as Answer;
    // Most pages never need it. A module is fetched once, however often it is asked for.
    more = ((await import(url + "-i.js")) as Invite).hear(told, add, send, look, read);
    send(false, true);
  }, again);
}

function hear([name, detail]: Told): void {
  if (name === "track") {
    add("event", { id: uuid(), page, ...(detail as object) });
    return;
  }
  const before = mode;
  mode = detail as Mode;
  if (mode === "off") waiting = [];
  else if (before === "off") open(document.referrer);
}

function leave(): void {
  look();
  if (page) read(true);
  send(true);
  page = "";
}

/** `told`: what the page said before. */
export function start(told: Told[]): void {
  open(document.referrer);
  told.forEach(hear);
  told.push = hear as (...more: Told[]) => number & void;
  addEventListener("pagehide", leave);
  addEventListener(
    "click",
    ({ target }) => {
      const marked = (target as Element).closest<HTMLElement>("[data-yingke-track]");
      if (marked) add("click", { id: uuid(), page, name: marked.dataset["yingkeTrack"] || marked.textContent });
    },
    true,
  );
  addEventListener(
    "visibilitychange",
    () => {
      const { hidden } = document;
      look(!hidden);
      // Who comes back after half an hour, or by the history, looks at the page anew.
      if (!hidden && (!page || looked - beat > GONE)) open();
      else if (page) read();
      if (hidden) send(true);
    },
    true,
  );
  setInterval(() => {
    look();
    if (page && shown !== address()) {
      const from = shown;
      read(true);
      open(from);
    } else if (page && looked - beat > (document.hidden ? 3 * BEAT : BEAT)) read();
    send();
  }, 1000);
  send();
}
