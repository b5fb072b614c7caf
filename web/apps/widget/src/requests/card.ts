import type { OfferedForm, OwnRequest, OwnRequests } from "@yingke/realtime";
import type { Tools } from "../load.ts";
import type { Panel } from "../views/screen.ts";
import { requestDetail } from "./detail.ts";
import { doorOf } from "./door.ts";
import { applicationForm } from "./form.ts";
import { moment, say, within } from "./say.ts";
import { openSheet } from "./sheet.ts";

const LOOK_EVERY_MS = 10_000;
const SHOWN = 5;

/** On the first screen: what may be applied for, how what was sent stands, and what was promised. */
export function requestsCard(tools: Tools, panel: Panel): HTMLElement {
  const { h, icon } = tools;
  const door = doorOf(tools, panel);
  const card = h("section", { class: "card list", hidden: true });
  let known: OwnRequests = { forms: [], items: [], promises: [] };
  let shown = "";
  let detail: { id: string; at: string; place: HTMLElement } | null = null;

  const row = (words: string, small: string, onclick: () => void) =>
    h("button", { type: "button", class: "row", onclick }, h("span", { class: "grow" }, words, h("small", {}, small)), icon("forward"));

  const draw = () => {
    const { forms, items, promises } = known;
    card.hidden = forms.length + items.length + promises.length === 0;
    card.replaceChildren(
      ...(promises.length > 0 ? [h("h2", {}, say(tools, "promised"))] : []),
      ...promises.map(({ text, due_at: due, done_at: done }) =>
        h("p", { class: "promise" }, icon(done ? "check" : "clock"), h("span", { class: "grow" }, text, h("small", {}, done ? say(tools, "promiseDone") : say(tools, "promiseUntil", { time: moment(due) })))),
      ),
      ...(items.length > 0 ? [h("h2", {}, say(tools, "mine"))] : []),
      ...items.slice(0, SHOWN).map((item) => row(`${say(tools, item.kind)} #${item.number}`, say(tools, item.state), () => open(item))),
      ...(forms.length > 0 ? [h("h2", {}, say(tools, "title"))] : []),
      ...forms.map((form) => row(say(tools, form.kind), within(tools, form), () => apply(form))),
    );
  };

  const take = (answer: OwnRequests) => {
    const now = JSON.stringify(answer);
    known = answer;
    if (now !== shown) draw();
    shown = now;
    const opened = detail && answer.items.find(({ id }) => id === detail!.id);
    if (opened && opened.changed_at !== detail!.at && !written(detail!.place)) fillDetail(opened);
  };
  const look = async () => {
    if (panel.session.state.welcome && !document.hidden) take(await door.read());
  };

  const fillDetail = (request: OwnRequest) => {
    detail!.at = request.changed_at;
    detail!.place.replaceChildren(requestDetail(tools, panel, door, request, (now) => (fillDetail(now), void look().catch(() => undefined))));
  };
  const open = (request: OwnRequest) => {
    detail = { id: request.id, at: "", place: h("div", {}) };
    fillDetail(request);
    openSheet(tools, `${say(tools, request.kind)} #${request.number}`, detail.place, () => {
      detail = null;
      void look().catch(() => undefined);
    });
  };
  const apply = (form: OfferedForm) => {
    const filed = (request: OwnRequest) => {
      sheet.close();
      panel.notice(say(tools, "sent", { number: request.number }));
      void look().catch(() => undefined);
      open(request);
    };
    const sheet = openSheet(tools, say(tools, form.kind), applicationForm(tools, panel, door, form, filed));
  };

  const soon = () => void look().catch(() => undefined);
  let inSight = false;
  // What is shown is looked after; where nothing is, it is asked for once whenever the visitor comes here.
  const lookAfter = () => {
    const before = inSight;
    inSight = Boolean(card.closest<HTMLElement>("main")?.offsetParent) && !document.hidden;
    if (inSight && (!before || !card.hidden)) soon();
  };
  soon();
  setInterval(lookAfter, LOOK_EVERY_MS);
  document.addEventListener("visibilitychange", lookAfter);
  // Until the greeting nobody here is known, also with a token: browsers make their own.
  let greeted = panel.session.state.welcome;
  panel.session.store.watch(() => {
    const { welcome } = panel.session.state;
    if (welcome && !greeted) soon();
    greeted = welcome;
  });
  return card;
}

/** Whether the visitor is in the middle of saying something. */
const written = (place: HTMLElement): boolean => Boolean(place.querySelector("textarea")?.value || place.querySelector(".tray > *, .recorder"));
