import { fileTray, type Tray } from "../later/tray.ts";
import { recorder } from "../later/voice.ts";
import type { Tools } from "../load.ts";
import type { Panel } from "../views/screen.ts";
import { say } from "./say.ts";

export interface Enclosing extends Pick<Tray, "ready" | "busy"> {
  readonly element: HTMLElement;
}

/** What goes along with words: a voice note, photos, files. They stay in sight until the server has them. */
export function enclosing(tools: Tools, panel: Panel): Enclosing {
  const { h, icon } = tools;
  const place = h("div", { class: "tray", hidden: true });
  const extra = h("div", {});
  const tray = fileTray(tools, panel, place, () => undefined);
  const pick = (name: "photo" | "file", accept: string, symbol: string) => {
    const input: HTMLInputElement = h("input", { type: "file", accept, multiple: true, hidden: true });
    input.onchange = () => {
      tray.add([...(input.files ?? [])]);
      input.value = "";
    };
    return h("button", { type: "button", class: "chip", onclick: () => input.click() }, icon(symbol), say(tools, name), input);
  };
  const record = () => {
    const done = (file: File | null) => {
      extra.replaceChildren();
      if (file) tray.add([file]);
    };
    const neverBegan = (refused: boolean) => {
      extra.replaceChildren();
      if (refused) extra.append(h("p", { class: "problem", role: "alert" }, say(tools, "noMicrophone")));
    };
    extra.replaceChildren(recorder(tools, { began: () => undefined, done, neverBegan }));
  };
  const voice = h("button", { type: "button", class: "chip", onclick: record }, icon("voice"), say(tools, "voice"));
  const element = h("div", { class: "enclosing" }, h("div", { class: "chips" }, voice, pick("photo", "image/*", "camera"), pick("file", "", "attach")), extra, place);
  return { element, ready: tray.ready, busy: tray.busy };
}
