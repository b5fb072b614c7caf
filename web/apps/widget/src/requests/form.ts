import { clientId } from "@yingke/realtime";
import type { OfferedForm, OwnRequest } from "@yingke/realtime";
import { type Field, makeField } from "../later/fields.ts";
import type { Tools } from "../load.ts";
import type { Panel } from "../views/screen.ts";
import type { Door } from "./door.ts";
import { enclosing } from "./enclosing.ts";
import { say, within } from "./say.ts";

const WISHES = [1, 2, 3];

/** What is asked of whoever applies. `done` gets what was filed. */
export function applicationForm(tools: Tools, panel: Panel, door: Door, form: OfferedForm, done: (filed: OwnRequest) => void): HTMLElement {
  const { h } = tools;
  const id = clientId(); // the same however often it is sent
  const asked = form.fields.filter(({ kind }) => kind !== "file").map((field) => ({ key: field.key, field: fieldOf(tools, field) }));
  const wishes = form.kind === "appointment" ? WISHES.map((number) => wishField(tools, number)) : [];
  const more = makeField(tools, "long", say(tools, "more"), false, [], "more");
  const name = makeField(tools, "text", say(tools, "name"), false, [], "name");
  const email = makeField(tools, "email", say(tools, "email"), false, [], "email");
  const files = enclosing(tools, panel);
  const proof = form.fields.filter(({ kind }) => kind === "file").map(({ label }) => h("p", { class: "quiet" }, label));
  const problem = h("p", { class: "problem", role: "alert" });
  const act = h("button", { type: "submit", class: "primary small wide" }, say(tools, "submit"));
  const reason = () => element.querySelector<HTMLInputElement>("[name=reason]:checked")?.value ?? "";

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    problem.textContent = "";
    const wrong = [...asked.map(({ field }) => field), ...wishes, email].filter((field) => !field.check());
    if (wrong.length > 0) return wrong[0]!.element.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
    if (files.busy()) return void (problem.textContent = say(tools, "busy"));
    act.disabled = true;
    try {
      const fields = Object.fromEntries(asked.map(({ key, field }) => [key, field.value()]));
      done(
        await door.file({
          client_id: id,
          kind: form.kind,
          reason: reason(),
          text: more.value(),
          fields,
          wishes: wishes.flatMap((wish) => (wish.value() ? [new Date(wish.value()).toISOString()] : [])),
          attachment_ids: files.ready().map((file) => file.id),
          name: name.value(),
          email: email.value(),
          conversation_id: panel.session.state.current,
        }),
      );
    } catch (error) {
      problem.textContent = refusal(tools, error as { code?: string; field?: string });
    } finally {
      act.disabled = false;
    }
  };
  const element = h(
    "form",
    { class: "fields", novalidate: true, onsubmit: (event: SubmitEvent) => void submit(event) },
    h("p", { class: "quiet" }, form.intro),
    form.reasons.length > 0 &&
      h(
        "fieldset",
        {},
        h("legend", {}, say(tools, "reason")),
        h("div", { class: "chips" }, ...form.reasons.map(({ key, label }) => h("label", { class: "chip" }, h("input", { type: "radio", name: "reason", value: key }), label))),
      ),
    ...proof,
    files.element,
    ...asked.map(({ field }) => field.element),
    ...wishes.map((wish) => wish.element),
    more.element,
    name.element,
    email.element,
    problem,
    act,
    h("p", { class: "fine" }, within(tools, form)),
  );
  return element;
}

const fieldOf = (tools: Tools, { key, kind, label, required, options }: OfferedForm["fields"][number]): Field => {
  const field = makeField(tools, kind === "choice" ? "select" : "text", label, required, options, `f-${key}`);
  if (kind === "date") field.element.querySelector("input")!.type = "date";
  return field;
};

function wishField(tools: Tools, number: number): Field {
  const field = makeField(tools, "text", say(tools, "wish", { number }), number === 1, [], `wish-${number}`);
  const input = field.element.querySelector("input")!;
  input.type = "datetime-local";
  return field;
}

function refusal(tools: Tools, { code = "unavailable", field }: { code?: string; field?: string }): string {
  if (field === "text") return say(tools, "say");
  return code === "unavailable" ? say(tools, "away") : tools.errorText(code);
}
