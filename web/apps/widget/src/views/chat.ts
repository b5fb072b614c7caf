import { config } from "../config.ts";
import { h, iconButton } from "../dom.ts";
import { own, t } from "../i18n.ts";
import { load, partOf, tools } from "../load.ts";
import * as memory from "../memory.ts";
import type { PublicAgent, VisitorConversation } from "@yingke/realtime";
import { currentConversation, isOpen, messagesOf, type State } from "../session/state.ts";
import { avatar } from "./avatar.ts";
import { composer } from "./composer.ts";
import { messageLog } from "./log.ts";
import { chatMenu } from "./menu.ts";
import { type Panel, redraw, type View } from "./screen.ts";

export interface ChatView extends View {
  /** Shows the current conversation, or one of the past for reading. */
  readonly show: (past: string | null) => void;
}

/** A conversation: who answers, what was said, where to write; before it the questions a site asks, after it the rating. */
export function chatView(panel: Panel): ChatView {
  const { session, host } = panel;
  const log = messageLog(panel);
  const write = composer(panel, () => log.toEnd());
  const who = h("div", { class: "who" });
  const state = h("div", { class: "state", role: "status" });
  const typing = h("p", { class: "typing" });
  const form = h("div", { class: "form" });
  const ending = h("div", { class: "ending" });
  const aid = h("div", { class: "aid" });
  const menu = chatMenu(panel);
  const head = h(
    "header",
    { class: "bar" },
    iconButton("back", t("back"), () => panel.go({ screen: "home" })),
    who,
    menu,
    !host.alone && iconButton("close", t("close"), () => host.tell({ name: "close" })),
  );
  const element = h("main", { class: "chat" }, head, state, form, log.element, typing, ending, aid, write.element);
  let past: string | null = null;
  let closed = false;
  let known: State["welcome"] = null;

  const shownId = () => past ?? session.state.current;
  acceptDrops(element, write.addFiles, () => !write.element.hidden);

  const update = () => {
    const current = past ? session.state.conversations[past] ?? null : currentConversation(session.state);
    const begun = [...element.querySelectorAll<HTMLInputElement>("textarea, input")].some(({ value }) => value);
    // A shop that opens or closes does not take away what somebody is writing.
    if (!begun || !known) closed = !isOpen(session.state);
    known = session.state.welcome;
    const asks = past ? null : formNeeded(panel, current, closed);
    const robot = past === null && withRobot(session.state, current);
    const face = robot ? ROBOT : (current?.agent ?? null);
    redraw(who, [face, isOpen(session.state)], () => whoLine(face, isOpen(session.state)));
    redraw(state, stateShown(panel, current), () => stateLine(panel, current));
    redraw(form, asks, () => (asks ? [formOf(panel, asks)] : []));
    form.hidden = !asks;
    log.element.hidden = Boolean(asks);
    write.element.hidden = Boolean(asks) || Boolean(past) || session.state.refusedCode !== null;
    write.update();
    log.update(shownId());
    redraw(typing, past ? null : session.state.typing, () => typingLine(panel));
    // Who is asked how it was is not asked at once what else there is.
    aid.hidden = Boolean(asks) || !robot || asksToRate(current);
    if (!aid.hidden && !aid.firstChild) aid.append(partOf("robot", ({ robotAid }) => robotAid(tools, config, panel, aid, write.element)));
    redraw(ending, [current?.id, current?.status, current?.rating, past], () => endingOf(panel, current, past === null));
    menu.hidden = Boolean(past);
    if (!past && panel.inSight()) session.markRead();
  };

  return {
    element,
    update,
    show: (next) => {
      past = next;
      update();
      requestAnimationFrame(log.toEnd);
    },
    focus: () => (past || write.element.hidden ? head.querySelector("button")?.focus() : write.focus()),
  };
}

const ROBOT: PublicAgent = { id: "", name: own(config.robot.name), avatar_url: config.robot.picture_url, title: t("robot") };

/** Whether what is written now goes to the site's robot. */
const withRobot = (state: State, current: VisitorConversation | null): boolean =>
  !state.refusedCode && Boolean(current && current.status !== "resolved" ? current.robot : state.welcome?.robot);

function whoLine(agent: PublicAgent | null, open: boolean): Node[] {
  return [
    avatar(agent ?? { id: "", name: config.site.name, avatar_url: config.look.logo_url, title: "" }, ""),
    h("h1", {}, agent?.name ?? config.site.name, h("small", {}, h("i", { class: open || agent ? "dot on" : "dot" }), agent?.title || t(open || agent ? "online" : "offline"))),
  ];
}

const stateShown = ({ session: { state } }: Panel, current: VisitorConversation | null) => [
  state.connection === "live" || (state.connection === "connecting" && !state.queue.length && !state.welcome),
  state.refusedCode,
  current?.kind,
  current?.status === "queued" && [current.position, current.wait_low, current.wait_high, isOpen(state)],
];

/** One line over the messages when there is something to know: not connected, not wanted, in the queue. */
function stateLine(panel: Panel, current: VisitorConversation | null): Node[] {
  const { session } = panel;
  const { connection, refusedCode } = session.state;
  if (refusedCode) return [h("p", { class: "warn" }, t("blocked"))];
  if (connection === "waiting")
    return [h("p", { class: "warn" }, t("away"), h("button", { type: "button", class: "link", onclick: () => session.retryNow() }, t("retryNow")))];
  if (connection === "connecting" && session.state.welcome) return [h("p", {}, t("connecting"))];
  if (current?.status !== "queued") return [];
  if (current.kind === "offline") return [h("p", {}, t("messageLeft"))];
  const place = h("div", {});
  void load("queue").then(({ queueLine }) => queueLine(tools, panel, current, place), () => undefined);
  return [place];
}

function typingLine({ session }: Panel): (Node | string)[] {
  const { typing } = session.state;
  if (!typing) return [];
  const name = typing === "somebody" ? t("agent") : typing.name;
  return [h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")), t("typing", { name })];
}

type Asked = "prechat" | "offline";

/** What has to be asked before anything can be written. */
function formNeeded(panel: Panel, current: VisitorConversation | null, closed: boolean): Asked | null {
  const { state } = panel.session;
  // A robot answers at any hour, and asks by itself before a person takes over.
  if (state.refusedCode || state.queue.length > 0 || withRobot(state, current)) return null;
  if (current && (current.status !== "resolved" || messagesOf(state, current.id).length > 0)) return null;
  if (closed && config.offline.enabled) return "offline";
  panel.prechat ??= memory.recall("prechat");
  return config.prechat.enabled && config.prechat.fields.length > 0 && !panel.prechat ? "prechat" : null;
}

const formOf = (panel: Panel, asks: Asked): Node =>
  partOf(
    "forms",
    (forms) => (asks === "prechat" ? forms.prechatForm(tools, config, prechatDone(panel)) : forms.offlineForm(tools, config, panel)),
    h("p", { class: "warn" }, t("away")),
  );

const prechatDone = (panel: Panel) => (answers: Record<string, string>) => {
  memory.keep("prechat", answers);
  panel.prechat = answers;
  panel.go({ screen: "chat", past: null });
};

const asksToRate = (current: VisitorConversation | null): boolean =>
  config.rating.enabled && current?.status === "resolved" && current.kind !== "offline" && !current.rating;

function endingOf(panel: Panel, current: VisitorConversation | null, goesOn: boolean): Node[] {
  if (current?.status !== "resolved" || current.kind === "offline") return [];
  const card = asksToRate(current) && partOf("rating", ({ ratingCard }) => ratingCard(tools, config.rating.reasons, panel, current.id));
  const line = h("p", { class: "fine", role: "status" }, [current.rating && t("ratedLine"), goesOn && t("writeToReopen")].filter(Boolean).join(" "));
  return card ? [card, line] : [line];
}

function acceptDrops(element: HTMLElement, add: (files: Iterable<File>) => void, wanted: () => boolean): void {
  const over = (event: DragEvent) => {
    if (!wanted() || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    element.dataset["drop"] = t("dropHere");
  };
  const leave = () => delete element.dataset["drop"];
  element.addEventListener("dragover", over);
  element.addEventListener("dragleave", leave);
  element.addEventListener("drop", (event) => {
    leave();
    if (!wanted()) return;
    event.preventDefault();
    add(event.dataTransfer?.files ?? []);
  });
}
