import type { Tools } from "../load.ts";
import type { Panel } from "../views/screen.ts";
import { ask } from "./asking.ts";
import { say } from "./say.ts";

const SOUND = "M5 10v4h3l5 4V6L8 10zM16 9q3 3 0 6M18.5 6.5q6 5.5 0 11";
const MUTE = "M5 10v4h3l5 4V6L8 10zM16 10l5 5M21 10l-5 5";
const END = "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9 9h6v6H9z";

/** What is needed now and then: the sound, the transcript, the end. `done` closes the menu. */
export function menuItems(tools: Tools, panel: Panel, done: () => void): HTMLElement[] {
  const { h, icon, memory } = tools;
  const { state } = panel.session;
  const conversation = state.current ? state.conversations[state.current] : null;
  const muted = memory.recall<boolean>("muted") ?? false;
  const item = (name: string, label: string, act: () => void) => {
    const onclick = () => {
      done();
      act();
    };
    return h("button", { type: "button", onclick }, icon(name), label);
  };
  const sound = item(muted ? SOUND : MUTE, say(tools, muted ? "soundOn" : "soundOff"), () => memory.keep("muted", !muted));
  if (!conversation) return [sound];
  const mail = item("mail", say(tools, "mailTranscript"), () => askForMail(tools, panel, conversation.id));
  if (conversation.status === "resolved") return [sound, mail];
  return [sound, mail, item(END, say(tools, "endConversation"), () => askToEnd(tools, panel, conversation.id))];
}

function askForMail(tools: Tools, panel: Panel, id: string): void {
  const { h, t } = tools;
  const input = h("input", { type: "email", required: true, autocomplete: "email", placeholder: "name@example.com", "aria-label": t("email") });
  ask(tools, say(tools, "mailTranscript"), t("send"), [input], async () => {
    const email = input.value.trim();
    await panel.session.ask("transcript", { conversation: id, email });
    panel.notice(say(tools, "transcriptSent", { email }));
  });
}

const askToEnd = (tools: Tools, { session }: Panel, conversation: string): void =>
  ask(tools, say(tools, "endConfirm"), say(tools, "end"), [], () => session.ask("resolve", { conversation }));
