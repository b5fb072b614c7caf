import type { Config } from "../config.ts";
import { say } from "../later/say.ts";
import type { Tools } from "../load.ts";
import type { Panel } from "../views/screen.ts";
import { ask, FACE, type Link, wantPerson } from "./deeds.ts";

/** Milliseconds without a key before suggestions are asked for. */
const PAUSE = 150;
const SHORTEST = 2;
const MOST = 5;

/**
 * What stands over the field while the robot listens: its greeting and the top questions before anything was said,
 * questions that fit what is being typed, and always the way to a person. `aid` is the place it stands in.
 */
export function robotAid(tools: Tools, config: Config, panel: Panel, aid: HTMLElement, composer: HTMLElement): HTMLElement {
  const { h, icon, own } = tools;
  const text = composer.querySelector("textarea") as HTMLTextAreaElement;
  const greeting = h("p", { class: "greeting" }, h("b", {}, icon(FACE), own(config.robot.name)), own(config.robot.greeting));
  const top = questionList(tools, say(tools, "topQuestions"), (link) => ask(panel, link));
  const fitting = questionList(tools, say(tools, "maybe"), (link) => choose(link));
  const start = h("div", { class: "opening" }, greeting, top.element);
  const person = h("button", { type: "button", class: "person", onclick: () => wantPerson(tools, panel) }, icon(PERSON), say(tools, "person"));
  const element = h("div", {}, start, fitting.element, person);

  const choose = (link: Link) => {
    text.value = "";
    text.dispatchEvent(new Event("input"));
    fitting.show([]);
    ask(panel, link);
    text.focus();
  };
  const follow = () => (start.hidden = hasBegun(panel) || text.value.trim() !== "");
  panel.session.store.watch(follow);
  follow();
  if (config.robot.top > 0 && !start.hidden) void topQuestions(tools, panel, config.robot.top).then(top.show, () => undefined);
  if (config.robot.suggest_while_typing) suggestWhileTyping(panel, text, fitting, () => !aid.hidden);
  text.addEventListener("input", follow);
  fitting.element.addEventListener("keydown", (event) => walk(event, fitting, text));
  return element;
}

const PERSON = "M12 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM5 20c1-4 4-6 7-6s6 2 7 6";

function hasBegun({ session: { state } }: Panel): boolean {
  const current = state.current ? state.conversations[state.current] : null;
  return state.queue.length > 0 || Boolean(current && current.status !== "resolved");
}

/** What others asked on this page first. Its path is told, never the query, which may be about the visitor. */
async function topQuestions({ siteUrl }: Tools, { session }: Panel, limit: number): Promise<Link[]> {
  const page = encodeURIComponent(new URL(session.page.url, location.href).pathname);
  const answer = await fetch(siteUrl(`questions?language=${document.documentElement.lang}&limit=${limit}&page=${page}`));
  return answer.ok ? ((await answer.json()) as { items: Link[] }).items : [];
}

interface QuestionList {
  readonly element: HTMLElement;
  readonly show: (links: readonly Link[]) => void;
}

function questionList({ h, icon }: Tools, title: string, choose: (link: Link) => void): QuestionList {
  const element = h("div", { class: "ask-list", role: "group", "aria-label": title, hidden: true });
  const show = (links: readonly Link[]) => {
    element.hidden = links.length === 0;
    element.replaceChildren(
      h("p", {}, title),
      ...links.map((link) => h("button", { type: "button", onclick: () => choose(link) }, h("span", { class: "grow" }, link.question), icon("forward"))),
    );
  };
  return { element, show };
}

/** Never in the way of sending: what comes late, or after the text changed, is dropped. */
function suggestWhileTyping({ session }: Panel, text: HTMLTextAreaElement, list: QuestionList, listening: () => boolean): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let live = false;
  const look = async () => {
    const words = text.value.trim();
    if (!listening() || words.length < SHORTEST || session.state.connection !== "live") return list.show([]);
    const { items } = await session.ask("suggest", { text: words.slice(0, 200), limit: MOST });
    if (text.value.trim() === words) list.show(items);
  };
  const lookSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => void look().catch(() => undefined), PAUSE);
  };
  // What was typed without a connection is looked up when there is one.
  const follow = () => {
    const returned = !live && session.state.connection === "live";
    live = session.state.connection === "live";
    if (returned && text.value.trim()) lookSoon();
  };
  session.store.watch(follow);
  follow();
  text.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (!text.value.trim()) return list.show([]);
    if (!(event instanceof InputEvent && event.isComposing)) lookSoon();
  });
  text.addEventListener("compositionend", () => text.dispatchEvent(new Event("input")));
  text.addEventListener("keydown", (event) => {
    if (event.isComposing || list.element.hidden) return;
    if (event.key === "Enter" && !event.shiftKey) {
      clearTimeout(timer);
      return list.show([]);
    }
    if (event.key === "Escape") {
      event.stopPropagation();
      list.show([]);
    }
    // Up from the field: the suggestions stand over it, the last one nearest.
    if (event.key === "ArrowUp" && !text.value.includes("\n")) {
      event.preventDefault();
      list.element.querySelector<HTMLElement>("button:last-of-type")?.focus();
    }
  });
}

/** The arrow keys walk in the list and out of its end back to the field. */
function walk(event: KeyboardEvent, list: QuestionList, text: HTMLTextAreaElement): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const buttons = [...list.element.querySelectorAll("button")];
  if (event.key === "Escape") {
    event.stopPropagation();
    list.show([]);
    text.focus();
  }
  if (!step) return;
  event.preventDefault();
  (buttons[buttons.indexOf(document.activeElement as HTMLButtonElement) + step] ?? text).focus();
}
