import type { Localised } from "@yingke/loader/language";
import type { Tools } from "../load.ts";
import type { Panel } from "../views/screen.ts";
import { say } from "./say.ts";

const STAR = "M12 3l2.7 6 6.3.6-4.8 4.3 1.5 6.3L12 17l-5.7 3.2 1.5-6.3L3 9.6 9.3 9z";
const STARS = [1, 2, 3, 4, 5] as const;

interface Reason {
  readonly key: string;
  readonly label: Localised;
  readonly kind: "praise" | "fault" | "either";
}

/** Nobody is asked at one star what was good, nor at five what was bad. */
const fits = (kind: Reason["kind"], stars: number): boolean => kind === "either" || (kind === "praise" ? stars > 2 : stars < 5);

/** One to five stars; then, in the same place, whether it is solved, why, and a word of one's own. */
export function ratingCard(
  tools: Tools,
  reasons: readonly Reason[],
  { session }: Panel,
  conversation: string,
): HTMLElement {
  const { h, icon, own, t, append } = tools;
  const said = h("p", { class: "said", role: "status" });
  const more = h("div", { class: "more", hidden: true });
  const stars = h("div", { class: "stars" });
  let chosen = 0;
  const choose = (count: (typeof STARS)[number]) => {
    chosen = count;
    said.textContent = say(tools, `star${count}`);
    more.hidden = false;
    for (const { kind, chip } of whys) chip.hidden = chip.querySelector("input")!.disabled = !fits(kind, count);
    for (const [at, label] of [...stars.children].entries()) label.classList.toggle("on", at < count);
  };
  for (const count of STARS) {
    const input = h("input", { type: "radio", name: "stars", value: count, "aria-label": say(tools, "stars", { count }), onchange: () => choose(count) });
    append(stars, h("label", {}, input, icon(STAR)));
  }
  const option = (type: "checkbox" | "radio", name: string, value: string, label: string) =>
    h("label", { class: "chip" }, h("input", { type, name, value }), label);
  const comment = h("textarea", { rows: 2, maxlength: 2_000, placeholder: say(tools, "comment"), "aria-label": say(tools, "comment") });
  const whys = reasons.map(({ key, label, kind }) => ({ kind, chip: option("checkbox", "reason", key, own(label)) }));
  append(
    more,
    h("fieldset", {}, h("legend", {}, say(tools, "solvedQuestion")), option("radio", "solved", "yes", say(tools, "yes")), option("radio", "solved", "no", say(tools, "no"))),
    reasons.length > 0 && h("div", { class: "chips" }, ...whys.map(({ chip }) => chip)),
    comment,
    h("button", { type: "submit", class: "primary small" }, say(tools, "submit")),
  );

  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    const answers = new FormData(form);
    const solved = answers.get("solved");
    try {
      await session.ask("rate", {
        conversation,
        stars: chosen,
        ...(solved !== null && { solved: solved === "yes" }),
        reasons: answers.getAll("reason") as string[],
        comment: comment.value.trim(),
      });
      form.replaceChildren(h("p", { role: "status" }, say(tools, "thanks")));
    } catch {
      said.textContent = t("error_unknown");
    }
  };
  const question = h("fieldset", {}, h("legend", {}, say(tools, "rateTitle")), stars);
  const form = h("form", { class: "rating", onsubmit: (event: SubmitEvent) => void send(event) }, question, said, more);
  return form;
}
