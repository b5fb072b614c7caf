import type { Attachment } from "@yingke/realtime";
import type { Tools } from "../load.ts";
import type { Panel } from "../views/screen.ts";
import { isHeld } from "../session/shapes.ts";
import { holdFile, letGo } from "./held.ts";
import { say } from "./say.ts";
import { upload, UploadRefused } from "./upload.ts";

interface Item {
  readonly element: HTMLElement;
  attachment: Attachment | null;
  failed: boolean;
}

export interface Tray {
  readonly add: (files: Iterable<File>) => void;
  /** Whether something is still on its way up. */
  readonly busy: () => boolean;
  /** What is uploaded. */
  readonly ready: () => Attachment[];
  /** Takes it out, to go with a message. */
  readonly take: () => Attachment[];
}

/** Files about to be sent: seen before they go, with progress, each removable. */
export function fileTray(tools: Tools, panel: Panel, element: HTMLElement, changed: () => void): Tray {
  const { h, iconButton, keepLocal } = tools;
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
    const bar = h("progress", { max: 1, value: 0, "aria-label": say(tools, "uploading") });
    const note = h("small", {}, tools.fileSize(file.size));
    const item: Item = {
      attachment: null,
      failed: false,
      element: h("div", { class: "item" }, preview(tools, file), h("span", { class: "grow" }, file.name, note, bar)),
    };
    const { done, cancel } =
      token && state.connection === "live"
        ? upload(tools.siteUrl("files"), file, token, (share) => (bar.value = share))
        : { done: Promise.reject(new UploadRefused("unavailable")), cancel: () => undefined };
    const remove = () => {
      cancel();
      if (item.attachment && isHeld(item.attachment)) void letGo([item.attachment]);
      drop(item);
    };
    item.element.append(iconButton("close", `${tools.t("remove")} ${file.name}`, remove));
    done
      .catch(async (error: UploadRefused) => {
        if (error.code !== "unavailable") throw error;
        const held = await holdFile(file);
        note.textContent = say(tools, "sentLater");
        return held;
      })
      .then(
        (attachment) => {
          keepLocal(attachment.id, file);
          item.attachment = attachment;
        },
        (error: Partial<UploadRefused>) => {
          note.textContent = refusal(tools, error.code ?? "unavailable");
          item.failed = true;
          item.element.classList.add("failed");
          panel.notice(note.textContent);
        },
      )
      .finally(() => {
        bar.remove();
        show();
      });
    items.push(item);
    element.append(item.element);
    show();
  };

  const ready = () => items.flatMap(({ attachment }) => attachment ?? []);

  return {
    add: (files) => {
      for (const file of files) add(file);
    },
    busy: () => items.some((item) => !item.attachment && !item.failed),
    ready,
    take: () => {
      const taken = ready();
      items = [];
      element.replaceChildren();
      show();
      return taken;
    },
  };
}

function refusal(tools: Tools, code: string): string {
  if (code === "file_too_large" || code === "file_type_refused" || code === "file_damaged") return say(tools, `error_${code}`);
  return code === "unavailable" ? say(tools, "uploadFailed") : tools.errorText(code);
}

function preview({ h, icon }: Tools, file: File): Node {
  if (!file.type.startsWith("image/")) return icon(file.type.startsWith("audio/") ? "voice" : "file");
  return h("img", { src: URL.createObjectURL(file), alt: "" });
}
