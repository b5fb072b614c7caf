import { append, h, icon, iconButton } from "../dom.ts";
import { errorText, t } from "../i18n.ts";
import { load, tools } from "../lazy.ts";
import * as memory from "../memory.ts";
import { currentConversation } from "../session/state.ts";
import type { Panel } from "./screen.ts";

/** Whether the visitor has switched the sound off. */
export const muted = (): boolean => memory.recall<boolean>("muted") ?? false;

/** What is needed now and then: the sound, the transcript, the end. */
export function chatMenu(panel: Panel): HTMLElement {
  const { session } = panel;
  const list = h("div", { class: "menu", hidden: true });
  const open = iconButton("more", t("menu"), () => toggle(Boolean(list.hidden)), { "aria-expanded": "false" });
  const element = h("div", { class: "menu-place" }, open, list);

  const toggle = (show: boolean): void => {
    list.hidden = !show;
    open.setAttribute("aria-expanded", String(show));
    if (!show) return;
    list.replaceChildren(...items());
    list.querySelector("button")?.focus();
  };
  const item = (name: string, label: string, act: () => void) =>
    h("button", { type: "button", onclick: () => (toggle(false), open.focus(), act()) }, icon(name), label);

  const items = () => {
    const conversation = currentConversation(session.state);
    const shown: HTMLElement[] = [
      item(muted() ? "sound" : "mute", t(muted() ? "soundOn" : "soundOff"), () => memory.keep("muted", !muted())),
    ];
    if (conversation) shown.push(item("mail", t("mailTranscript"), () => void askForMail(conversation.id)));
    if (conversation && conversation.status !== "resolved") shown.push(item("end", t("endConversation"), () => void askToEnd()));
    return shown;
  };

  const askForMail = async (id: string) => {
    const { mailDialog } = await load("ending");
    const send = async (email: string) => {
      await session.mailTranscript(id, email);
      panel.notice(t("transcriptSent", { email }));
    };
    append(document.body, mailDialog(tools, send, errorText));
  };
  const askToEnd = async () => {
    const { confirmDialog } = await load("ending");
    append(document.body, confirmDialog(tools, t("endConfirm"), t("end"), () => session.end(), errorText));
  };

  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || list.hidden) return;
    event.stopPropagation();
    toggle(false);
    open.focus();
  });
  document.addEventListener("pointerdown", (event) => !element.contains(event.target as Node) && !list.hidden && toggle(false));
  return element;
}
