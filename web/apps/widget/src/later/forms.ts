import type { Config, PrechatField } from "../config.ts";
import type { Tools } from "../load.ts";
import { say } from "./say.ts";
import type { Panel } from "../views/screen.ts";

interface Field {
  readonly element: HTMLElement;
  readonly value: () => string;
  /** Says what is wrong beside the field and returns false. */
  readonly check: () => boolean;
}

type Kind = PrechatField["kind"] | "long";
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const PHONE = /^[+()\d\s-]{5,24}$/;

/** What a site wants to know before a conversation. */
export function prechatForm(tools: Tools, config: Config, done: (answers: Record<string, string>) => void): HTMLElement {
  const { own } = tools;
  const fields = config.prechat.fields.map((field) => ({ key: field.key, field: makeField(tools, field.kind, own(field.label), field.required, field.options ?? [], field.key) }));
  return makeForm(tools, say(tools, "prechatTitle"), null, fields.map(({ field }) => field), say(tools, "continue"), () =>
    done(Object.fromEntries(fields.map(({ key, field }) => [key, field.value()] as const).filter(([, value]) => value))),
  );
}

/** A message for when nobody is there, with the way the visitor wants the answer. */
export function offlineForm(tools: Tools, config: Config, panel: Panel): HTMLElement {
  const { h, own, t } = tools;
  const channels = config.offline.channels;
  const channelName = (channel: (typeof channels)[number]) => say(tools, `channel_${channel}`);
  const message = makeField(tools, "long", say(tools, "message"), true);
  const name = makeField(tools, "text", say(tools, "name"), false, [], "name");
  const channel = h("select", { id: "channel" }, ...channels.map((value) => h("option", { value }, channelName(value))));
  const chosenChannel = () => channel.value as (typeof channels)[number];
  const replyTo = h("div", {});
  let address = makeField(tools, "email", t("email"), true, [], "email");
  const follow = () => {
    const kind = chosenChannel();
    address = makeField(tools, kind, t(kind), true, [], kind);
    replyTo.replaceChildren(address.element);
  };
  channel.onchange = follow;
  follow();
  const chosen: Field = {
    element: h("div", { class: "field-row" }, h("label", { for: "channel" }, say(tools, "answerBy")), channel, replyTo),
    value: () => channel.value,
    check: () => address.check(),
  };
  return makeForm(tools, t("leaveMessage"), own(config.offline.text), [message, name, chosen], say(tools, "leave"), () => {
    panel.session.leaveMessage(message.value(), {
      channel: chosenChannel(),
      reply_to: address.value(),
      ...(name.value() && { name: name.value() }),
      ...(panel.department && { team_id: panel.department }),
    });
    panel.go({ screen: "chat", past: null });
  });
}

function makeForm({ h }: Tools, title: string, lead: string | null, fields: readonly Field[], act: string, done: () => void): HTMLElement {
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
  );
}

function makeField(tools: Tools, kind: Kind, label: string, required: boolean, options: readonly string[] = [], key: string = kind): Field {
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
