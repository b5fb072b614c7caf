import type { Attachment } from "@yingke/realtime";
import { h, icon, iconButton } from "../dom.ts";
import { keepLocal, upload, UploadRefused } from "../files.ts";
import { fileSize } from "../format.ts";
import { errorText, t } from "../i18n.ts";
import type { Panel } from "./screen.ts";

interface Item {
  readonly element: HTMLElement;
  attachment: Attachment | null;
}

export interface Tray {
  readonly element: HTMLElement;
  readonly add: (files: Iterable<File>) => void;
  /** Whether something is still on its way up. */
  readonly busy: () => boolean;
  /** Takes out what is uploaded, to go with a message. */
  readonly take: () => Attachment[];
}

/** Files about to be sent: seen before they go, with progress, each removable. */
export function tray(panel: Panel, changed: () => void): Tray {
  const element = h("div", { class: "tray", hidden: true });
  let items: Item[] = [];

  const show = () => {
    element.hidden = items.length === 0;
    changed();
  };
  const drop = (item: Item) => {
    items = items.filter((other) => other !== item);
    item.element.remove();
    show();
  };

  const add = (file: File) => {
    const { token, state } = panel.session;
    if (!token || state.connection !== "live") return panel.notice(t("filesNeedConnection"));
    const bar = h("progress", { max: 1, value: 0, "aria-label": t("uploading", { percent: "" }) });
    const note = h("small", {}, fileSize(file.size));
    const item: Item = { attachment: null, element: h("div", { class: "item" }, preview(file), h("span", { class: "grow" }, file.name, note, bar)) };
    const start = () => {
      const { done, cancel } = upload(file, token, (share) => (bar.value = share));
      const remove = iconButton("close", `${t("remove")} ${file.name}`, () => (cancel(), drop(item)));
      item.element.append(remove);
      done.then(
        (attachment) => {
          keepLocal(attachment.id, file);
          item.attachment = attachment;
          bar.remove();
          show();
        },
        (error: unknown) => {
          bar.remove();
          note.textContent = error instanceof UploadRefused ? errorText(error.code) : t("uploadFailed");
          item.element.classList.add("failed");
          panel.notice(note.textContent);
          show();
        },
      );
    };
    items.push(item);
    element.append(item.element);
    start();
    show();
  };

  return {
    element,
    add: (files) => {
      for (const file of files) add(file);
    },
    busy: () => items.some((item) => !item.attachment && !item.element.classList.contains("failed")),
    take: () => {
      const ready = items.filter((item) => item.attachment);
      for (const item of items) item.element.remove();
      items = [];
      show();
      return ready.map((item) => item.attachment!);
    },
  };
}

function preview(file: File): Node {
  if (!file.type.startsWith("image/")) return icon(file.type.startsWith("audio/") ? "voice" : "file");
  return h("img", { src: URL.createObjectURL(file), alt: "" });
}
