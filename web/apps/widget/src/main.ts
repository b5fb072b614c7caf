import { accentFor } from "@yingke/tokens/contrast";
import type { ToFrame } from "@yingke/loader/bridge";
import { config } from "./config.ts";
import { h } from "./dom.ts";
import { Host } from "./host.ts";
import { own, t } from "./i18n.ts";
import { recall } from "./memory.ts";
import { keepWorking } from "./offline.ts";
import { Session } from "./session/session.ts";
import { currentConversation, unreadMessages } from "./session/state.ts";
import { playChime, unlockSound } from "./sound.ts";
import { chatView } from "./views/chat.ts";
import { homeView } from "./views/home.ts";
import { spoken } from "./views/message.ts";
import type { Panel, Place } from "./views/screen.ts";

const host = new Host();
const DARK = matchMedia("(prefers-color-scheme: dark)");

/** The site's colour in place of the pine green, repaired for the theme that is on. */
function dress(): void {
  const root = document.documentElement;
  document.title = own(config.title) || t("chat");
  const { color, theme } = config.look;
  if (theme !== "auto") root.dataset["theme"] = theme;
  const dark = theme === "dark" || (theme === "auto" && DARK.matches);
  const accent = accentFor(color, dark ? "dark" : "light");
  for (const [name, value] of [
    ["--accent", accent.accent],
    ["--accent-hover", accent.hover],
    ["--on-accent", accent.onAccent],
    ["--accent-soft", accent.soft],
    ["--accent-ink", accent.ink],
    ["--focus", accent.ink],
    // By night a large bright surface would glare.
    ["--hero", dark ? accent.soft : accent.accent],
    ["--on-hero", dark ? "var(--ink)" : accent.onAccent],
  ] as const)
    root.style.setProperty(name, value);
}

function start(init: Extract<ToFrame, { type: "init" }>): (message: ToFrame) => void {
  let open = init.open;
  let place: Place = { screen: "home" };
  let touched = false;
  let announced = 0;
  let unread = -1;
  let current: string | null = null;
  const session = new Session({ token: init.token ?? null, page: init.page, identity: init.identity, onKeep: (kept) => host.tell({ name: "keep", detail: kept }) });
  const live = h("div", { class: "hidden", "aria-live": "polite" });
  const note = h("div", { class: "notice", role: "status" });
  let noteTimer: ReturnType<typeof setTimeout> | undefined;

  const panel: Panel = {
    session,
    host,
    department: null,
    prechat: null,
    inSight: () => open && place.screen === "chat" && !document.hidden,
    notice: (text) => {
      note.textContent = text;
      clearTimeout(noteTimer);
      noteTimer = setTimeout(() => (note.textContent = ""), 5_000);
    },
    go: (next) => {
      place = next;
      show();
      view().focus();
    },
  };
  const home = homeView(panel);
  const chat = chatView(panel);
  const view = () => (place.screen === "home" ? home : chat);

  const show = () => {
    home.element.hidden = place.screen !== "home";
    chat.element.hidden = place.screen !== "chat";
    if (place.screen === "chat") chat.show(place.past);
    update();
  };

  /** Each new answer is said once: on the badge, by ear, to a screen reader, to the shop's own scripts. */
  const announce = () => {
    if (current !== session.state.current) {
      // What was there when the page was opened is not news; everything in a later conversation is.
      announced = unread < 0 ? (currentConversation(session.state)?.last_seq ?? 0) : 0;
      current = session.state.current;
      if (current) host.tell({ name: "conversation", detail: { id: current } });
    }
    const waiting = unreadMessages(session.state);
    const fresh = waiting.filter((message) => message.seq > announced);
    for (const message of fresh) {
      announced = message.seq;
      if (open) live.append(h("p", {}, spoken(message)));
      host.tell({ name: "message", detail: { id: message.id, text: message.text, at: message.created_at } });
    }
    while (live.children.length > 3) live.firstChild!.remove();
    if (fresh.length > 0 && config.sounds && !recall<boolean>("muted") && !(panel.inSight() && document.hasFocus())) playChime();
    const seen = panel.inSight() ? 0 : waiting.length;
    if (seen !== unread && session.state.welcome) host.tell({ name: "unread", detail: (unread = seen) });
  };
  /** To where the talk is: a visitor who was answered does not want the greeting. */
  const resume = () =>
    open &&
    place.screen === "home" &&
    currentConversation(session.state)?.status !== "resolved" &&
    unreadMessages(session.state).length > 0 &&
    (place = { screen: "chat", past: null });
  const update = () => {
    // Who accepted an invitation opened the panel before the conversation came; who has begun to read stays there.
    if (!touched && resume()) return show();
    announce();
    view().update();
  };

  document.body.append(home.element, chat.element, note, live);
  session.store.watch(update);
  document.addEventListener("visibilitychange", update);
  const touch = () => {
    touched = true;
    unlockSound();
  };
  document.addEventListener("pointerdown", touch, { once: true });
  document.addEventListener("keydown", touch, { once: true });
  document.addEventListener("keydown", (event) => event.key === "Escape" && !event.isComposing && host.tell({ name: "close" }));
  show();
  if (open) home.focus();

  return (message) => {
    if (message.type === "page") session.visit(message.page);
    if (message.type === "identify") void session.identify(message.identity).catch(() => console.warn("yingke: identify was refused"));
    if (message.type !== "shown") return;
    open = message.open;
    resume();
    show();
    if (open) view().focus();
  };
}

dress();
DARK.addEventListener("change", dress);
let running: ((message: ToFrame) => void) | null = null;
host.listen((message) => {
  if (running) running(message);
  else if (message.type === "init") running = start(message);
});
keepWorking();
