import type { PrechatField } from "../config.ts";
import type { Tools } from "../load.ts";
import { say } from "./say.ts";

/** One question of a form, with its label and what is wrong with the answer. */
export interface Field {
  readonly element: HTMLElement;
  readonly value: () => string;
  /** Says what is wrong beside the field and returns false. */
  readonly check: () => boolean;
}

type Kind = PrechatField["kind"] | "long";
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const PHONE = /^[+()\d\s-]{5,24}$/;

/** Questions under a title; `done` runs when every answer is right, and the first wrong one gets the focus otherwise. */
export function makeForm({ h }: Tools, title: string, lead: string | null, fields: readonly Field[], act: string, done: () => void, ...beside: readonly HTMLElement[]): HTMLElement {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const wrong = fields.filter((field) => !field.check());
    if (wrong.length === 0) return done();
    wrong[0]!.element.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  };
  return h(
    "form",
    { class: "fields", novalidate: true, onsubmit: submit },
    h("h2", {}, title),
    lead && h("p", { class: "quiet" }, lead),
    ...fields.map((field) => field.element),
    h("button", { type: "submit", class: "primary small wide" }, act),
    ...beside,
  );
}

export function makeField(tools: Tools, kind: Kind, label: string, required: boolean, options: readonly string[] = [], key: string = kind): Field {
  const { h } = tools;
  const id = `field-${key}`;
  const common = { id, name: key, "aria-describedby": `${id}-problem`, "aria-required": String(required) };
  const input =
    kind === "long"
      ? h("textarea", { ...common, rows: 4, maxlength: 10_000 })
      : kind === "select"
        ? h("select", common, h("option", { value: "" }, say(tools, "choose")), ...options.map((option) => h("option", {}, option)))
        : h("input", { ...common, type: kind === "phone" ? "tel" : kind, maxlength: 200, autocomplete: { email: "email", phone: "tel", text: key === "name" ? "name" : "off" }[kind] });
  const problem = h("p", { class: "problem", id: `${id}-problem`, role: "alert" });
  const value = () => input.value.trim();
  const check = () => {
    const text = value();
    problem.textContent = !text
      ? required ? say(tools, "required", { field: label }) : ""
      : kind === "email" && !EMAIL.test(text) ? say(tools, "badEmail")
      : kind === "phone" && !PHONE.test(text) ? say(tools, "badPhone") : "";
    input.setAttribute("aria-invalid", String(Boolean(problem.textContent)));
    return !problem.textContent;
  };
  input.addEventListener("input", () => problem.textContent && check());
  return { element: h("div", { class: "field-row" }, h("label", { for: id }, label, !required && h("small", {}, ` (${say(tools, "optional")})`)), input, problem), value, check };
}
