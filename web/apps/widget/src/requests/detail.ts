import type { OwnRequest } from "@yingke/realtime";
import { ask } from "../later/asking.ts";
import type { Tools } from "../load.ts";
import type { Panel } from "../views/screen.ts";
import type { Door } from "./door.ts";
import { enclosing } from "./enclosing.ts";
import { moment, say } from "./say.ts";

type Sent = OwnRequest["files"][number];

/** How a request stands: the decision first, then what was sent and what happened; a word more, or taking it back. */
export function requestDetail(tools: Tools, panel: Panel, door: Door, request: OwnRequest, changed: (now: OwnRequest) => void): HTMLElement {
  const { h, linked } = tools;
  const facts = [
    request.meets_at && say(tools, "meeting", { time: moment(request.meets_at) }),
    request.open && say(tools, "answerBy", { time: moment(request.due_at) }),
    ...(request.meets_at ? [] : request.wishes.map((at) => say(tools, "wished", { time: moment(at) }))),
  ];
  const takeBack = () => ask(tools, say(tools, "sure"), say(tools, "withdraw"), [], async () => changed(await door.withdraw(request.id)));
  return h(
    "div",
    { class: "request" },
    h("p", { class: `stands ${request.state}`, role: "status" }, say(tools, request.state)),
    request.decision && h("section", { class: "decided" }, h("h2", {}, say(tools, "decision")), h("p", {}, ...linked(request.decision))),
    ...facts.flatMap((fact) => (fact ? [h("p", { class: "quiet" }, fact)] : [])),
    h(
      "section",
      { class: "sent" },
      request.reason && h("p", {}, h("b", {}, request.reason)),
      request.text && h("p", {}, request.text),
      ...request.answers.map(({ label, value }) => h("p", {}, `${label}: `, h("b", {}, value))),
      ...request.files.map((file) => fileOf(tools, door, request.id, file)),
    ),
    h("ol", { class: "course" }, ...request.steps.map((step) => stepOf(tools, door, request.id, step))),
    request.open && wordForm(tools, panel, door, request, changed),
    request.withdrawable && h("button", { type: "button", class: "link", onclick: takeBack }, say(tools, "withdraw")),
  );
}

const stepOf = (tools: Tools, door: Door, id: string, step: OwnRequest["steps"][number]): HTMLElement =>
  tools.h(
    "li",
    {},
    tools.h("small", {}, `${moment(step.at)} · ${say(tools, step.own ? "you" : "us")}`),
    tools.h("b", {}, say(tools, `what_${step.what}` as "what_filed")),
    step.text && tools.h("p", {}, ...tools.linked(step.text)),
    ...step.files.map((file) => fileOf(tools, door, id, file)),
  );

/** Pictures and voice notes are shown; the token goes in a header, never in an address. */
function fileOf({ h, icon }: Tools, door: Door, id: string, file: Sent): HTMLElement {
  if (file.kind === "image") {
    const image = h("img", { alt: file.name });
    void door.fileUrl(id, file.id, true).then((url) => (image.src = url), () => undefined);
    return image;
  }
  if (file.kind === "audio") {
    const sound = h("audio", { controls: true, "aria-label": file.name });
    void door.fileUrl(id, file.id, false).then((url) => (sound.src = url), () => undefined);
    return sound;
  }
  const save = async () => h("a", { href: await door.fileUrl(id, file.id, false), download: file.name }).click();
  return h("button", { type: "button", class: "link", onclick: () => void save().catch(() => undefined) }, icon("file"), file.name);
}

function wordForm(tools: Tools, panel: Panel, door: Door, request: OwnRequest, changed: (now: OwnRequest) => void): HTMLElement {
  const { h } = tools;
  const text = h("textarea", { rows: 2, maxlength: 5_000, "aria-label": say(tools, "add"), placeholder: say(tools, "add") });
  const files = enclosing(tools, panel);
  const problem = h("p", { class: "problem", role: "alert" });
  const send = h("button", { type: "submit", class: "primary small" }, say(tools, "send"));
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    problem.textContent = "";
    if (files.busy()) return void (problem.textContent = say(tools, "busy"));
    send.disabled = true;
    try {
      const attachments = files.ready().map(({ id }) => id);
      if (text.value.trim() || attachments.length > 0) changed(await door.add(request.id, text.value.trim(), attachments));
    } catch (error) {
      const { code = "unavailable" } = error as { code?: string };
      problem.textContent = code === "unavailable" ? say(tools, "away") : tools.errorText(code);
    } finally {
      send.disabled = false;
    }
  };
  return h("form", { class: "fields", onsubmit: (event: SubmitEvent) => void submit(event) }, h("div", { class: "field-row" }, text), files.element, problem, send);
}
