import { config } from "../config.ts";
import { append, h, icon, iconButton } from "../dom.ts";
import { dayName, span, whenBack } from "../format.ts";
import { own, t } from "../i18n.ts";
import { load, partOf, tools } from "../load.ts";
import { currentConversation, isOpen, messagesOf, type State, unreadMessages } from "../session/state.ts";
import { avatar } from "./avatar.ts";
import { type Panel, redraw, type View } from "./screen.ts";

/** What the visitor sees first: the greeting, the way to a person, answers to common questions, the other ways. */
export function homeView(panel: Panel): View {
  const { session, host, go } = panel;
  const status = h("p", { class: "status" });
  const start = h("section", { class: "card start" });
  const past = h("section", { class: "card list", hidden: true });
  const departments = h("section", { class: "card list", hidden: true });
  const head = h(
    "header",
    { class: "hero" },
    config.look.logo_url ? h("img", { class: "logo", src: config.look.logo_url, alt: config.site.name }) : h("strong", { class: "logo" }, config.site.name),
    !host.alone && iconButton("close", t("close"), () => host.tell({ name: "close" })),
    h("h1", {}, own(config.title) || t("hello")),
    h("p", {}, own(config.greeting) || t("startHint")),
    status,
  );
  const element = h("main", { class: "home", tabindex: "-1" }, head, h("div", { class: "cards" }));
  append(element.lastElementChild as HTMLElement, start, departments, banner(), questions(), requests(panel), past, contact(), credit());

  return {
    element,
    focus: () => element.focus(),
    update: () => {
      const { state } = session;
      redraw(status, [state.connection, state.welcome?.open, state.welcome?.reply_time, state.welcome?.next_open_at], () => statusLine(state));
      if (config.departments.length > 1 && state.connection === "live") redraw(departments, [state.current, state.welcome?.open], () => (fillDepartments(panel, departments), []));
      redraw(start, startShown(state), () => startCard(state, () => go({ screen: "chat", past: null })));
      const ended = pastConversations(state);
      past.hidden = ended.length === 0;
      redraw(past, ended, () => [
        h("h2", {}, t("pastConversations")),
        ...ended.map(({ id, opened_at, agent }) =>
          h(
            "button",
            { type: "button", class: "row", onclick: () => go({ screen: "chat", past: id }) },
            avatar(agent, t("agent")),
            h("span", { class: "grow" }, agent?.name ?? t("agent"), h("small", {}, dayName(opened_at))),
            icon("forward"),
          ),
        ),
      ]);
    },
  };
}

/** Whether somebody is there, as far as the server said; nothing is claimed before it did. */
function statusLine({ connection, welcome }: State): (Node | string)[] {
  if (connection === "waiting") return [h("i", { class: "dot" }), t("away")];
  if (!welcome) return [];
  const { open, reply_time: seconds, next_open_at: next } = welcome;
  const more = open ? seconds && t("replyTime", { time: span(seconds) }) : next && t("opensAt", { when: whenBack(next) });
  return [h("i", { class: open ? "dot on" : "dot" }), [open ? t("online") : t("offline"), more].filter(Boolean).join(" · ")];
}

const startShown = (state: State) => {
  const conversation = currentConversation(state);
  const last = messagesOf(state, state.current).at(-1);
  return [isOpen(state), state.welcome?.robot, conversation?.status, conversation?.agent, last?.text, last?.seq, last?.recalled, unreadMessages(state).length, state.queue.length];
};

/** One way in: back into the conversation that goes on, or the start of one, or the form when nobody is there. */
function startCard(state: State, onclick: () => void): Node[] {
  const conversation = currentConversation(state);
  if ((conversation && conversation.status !== "resolved") || state.queue.length > 0) {
    const unread = unreadMessages(state).length;
    return [
      h(
        "button",
        { type: "button", class: "row", onclick },
        avatar(conversation?.agent ?? null, t("agent")),
        h("span", { class: "grow" }, conversation?.agent?.name ?? t("resume"), h("small", {}, lastLine(state))),
        unread > 0 && h("b", { class: "count" }, String(unread)),
        icon("forward"),
      ),
    ];
  }
  const open = isOpen(state) || state.welcome?.robot || !config.offline.enabled;
  return [
    h(
      "button",
      { type: "button", class: "primary", onclick },
      h("span", { class: "grow" }, open ? t("start") : t("leaveMessage"), h("small", {}, open ? t("startHint") : t("leaveMessageHint"))),
      icon("forward"),
    ),
  ];
}

function lastLine(state: State): string {
  const waiting = state.queue.at(-1);
  if (waiting) return t("fromSays", { name: t("you"), text: waiting.body.text });
  const last = messagesOf(state, state.current).filter((message) => message.kind !== "activity").at(-1);
  if (!last || last.recalled) return t("resume");
  const text = last.text || t(last.attachments[0]?.kind === "image" ? "image" : last.attachments[0]?.kind === "audio" ? "voiceNote" : "file");
  return last.kind === "incoming" ? t("fromSays", { name: t("you"), text }) : text;
}

const pastConversations = (state: State) =>
  Object.values(state.conversations)
    .filter(({ id, status }) => status === "resolved" || id !== state.current)
    .sort((one, other) => other.opened_at.localeCompare(one.opened_at))
    .slice(0, 10);

/** Loaded when the site has several: which are open, and how long it takes there, is only known now. */
function fillDepartments(panel: Panel, place: HTMLElement): void {
  load("queue")
    .then(({ departmentsList }) => departmentsList(tools, panel))
    .then((shown) => {
      place.replaceChildren(...shown);
      place.hidden = shown.length === 0;
    })
    .catch(() => undefined);
}

function banner(): Node | null {
  const { enabled, text, url, image_url: image } = config.banner;
  if (!enabled) return null;
  const inside = [image && h("img", { src: image, alt: "" }), h("span", {}, own(text))];
  return /^https?:/.test(url)
    ? h("a", { class: "card banner", href: url, target: "_blank", rel: "noopener" }, ...inside)
    : h("div", { class: "card banner" }, ...inside);
}

const questions = (): Node | null =>
  config.top_questions.length > 0 ? partOf("questions", ({ questionCard }) => questionCard(tools, config)) : null;

const requests = (panel: Panel): Node | null =>
  config.requests.enabled || config.requests.promises ? partOf("requests", ({ requestsCard }) => requestsCard(tools, panel)) : null;

function contact(): Node | null {
  const { phone, email, address, text } = config.contact;
  const hours = config.hours.text ?? [];
  const lines = Array.isArray(hours) ? (hours as readonly string[]) : [own(hours as Exclude<typeof hours, readonly string[]>)];
  const rows = [
    ...lines.filter(Boolean).map((line) => row("clock", t("hours"), line)),
    phone && row("phone", t("phone"), h("a", { href: `tel:${phone}` }, phone)),
    email && row("mail", t("email"), h("a", { href: `mailto:${email}` }, email)),
    address && row("place", t("address"), address),
    own(text) && h("p", {}, own(text)),
  ].filter(Boolean) as Node[];
  return rows.length > 0 ? h("section", { class: "card contact" }, h("h2", {}, t("contactUs")), ...rows) : null;
}

const row = (name: string, label: string, value: Node | string): Node =>
  h("p", {}, icon(name), h("span", { class: "hidden" }, `${label}: `), h("span", {}, value));

const credit = (): Node => h("p", { class: "credit" }, t("poweredBy"));
