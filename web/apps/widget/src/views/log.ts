import { hasOlder, type Message, type Outgoing, type VisitorConversation } from "@yingke/realtime";
import { config } from "../config.ts";
import { h, icon } from "../dom.ts";
import { dayName } from "../format.ts";
import { errorText, t } from "../i18n.ts";
import { load, tools } from "../load.ts";
import type { Body } from "../session/shapes.ts";
import { messagesOf, type State } from "../session/state.ts";
import { avatar } from "./avatar.ts";
import { activityLine, content, time } from "./message.ts";
import type { Panel } from "./screen.ts";

/** Messages of one writer within this many milliseconds stand together under one name and time. */
const TOGETHER = 3 * 60_000;
const NEAR = 80;

/** One line of the log: built again only when its `state` differs from what is on the screen. */
interface Row {
  readonly key: string;
  readonly state: string;
  readonly build: () => HTMLElement;
}

export interface Log {
  readonly element: HTMLElement;
  readonly update: (id: string | null) => void;
  readonly toEnd: () => void;
}

/** The messages of a conversation, with what is still on its way under them. */
export function messageLog(panel: Panel): Log {
  const { session } = panel;
  const rows = new Map<string, { state: string; element: HTMLElement }>();
  const list = h("div", { class: "rows" });
  const jump = h("button", { type: "button", class: "jump", hidden: true, onclick: () => toEnd() }, icon("down"), t("newMessages"));
  const scroller = h("div", { class: "log", role: "log", "aria-label": t("messages"), "aria-live": "off", tabindex: "0" }, list);
  const element = h("div", { class: "log-frame" }, scroller, jump);
  let shown: string | null = null;
  let loading = false;
  let last = "";

  const atEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR;
  const toEnd = () => {
    scroller.scrollTop = scroller.scrollHeight;
    jump.hidden = true;
  };
  const older = () => {
    const timeline = shown ? session.state.timelines[shown] : undefined;
    if (!shown || loading || (timeline && !hasOlder(timeline))) return;
    loading = true;
    session.loadOlder(shown).catch(() => undefined).finally(() => (loading = false));
  };
  scroller.addEventListener("scroll", () => {
    if (scroller.scrollTop < NEAR) older();
    if (atEnd()) jump.hidden = true;
  });
  // Pictures get their height after they came; who was at the end stays there.
  const reach = () => scroller.scrollHeight - scroller.clientHeight;
  let stick = true;
  let reached = 0;
  const grown = new ResizeObserver(() => {
    if (jump.hidden && stick) toEnd();
    reached = reach();
  });
  grown.observe(list);
  grown.observe(scroller);
  // What grew in this frame was scrolled by nobody, and `grown` is told of it only after this.
  scroller.addEventListener("scroll", () => reach() === reached && (stick = atEnd()));

  const draw = (wanted: readonly Row[]) => {
    const keys = new Set(wanted.map(({ key }) => key));
    for (const [key, { element: row }] of rows) {
      if (keys.has(key)) continue;
      row.remove();
      rows.delete(key);
    }
    let place: Element | null = list.firstElementChild;
    for (const { key, state, build } of wanted) {
      let row = rows.get(key);
      if (row?.state !== state) {
        const next = { state, element: build() };
        if (row && row.element === place) place = place.nextElementSibling;
        row?.element.remove();
        rows.set(key, (row = next));
      }
      if (row.element === place) place = place.nextElementSibling;
      else list.insertBefore(row.element, place);
    }
  };

  return {
    element,
    toEnd,
    update: (id) => {
      const fresh = id !== shown && !(shown === null && rows.size > 0);
      if (fresh) draw([]);
      shown = id;
      const { state } = session;
      const stay = stick || fresh;
      const height = scroller.scrollHeight;
      const first = list.querySelector(".message");
      const wanted = rowsOf(state, id, panel);
      draw(wanted);
      const end = wanted.findLast(({ key }) => !key.startsWith("status"))?.key ?? "";
      if (stay) toEnd();
      else if (first && list.querySelector(".message") !== first) scroller.scrollTop += scroller.scrollHeight - height;
      else if (end !== last) jump.hidden = false;
      last = end;
      if (id && !state.timelines[id] && state.connection === "live") older();
    },
  };
}

function rowsOf(state: State, id: string | null, panel: Panel): Row[] {
  const conversation = (id && state.conversations[id]) || null;
  const messages = messagesOf(state, id);
  const seen = new Set(messages.map((message) => message.client_id));
  const waiting = id === state.current || id === null ? state.queue.filter((entry) => !seen.has(entry.client_id)) : [];
  const lastOwn = messages.findLast((message) => message.kind === "incoming");
  const rows: Row[] = [];
  const timeline = id ? state.timelines[id] : undefined;
  if (timeline && hasOlder(timeline)) rows.push(olderRow(id!, panel));
  else if (messages.length + waiting.length === 0) rows.push(EMPTY);
  let day = "";
  messages.forEach((message, at) => {
    const today = dayName(message.created_at);
    if (today !== day) rows.push(dayRow((day = today)));
    if (message.kind === "activity") {
      const line = activityLine(message, conversation?.agent?.name ?? null);
      if (line) rows.push({ key: `activity${message.seq}`, state: line, build: () => h("p", { class: "activity" }, line) });
    } else rows.push(messageRow(message, messages[at - 1], messages[at + 1], conversation, panel));
    if (message === lastOwn && waiting.length === 0 && conversation) rows.push(markRow(message, conversation));
  });
  for (const entry of waiting) rows.push(waitingRow(entry, panel));
  return rows;
}

const EMPTY: Row = { key: "empty", state: "", build: () => h("p", { class: "activity" }, t("emptyConversation")) };

/** Scrolling up loads by itself; the button is for those who do not scroll. */
const olderRow = (id: string, { session }: Panel): Row => ({
  key: "older",
  state: "",
  build: () => h("button", { type: "button", class: "link older", onclick: () => void session.loadOlder(id).catch(() => undefined) }, t("loadOlder")),
});

const dayRow = (day: string): Row => ({ key: `day${day}`, state: day, build: () => h("p", { class: "day" }, h("span", {}, day)) });

/** How far the visitor's last message came. */
function markRow(message: Message, conversation: VisitorConversation): Row {
  const mark =
    conversation.agent_read_seq >= message.seq ? "read" : conversation.agent_delivered_seq >= message.seq ? "delivered" : "sent";
  return { key: "mark", state: `${mark}${message.seq}`, build: () => h("p", { class: `mark ${mark}` }, icon("check"), mark !== "sent" && icon("check"), t(mark)) };
}

function messageRow(message: Message, before: Message | undefined, after: Message | undefined, conversation: VisitorConversation | null, panel: Panel): Row {
  const mine = message.kind === "incoming";
  const first = !together(before, message);
  const last = !together(message, after);
  const name = message.author.name ?? t(message.author.kind === "robot" ? "robot" : "agent");
  const known = conversation?.agent?.id === message.author.id ? conversation.agent : null;
  const build = () =>
    h(
      "article",
      { class: `message ${mine ? "mine" : "theirs"}${first ? " first" : ""}${last ? " last" : ""}` },
      !mine && last && avatar(known ?? { id: "", name, avatar_url: null, title: "" }, name),
      h(
        "div",
        { class: "stack" },
        !mine && first && h("small", { class: "name" }, name, message.author.kind === "robot" && h("i", { class: "tag" }, t("robot"))),
        h("span", { class: "hidden" }, mine ? t("you") : first ? "" : name),
        message.recalled
          ? h("p", { class: "bubble recalled" }, t(mine ? "recalledYours" : "recalledTheirs"))
          : said(message, panel),
        last && time(message.created_at),
      ),
    );
  return { key: message.client_id ?? String(message.seq), state: [message.seq, message.recalled, first, last, known?.avatar_url, message.content && conversation?.robot].join(), build };
}

/** A robot's message is its text until the part came that draws the rest. */
function said(message: Message, panel: Panel): HTMLElement {
  const place = h("div", { class: "said-so" }, ...content(message, panel.session.token));
  if (message.content && message.author.kind === "robot") void load("robot").then(({ robotSays }) => robotSays(tools, config, panel, message, place), () => undefined);
  return place;
}

function together(one: Message | undefined, next: Message | undefined): boolean {
  if (!one || !next || one.kind === "activity" || next.kind === "activity") return false;
  const sameWriter = one.kind === next.kind && one.author.id === next.author.id && one.author.kind === next.author.kind;
  return sameWriter && Date.parse(next.created_at) - Date.parse(one.created_at) < TOGETHER;
}

function waitingRow(entry: Outgoing<Body>, { session }: Panel): Row {
  const { client_id: id, body, code, state } = entry;
  const build = () =>
    h(
      "article",
      { class: `message mine first last ${state}` },
      h(
        "div",
        { class: "stack" },
        h("span", { class: "hidden" }, t("you")),
        h("div", { class: "said-so" }, ...content({ ...body, quote: null }, session.token)),
        state === "refused"
          ? h(
              "p",
              { class: "mark failed", role: "alert" },
              errorText(code ?? ""),
              h("button", { type: "button", class: "link", onclick: () => session.retry(id) }, t("retry")),
              h("button", { type: "button", class: "link", onclick: () => session.discard(id) }, t("remove")),
            )
          : h("p", { class: "mark" }, icon("clock"), t(session.state.connection === "live" ? "sendingNow" : "waiting")),
      ),
    );
  return { key: id, state: `${state}${session.state.connection}`, build };
}
