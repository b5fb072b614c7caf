import type { Identity } from "./bridge.ts";

/** `window.yingke`, once the loader has run. Before that, an array that keeps the calls. */
export interface Commands {
  open: () => unknown;
  close: () => unknown;
  toggle: () => unknown;
  identify: (identity: Identity) => unknown;
  track: (name: string, properties?: object) => unknown;
  /** Says how visits may be recorded: `full`, `anonymous` or `off`. */
  consent: (mode: "full" | "anonymous" | "off") => unknown;
  /** Listens to `yingke:<name>`; returns what stops it. */
  on: (name: string, listener: (detail: unknown) => void) => () => void;
}

export type CommandName = keyof Commands;
export type Call = [CommandName, ...unknown[]];

declare global {
  interface Window {
    yingke?: Call[] | (Commands & { push: (...calls: Call[]) => void });
  }
}

/** Replaces the queue by the real thing and makes up for the calls that came before. */
export function installApi(commands: Commands): void {
  const push = (...calls: Call[]) => {
    for (const [name, ...values] of calls) {
      (commands[name] as ((...values: unknown[]) => unknown) | undefined)?.(...values);
    }
  };
  const waiting = window.yingke;
  window.yingke = { ...commands, push };
  if (Array.isArray(waiting)) push(...waiting);
}
