import { clientId } from "@yingke/realtime";
import { say } from "../later/say.ts";
import type { Tools } from "../load.ts";
import type { Panel } from "../views/screen.ts";

export interface Link {
  readonly entry_id: string;
  readonly question: string;
}

/** A robot's head: what tells it from people also without reading. */
export const FACE = "M6 9h12v9H6zM12 9V5M12 5h0M9.5 13h0M14.5 13h0M3.5 12v3M20.5 12v3";

/** A question chosen instead of written. */
export const ask = ({ session }: Panel, { entry_id, question }: Link): void => session.send(question, [], { entry_id });

/** The way to a person; before there is a conversation the wish itself opens it. */
export function wantPerson(tools: Tools, panel: Panel): void {
  const { session } = panel;
  const going = session.state.current && session.state.conversations[session.state.current];
  if (!going || going.status === "resolved") return session.send(say(tools, "person"), []);
  void attempt(tools, panel, session.ask("robot_hand_over", { conversation: going.id }));
}

export const fillForm = ({ session }: Panel, conversation: string, values: Record<string, string>): Promise<unknown> =>
  session.ask("robot_form", { client_id: clientId(), conversation, values });

/** Says what went wrong; resolves to whether it went well. */
export const attempt = (tools: Tools, panel: Panel, deed: Promise<unknown>): Promise<boolean> =>
  deed.then(
    () => true,
    (error: { code?: string }) => {
      // Whoever has it already is what was asked for.
      if (error.code !== "robot_gone") panel.notice(tools.errorText(error.code ?? "unavailable"));
      return false;
    },
  );
