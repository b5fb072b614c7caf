import type { Localised } from "@yingke/loader/language";
import type { Tools } from "../lazy.ts";
import type { Rating } from "../session/shapes.ts";

type Words = (code: string) => string;
const STARS = [1, 2, 3, 4, 5] as const;

/** One to five stars; then, in the same place, why, whether it is solved, and a word of one's own. */
export function ratingCard(
  { h, icon, own, t, append }: Tools,
  reasons: readonly { readonly key: string; readonly label: Localised }[],
  submit: (rating: Rating) => Promise<void>,
): HTMLElement {
  const name = `stars${Date.now()}`;
  const said = h("p", { class: "said", role: "status" });
  const more = h("div", { class: "more", hidden: true });
  const stars = h("div", { class: "stars" });
  let chosen = 0;
  const choose = (count: (typeof STARS)[number]) => {
    chosen = count;
    said.textContent = t(`star${count}`);
    more.hidden = false;
    for (const [at, label] of [...stars.children].entries()) label.classList.toggle("on", at < count);
  };
  for (const count of STARS)
    append(stars, h("label", {}, h("input", { type: "radio", name, value: count, "aria-label": t("stars", { count }), onchange: () => choose(count) }), icon("star")));

  const check = (type: "checkbox" | "radio", group: string, value: string, label: string) =>
    h("label", { class: "chip" }, h("input", { type, name: group, value }), label);
  const comment = h("textarea", { rows: 2, maxlength: 2_000, placeholder: t("comment"), "aria-label": t("comment") });
  append(
    more,
    h("fieldset", {}, h("legend", {}, t("solvedQuestion")), check("radio", "solved", "yes", t("yes")), check("radio", "solved", "no", t("no"))),
    reasons.length > 0 && h("div", { class: "chips" }, ...reasons.map(({ key, label }) => check("checkbox", "reason", key, own(label)))),
    comment,
    h("button", { type: "submit", class: "primary small" }, t("submit")),
  );

  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    const answers = new FormData(form);
    const solved = answers.get("solved");
    try {
      await submit({
        stars: chosen,
        ...(solved !== null && { solved: solved === "yes" }),
        reasons: answers.getAll("reason") as string[],
        comment: comment.value.trim(),
      });
      form.replaceChildren(h("p", { role: "status" }, t("thanks")));
    } catch {
      said.textContent = t("error_unknown");
    }
  };
  const form = h("form", { class: "rating", onsubmit: (event: SubmitEvent) => void send(event) }, h("fieldset", {}, h("legend", {}, t("rateTitle")), stars), said, more);
  return form;
}

export function mailDialog(tools: Tools, send: (email: string) => Promise<void>, words: Words): HTMLElement {
  const { h, t } = tools;
  const input = h("input", { type: "email", required: true, autocomplete: "email", placeholder: "name@example.com", "aria-label": t("email") });
  return dialog(tools, t("mailTranscript"), t("send"), [input], () => send(input.value.trim()), words);
}

export const confirmDialog = (tools: Tools, question: string, act: string, done: () => Promise<void>, words: Words): HTMLElement =>
  dialog(tools, question, act, [], done, words);

/** A question with a way back. Stays open, and says why, when what was asked for did not work. */
function dialog({ h, t }: Tools, title: string, act: string, fields: HTMLElement[], done: () => Promise<void>, words: Words): HTMLElement {
  const problem = h("p", { class: "warn", role: "alert", hidden: true });
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    try {
      await done();
      element.close();
    } catch (error) {
      problem.textContent = words((error as { code?: string }).code ?? "unavailable");
      problem.hidden = false;
    }
  };
  const element: HTMLDialogElement = h(
    "dialog",
    { class: "ask", "aria-label": title },
    h(
      "form",
      { onsubmit: (event: SubmitEvent) => void submit(event) },
      h("h2", {}, title),
      ...fields,
      problem,
      h("div", { class: "acts" }, h("button", { type: "button", class: "quiet", onclick: () => element.close() }, t("cancel")), h("button", { type: "submit", class: "primary small" }, act)),
    ),
  );
  element.addEventListener("keydown", (event) => event.key === "Escape" && event.stopPropagation());
  element.addEventListener("close", () => element.remove());
  requestAnimationFrame(() => element.showModal());
  return element;
}
