import type { Message } from "@yingke/realtime";
import { makeField, makeForm } from "../later/fields.ts";
import { say } from "../later/say.ts";
import type { Config, PrechatField } from "../config.ts";
import type { Tools } from "../load.ts";
import type { Panel } from "../views/screen.ts";
import { ask, attempt, FACE, fillForm, type Link, wantPerson } from "./deeds.ts";
import { isSafe, rich } from "./rich.ts";

interface Answer {
  readonly type: "answer";
  readonly html: string;
  readonly cards: readonly { readonly title: string; readonly text: string; readonly image_url: string; readonly url: string }[];
  readonly buttons: readonly { readonly label: string; readonly action: "entry" | "link" | "hand_over"; readonly entry_id: string | null; readonly url: string }[];
  readonly related: readonly Link[];
  readonly asks_solved: boolean;
}
interface Choices {
  readonly type: "choices";
  readonly choices: readonly Link[];
}
interface Form {
  readonly type: "form";
  readonly fields: readonly (Pick<PrechatField, "key" | "kind" | "required" | "options"> & { readonly label: string })[];
}
interface Notice {
  readonly type: "notice";
  readonly offers_person: boolean;
}
type Told = Answer | Choices | Form | Notice;

/** Draws into `place`, which holds the text of a robot's message, what it holds besides. */
export function robotSays(tools: Tools, config: Config, panel: Panel, message: Message, place: HTMLElement): void {
  const { h, icon } = tools;
  const face = place.closest(".message")?.querySelector(".avatar");
  face?.classList.add("robot");
  const drawn = icon(FACE);
  const picture = config.robot.picture_url;
  face?.replaceChildren(picture ? h("img", { src: picture, alt: "", onerror: () => face.replaceChildren(drawn) }) : drawn);
  const told = message.content as unknown as Told;
  const listening = panel.session.state.conversations[message.conversation_id]?.robot ?? false;
  const text = place.querySelector(".bubble p");
  if (told.type === "answer") {
    if (told.html) text?.replaceWith(h("div", { class: "rich" }, ...rich(tools, told.html)));
    place.append(h("div", { class: "offer" }, ...told.cards.map((card) => cardOf(tools, card)), ...(listening ? after(tools, panel, message, told) : [])));
  }
  if (!listening) return;
  if (told.type === "choices") {
    // The choices are buttons; the text numbers them for clients that know none.
    if (text) text.textContent = message.text.split("\n")[0]!;
    place.append(h("div", { class: "offer" }, choices(tools, panel, null, told.choices)));
  }
  if (told.type === "form") place.replaceChildren(formOf(tools, panel, message.conversation_id, told));
  if (told.type === "notice" && told.offers_person) place.append(h("div", { class: "offer chips" }, personChip(tools, panel)));
}

const choices = (tools: Tools, panel: Panel, title: string | null, links: readonly Link[]): HTMLElement =>
  tools.h(
    "div",
    { class: "choices", role: "group", "aria-label": title ?? say(tools, "maybe") },
    title && tools.h("p", {}, title),
    ...links.map((link) => tools.h("button", { type: "button", onclick: () => ask(panel, link) }, tools.h("span", { class: "grow" }, link.question), tools.icon("forward"))),
  );

const personChip = (tools: Tools, panel: Panel, label = say(tools, "person")): HTMLElement =>
  tools.h("button", { type: "button", class: "chip", onclick: () => wantPerson(tools, panel) }, label);

function cardOf({ h }: Tools, { title, text, image_url: image, url }: Answer["cards"][number]): HTMLElement {
  const inside = [isSafe(image) && h("img", { src: image, alt: "", loading: "lazy" }), h("span", { class: "grow" }, h("b", {}, title), h("small", {}, text))];
  return isSafe(url) ? h("a", { class: "good", href: url, target: "_blank", rel: "noopener" }, ...inside) : h("div", { class: "good" }, ...inside);
}

/** What may follow an answer: the next question, a link, a person; and whether it helped. */
function after(tools: Tools, panel: Panel, message: Message, told: Answer): (HTMLElement | false)[] {
  const { h } = tools;
  const buttons = told.buttons.map(({ label, action, entry_id, url }) => {
    if (action === "hand_over") return personChip(tools, panel, label);
    if (action === "entry" && entry_id) return h("button", { type: "button", class: "chip", onclick: () => ask(panel, { entry_id, question: label }) }, label);
    return isSafe(url) && h("a", { class: "chip", href: url, target: "_blank", rel: "noopener" }, label);
  });
  return [
    buttons.length > 0 && h("div", { class: "chips" }, ...buttons),
    told.related.length > 0 && choices(tools, panel, say(tools, "related"), told.related),
    told.asks_solved && solved(tools, panel, message),
  ];
}

/** Whether it helped: asked once, with what was said kept in sight. */
function solved(tools: Tools, panel: Panel, message: Message): HTMLElement {
  const { h, icon } = tools;
  const place = h("div", { class: "solved", role: "group", "aria-label": say(tools, "solvedQuestion") });
  const settle = (yes: boolean) => place.replaceChildren(icon(yes ? "check" : "close"), say(tools, yes ? "yes" : "no"));
  const told = verdict(panel, message);
  if (told !== undefined) settle(told);
  else place.append(say(tools, "solvedQuestion"), ...[true, false].map((yes) => h("button", { type: "button", class: "chip", onclick: () => void tell(yes) }, say(tools, yes ? "yes" : "no"))));
  const tell = async (yes: boolean) => {
    const deed = panel.session.ask("robot_solved", { conversation: message.conversation_id, seq: message.seq, solved: yes });
    if (await attempt(tools, panel, deed)) settle(yes);
  };
  return place;
}

/** What the visitor said of this answer before, here or in another tab. */
function verdict({ session }: Panel, { conversation_id: id, seq }: Message): boolean | undefined {
  const told = session.state.timelines[id]?.run
    .map((entry) => ("hidden" in entry ? null : entry.activity))
    .findLast((activity) => activity?.type === "robot_solved" && activity["seq"] === seq);
  return told?.["solved"] as boolean | undefined;
}

function formOf(tools: Tools, panel: Panel, conversation: string, { fields }: Form): HTMLElement {
  const made = fields.map(({ key, kind, label, options, required }) => ({ key, field: makeField(tools, kind, label, required, options ?? [], key) }));
  const send = (values: Record<string, string>) => void attempt(tools, panel, fillForm(panel, conversation, values));
  const skip = tools.h("button", { type: "button", class: "quiet", onclick: () => send({}) }, say(tools, "skip"));
  return makeForm(
    tools,
    say(tools, "robotForm"),
    null,
    made.map(({ field }) => field),
    say(tools, "submit"),
    () => send(Object.fromEntries(made.map(({ key, field }) => [key, field.value()] as const).filter(([, value]) => value))),
    skip,
  );
}
