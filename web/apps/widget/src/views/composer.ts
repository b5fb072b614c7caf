import { config } from "../config.ts";
import { h, iconButton, icon } from "../dom.ts";
import { own, t } from "../i18n.ts";
import { load, tools } from "../load.ts";
import type { Tray } from "../later/tray.ts";
import * as memory from "../memory.ts";
import { currentConversation } from "../session/state.ts";
import { finePointer, type Panel, type View } from "./screen.ts";

/** Without a preview the other side only needs to know now and then that somebody types. */
const TYPING_EVERY = config.typing_preview ? 400 : 2_500;

export interface Composer extends View {
  readonly addFiles: (files: Iterable<File>) => void;
}

/** Where the visitor writes. Enter sends, Shift+Enter breaks the line, an input method is left to compose in peace. */
export function composer(panel: Panel, sent: () => void): Composer {
  const { session } = panel;
  const files = h("div", { class: "tray", hidden: true });
  let tray: Tray | null = null;
  const text = h("textarea", { rows: 1, placeholder: t("writeHere"), "aria-label": t("writeHere"), maxlength: 20_000, enterkeyhint: "send" });
  const send = h("button", { type: "button", class: "send", "aria-label": t("send"), title: t("send"), onclick: () => submit() }, icon("send"));
  const panelOfTools = h("div", { class: "extra" });
  const pick: HTMLInputElement = h("input", { type: "file", multiple: true, hidden: true, onchange: () => takeFrom(pick) });
  const shoot: HTMLInputElement = h("input", { type: "file", accept: "image/*", capture: "environment", hidden: true, onchange: () => takeFrom(shoot) });
  const element = h(
    "div",
    { class: "composer" },
    files,
    panelOfTools,
    h(
      "div",
      { class: "field" },
      text,
      h(
        "div",
        { class: "tools" },
        iconButton("emoji", t("emoji"), () => void openEmoji().catch(away), { "aria-expanded": "false" }),
        iconButton("attach", t("attach"), () => pick.click()),
        !finePointer() && iconButton("camera", t("camera"), () => shoot.click()),
        "MediaRecorder" in window && iconButton("voice", t("voice"), () => void record().catch(away)),
        pick,
        shoot,
        h("span", { class: "grow" }),
        send,
      ),
    ),
    config.typing_preview && h("p", { class: "fine" }, t("previewNotice")),
    consent(),
  );
  const away = () => panel.notice(t("away"));
  /** Files on their way into the tray, and the voice note that is being recorded. */
  let coming = 0;
  /** Enter came before the files were up: it goes as soon as they are. */
  let waiting: boolean | undefined;
  let lastTyping = 0;
  let typingTimer: ReturnType<typeof setTimeout> | undefined;
  text.value = memory.recall<string>("draft") ?? "";

  const takeFrom = (input: HTMLInputElement) => {
    addFiles([...(input.files ?? [])]);
    input.value = "";
    text.focus();
  };

  const submit = () => {
    const words = text.value.trim();
    panelOfTools.querySelector<HTMLElement>(".primary")?.click(); // who sends has said what there was to say
    if ((waiting = coming > 0 || tray?.busy())) return;
    const attachments = tray?.take() ?? [];
    if (!words && attachments.length === 0) return;
    session.send(words, attachments, firstFields(panel));
    text.value = "";
    clearTimeout(typingTimer);
    memory.keep("draft", "");
    closeExtra();
    fit();
    update();
    sent();
    text.focus();
  };

  const type = () => {
    fit();
    update();
    clearTimeout(typingTimer);
    const wait = Math.max(0, lastTyping + TYPING_EVERY - Date.now());
    typingTimer = setTimeout(() => {
      lastTyping = Date.now();
      memory.keep("draft", text.value);
      session.typing(text.value);
    }, wait);
  };

  /** As tall as its text, up to the limit the style sets. */
  const fit = () => {
    text.style.height = "auto";
    text.style.height = `${text.scrollHeight}px`;
  };

  const update = () => {
    const empty = !text.value.trim() && files.hidden;
    send.setAttribute("aria-disabled", String(empty || Boolean(tray?.busy())));
    if (waiting) submit();
  };

  const came = () => {
    coming--;
    update();
  };

  const addFiles = (added: Iterable<File>) => {
    coming++;
    void load("tray")
      .then(({ fileTray }) => (tray ??= fileTray(tools, panel, files, update)).add(added), away)
      .finally(came);
  };

  const closeExtra = () => panelOfTools.replaceChildren();

  const backToText = () => {
    closeExtra();
    text.focus();
  };

  const openEmoji = async () => {
    if (panelOfTools.firstChild) return closeExtra();
    const { emojiPanel } = await load("emoji");
    panelOfTools.replaceChildren(
      emojiPanel(tools, (emoji) => {
        text.setRangeText(emoji, text.selectionStart, text.selectionEnd, "end");
        type();
      }),
    );
  };

  const record = async () => {
    const { recorder } = await load("voice");
    const done = (file: File | null) => {
      backToText();
      if (file) addFiles([file]);
      came();
    };
    const neverBegan = (refused: boolean) => {
      backToText();
      if (refused) panel.notice(t("noMicrophone"));
    };
    panelOfTools.replaceChildren(recorder(tools, { began: () => coming++, done, neverBegan }));
  };

  text.addEventListener("input", type);
  text.addEventListener("keydown", (event) => {
    // 229: the key belongs to an input method, also in Safari, which ends the composition before this event.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    submit();
  });
  text.addEventListener("paste", (event) => {
    const pasted = [...(event.clipboardData?.files ?? [])];
    if (pasted.length === 0) return;
    event.preventDefault();
    addFiles(pasted);
  });
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !panelOfTools.firstChild) return;
    event.stopPropagation();
    backToText();
  });
  requestAnimationFrame(fit);

  return { element, update, addFiles, focus: () => finePointer() && text.focus() };
}

/** What only the first message of a conversation carries: where to, and what was asked before. */
function firstFields(panel: Panel): Record<string, unknown> {
  const current = currentConversation(panel.session.state);
  if (current && current.status !== "resolved") return {};
  return {
    ...(panel.department && { team_id: panel.department }),
    ...(panel.prechat && { prechat: panel.prechat }),
  };
}

function consent(): Node | null {
  const { enabled, text, url } = config.consent;
  if (!enabled) return null;
  return h("p", { class: "fine" }, /^https?:/.test(url) ? h("a", { href: url, target: "_blank", rel: "noopener" }, own(text)) : own(text));
}
