import type { Tools } from "../load.ts";
import { say } from "./say.ts";

/** A question with a way back. Stays open, and says why, when what was asked for did not work. */
export function ask(tools: Tools, title: string, act: string, fields: HTMLElement[], done: () => Promise<unknown>): void {
  const { h } = tools;
  const problem = h("p", { class: "warn", role: "alert", hidden: true });
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    try {
      await done();
      dialog.close();
    } catch (error) {
      problem.textContent = tools.errorText((error as { code?: string }).code ?? "unavailable");
      problem.hidden = false;
    }
  };
  const cancel = h("button", { type: "button", class: "quiet", onclick: () => dialog.close() }, say(tools, "cancel"));
  const confirm = h("button", { type: "submit", class: "primary small" }, act);
  const form = h("form", { onsubmit: (event: SubmitEvent) => void submit(event) }, h("h2", {}, title), ...fields, problem, h("div", { class: "acts" }, cancel, confirm));
  const dialog: HTMLDialogElement = h("dialog", { class: "ask", "aria-label": title }, form);
  dialog.addEventListener("keydown", (event) => event.key === "Escape" && event.stopPropagation());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
