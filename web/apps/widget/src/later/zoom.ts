import type { Tools } from "../load.ts";
import { say } from "./say.ts";

/** Shows a picture over the whole panel; a click or a wheel enlarges it further, Escape closes it. */
export function showPicture(tools: Tools, url: string, name: string): void {
  const { h, iconButton } = tools;
  const picture = h("img", { src: url, alt: name });
  const dialog: HTMLDialogElement = h(
    "dialog",
    { class: "zoom", "aria-label": name },
    h("div", { class: "stage", onclick: () => picture.classList.toggle("large") }, picture),
    iconButton("close", say(tools, "zoomClose"), () => dialog.close()),
  );
  dialog.addEventListener("keydown", (event) => event.key === "Escape" && event.stopPropagation());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
