import { h, iconButton } from "../dom.ts";
import { t } from "../i18n.ts";
import { load, tools } from "../load.ts";
import type { Panel } from "./screen.ts";

/** The button behind which the rarer actions are. */
export function chatMenu(panel: Panel): HTMLElement {
  const list = h("div", { class: "menu", hidden: true });
  const open = iconButton("more", t("menu"), () => void toggle().catch(() => panel.notice(t("away"))), { "aria-expanded": "false" });
  const element = h("div", { class: "menu-place" }, open, list);

  const close = (): void => {
    list.hidden = true;
    open.setAttribute("aria-expanded", "false");
  };
  const toggle = async (): Promise<void> => {
    if (!list.hidden) return close();
    const { menuItems } = await load("menu");
    list.replaceChildren(...menuItems(tools, panel, () => (close(), open.focus())));
    list.hidden = false;
    open.setAttribute("aria-expanded", "true");
    list.querySelector("button")?.focus();
  };
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || list.hidden) return;
    event.stopPropagation();
    close();
    open.focus();
  });
  document.addEventListener("pointerdown", (event) => !element.contains(event.target as Node) && close());
  return element;
}
