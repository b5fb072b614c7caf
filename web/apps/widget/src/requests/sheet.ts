import type { Tools } from "../load.ts";

/** A screen over the panel, with a way back. `closed` runs however it is left. */
export function openSheet({ h, iconButton, t }: Tools, title: string, content: HTMLElement, closed: () => void = () => undefined): HTMLDialogElement {
  const sheet: HTMLDialogElement = h(
    "dialog",
    { class: "sheet", "aria-label": title },
    h("header", { class: "bar" }, iconButton("back", t("back"), () => sheet.close()), h("h1", {}, title)),
    content,
  );
  sheet.addEventListener("keydown", (event) => event.key === "Escape" && event.stopPropagation());
  sheet.addEventListener("close", () => {
    sheet.remove();
    closed();
  });
  document.body.append(sheet);
  sheet.showModal();
  return sheet;
}
