import type { Answer, VisitorConversation } from "@yingke/realtime";
import type { Tools } from "../load.ts";
import { isOpen } from "../session/state.ts";
import type { Panel } from "../views/screen.ts";
import { ask } from "./asking.ts";
import { say } from "./say.ts";

type Department = Answer<"departments">["items"][number];
type Way = "email" | "phone";

/** The departments that are open now, each with what to expect there. Rejects without a connection. */
export async function departmentsList(tools: Tools, panel: Panel): Promise<HTMLElement[]> {
  const { items } = await panel.session.ask("departments", {});
  const { h, t } = tools;
  const open = items.filter((department) => department.open);
  const button = (department: Department) => {
    const onclick = () => {
      panel.department = department.id;
      panel.go({ screen: "chat", past: null });
    };
    return h("button", { type: "button", class: "row", onclick }, h("span", { class: "grow" }, department.name, h("small", {}, expected(tools, department))), tools.icon("forward"));
  };
  return open.length > 0 ? [h("h2", {}, t("department")), ...open.map(button)] : [];
}

/** Where one stands in the queue, how long it takes, and the way to wait somewhere else. */
export function queueLine(tools: Tools, panel: Panel, conversation: VisitorConversation, place: HTMLElement): void {
  const { h, memory } = tools;
  const redraw = () => queueLine(tools, panel, conversation, place);
  const { position, wait_low: low, wait_high: high } = conversation;
  const kept = memory.recall<string>(keyOf(conversation));
  const open = isOpen(panel.session.state);
  const line = [
    position ? say(tools, "queuePosition", { position }) : open && say(tools, "queueing"),
    !open && say(tools, "queueNobody"),
    open && low !== null && high !== null && high > 0 && say(tools, "waitRange", { time: rangeText(tools, low, high) }),
  ];
  const away = h("button", { type: "button", class: "link", onclick: () => askForAddress(tools, panel, conversation.id, redraw) }, say(tools, kept ? "keepElsewhere" : "leaveQueue"));
  place.replaceChildren(h("p", {}, line.filter(Boolean).join(" "), h("br"), kept ? say(tools, "placeKept", { address: kept }) : say(tools, "placeIsKept"), " ", away));
}

const keyOf = ({ id }: { readonly id: string }) => `place-${id}`;

function expected(tools: Tools, { waiting, wait_low: low, wait_high: high }: Department): string {
  if (high === 0) return say(tools, "freeNow");
  const ahead = waiting > 0 ? say(tools, "ahead", { count: waiting }) : "";
  const range = low !== null && high !== null ? say(tools, "waitRange", { time: rangeText(tools, low, high) }) : "";
  return [ahead, range].filter(Boolean).join(" · ");
}

/** In whole minutes; below one minute it is said so. */
function rangeText(tools: Tools, low: number, high: number): string {
  const [from, to] = [Math.round(low / 60), Math.max(1, Math.ceil(high / 60))];
  return to <= 1 ? say(tools, "withinMinute") : from === to || from === 0 ? say(tools, "upTo", { count: to }) : say(tools, "between", { from, to });
}

/** A way to be told when it is one's turn, with what there is to say already: the place stays. */
function askForAddress(tools: Tools, panel: Panel, id: string, done: () => void): void {
  const { h, memory, t } = tools;
  const way = h("select", { "aria-label": say(tools, "answerBy") }, ...(["email", "phone"] as Way[]).map((value) => h("option", { value }, say(tools, `channel_${value}`))));
  const address = h("input", { type: "email", required: true, maxlength: 200, autocomplete: "email", placeholder: "name@example.com", "aria-label": t("email") });
  way.onchange = () => {
    const mail = way.value === "email";
    address.type = mail ? "email" : "tel";
    address.placeholder = mail ? "name@example.com" : "";
    address.autocomplete = mail ? "email" : "tel";
    address.ariaLabel = t(mail ? "email" : "phone");
  };
  const words = h("textarea", { rows: 3, maxlength: 5_000, placeholder: say(tools, "sayAlready"), "aria-label": say(tools, "sayAlready") });
  ask(tools, say(tools, "leaveQueue"), say(tools, "keepPlace"), [h("p", {}, say(tools, "leaveQueueText")), way, address, words], async () => {
    const replyTo = address.value.trim();
    await panel.session.ask("keep_place", { conversation: id, channel: way.value as Way, reply_to: replyTo });
    memory.keep(keyOf({ id }), replyTo);
    if (words.value.trim()) panel.session.send(words.value.trim(), []);
    panel.notice(say(tools, "placeKept", { address: replyTo }));
    done();
  });
}
