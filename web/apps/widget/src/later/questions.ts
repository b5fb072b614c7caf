import type { Config } from "../config.ts";
import type { Tools } from "../load.ts";
import { say } from "./say.ts";

/** From this many on, a field to search them is worth its place. */
const MANY = 5;

/** The questions that a site answers on the spot; they need no server. */
export function questionCard(tools: Tools, config: Config): HTMLElement | null {
  const { h, icon, linked, own } = tools;
  const entries = config.top_questions
    .map(({ question, answer }) => ({ question: own(question), answer: own(answer) }))
    .filter(({ question }) => question);
  if (entries.length === 0) return null;

  const items = entries.map(({ question, answer }) =>
    h("details", {}, h("summary", {}, h("span", { class: "grow" }, question), icon("down")), h("p", {}, ...linked(answer))),
  );
  const nothing = h("p", { class: "quiet", hidden: true, role: "status" }, say(tools, "noQuestion"));
  const search = (event: InputEvent) => {
    const words = (event.target as HTMLInputElement).value.toLowerCase().split(/\s+/);
    items.forEach((item, at) => {
      const text = `${entries[at]!.question} ${entries[at]!.answer}`.toLowerCase();
      item.hidden = !words.every((word) => text.includes(word));
    });
    nothing.hidden = items.some((item) => !item.hidden);
  };
  const label = say(tools, "searchQuestions");
  return h(
    "section",
    { class: "card questions" },
    h("h2", {}, say(tools, "questions")),
    entries.length >= MANY && h("label", { class: "search" }, icon("search"), h("input", { type: "search", placeholder: label, "aria-label": label, oninput: search })),
    ...items,
    nothing,
  );
}
