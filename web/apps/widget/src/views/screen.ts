import type { Session } from "../session/session.ts";
import type { Host } from "../host.ts";

/** Where the panel is: the home screen, the current conversation, or one of the past. */
export type Place = { readonly screen: "home" } | { readonly screen: "chat"; readonly past: string | null };

/** What every view works with. */
export interface Panel {
  readonly session: Session;
  readonly host: Host;
  readonly go: (place: Place) => void;
  /** Says something in passing: shown for a moment, read out once. */
  readonly notice: (text: string) => void;
  /** Whether the visitor has the panel before them right now. */
  readonly inSight: () => boolean;
  /** The department chosen for the next conversation. */
  department: string | null;
  /** What was asked before the conversation, for its first message. */
  prechat: Readonly<Record<string, string>> | null;
}

export interface View {
  readonly element: HTMLElement;
  /** Brings the element up to date with the session. */
  readonly update: () => void;
  /** Puts the focus where a person would go on. */
  readonly focus: () => void;
}

/** Rebuilds an element's content when what it shows has changed, and leaves it (and the focus in it) alone otherwise. */
export function redraw(element: HTMLElement, shown: unknown, build: () => readonly (Node | string)[]): void {
  const key = JSON.stringify(shown);
  if (element.dataset["shown"] === key) return;
  element.dataset["shown"] = key;
  element.replaceChildren(...build());
}

/** Touch screens raise a keyboard on focus; there the visitor decides when. */
export const finePointer = (): boolean => matchMedia("(pointer: fine)").matches;
