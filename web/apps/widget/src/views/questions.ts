import { config } from "../config.ts";
import { h, icon } from "../dom.ts";
import { own, t } from "../i18n.ts";
import { linked } from "./message.ts";

/** From this many on, a field to search them is worth its place. */
const MANY = 5;

/** The site's most asked questions, answered on the spot; they need no server. */
export function questions(): Node | null {
  const entries = config.top_questions
    .map(({ question, answer }) => ({ question: own(question), answer: own(answer) }))
    .filter(({ question }) => question);
  if (entries.length === 0) return null;

  const items = entries.map(({ question, answer }) =>
    h("details", {}, h("summary", {}, h("span", { class: "grow" }, question), icon("down")), h("p", {}, ...linked(answer))),
  );
  const nothing = h("p", { class: "quiet", hidden: true, role: "status" }, t("noQuestion"));
  const search = (event: InputEvent) => {
    const words = (event.target as HTMLInputElement).value.toLowerCase().split(/\s+/);
    items.forEach((item, at) => {
      const text = `${entries[at]!.question} ${entries[at]!.answer}`.toLowerCase();
      item.hidden = !words.every((word) => text.includes(word));
    });
    nothing.hidden = items.some((item) => !item.hidden);
  };
  return h(
    "section",
    { class: "card questions" },
    h("h2", {}, t("questions")),
    entries.length >= MANY &&
      h("label", { class: "search" }, icon("search"), h("input", { type: "search", placeholder: t("searchQuestions"), "aria-label": t("searchQuestions"), oninput: search })),
    ...items,
    nothing,
  );
}
