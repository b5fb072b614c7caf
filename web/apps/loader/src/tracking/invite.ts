/* Watches for what the rules wait for, and shows invitations. Comes with the first answer that says something. */

import { show, type Shown } from "./invitation.ts";
import { isFilling, watchVisitor } from "./attention.ts";
import { isPanelOpen, openPanel } from "./panel.ts";
import type { PageInvitation } from "./words.ts";

/** Thresholds at which the page says at once how it is read: seconds looked at, seconds from now, per cent, seconds of rest. */
interface Watch {
  readonly visible?: readonly number[];
  readonly in?: readonly number[];
  readonly scroll?: readonly number[];
  readonly idle?: readonly number[];
  readonly exit?: boolean;
}

export interface Answer {
  readonly watch?: Watch;
  readonly invitation?: PageInvitation;
  /** Taken back: leaves the screen. */
  readonly gone?: string;
  readonly accepted?: { readonly invitation: string; readonly conversation: string | null };
}

/** What the tracker lends: it counts how the page is read, and it reports. */
interface Tracker {
  readonly add: (kind: string, fields: object) => unknown;
  readonly send: (last?: boolean, listens?: boolean, named?: boolean) => void;
  /** Counts up to now; gives the page view, milliseconds it was looked at, per cent it was read to. */
  readonly look: () => readonly [string, number, number];
  readonly read: () => void;
}

/** This module, as the tracker finds it. */
export interface Invite {
  readonly hear: typeof hear;
}

export type Outcome = "shown" | "accepted" | "declined" | "ignored";

/** The server puts the site's part here. */
const { key } = "__YINGKE_TRACKING__" as unknown as { key: string };
const PATIENCE = 120_000;
const LATEST = 4_000;

let inviter: ReturnType<typeof invite> | undefined;

/** Takes what the server says; gives what is known of the visitor, for the next reports. */
export function hear(
  answer: Answer,
  add: Tracker["add"],
  send: Tracker["send"],
  look: Tracker["look"],
  read: Tracker["read"],
): () => object {
  inviter ??= invite({ add, send, look, read });
  inviter.take(answer);
  return inviter.known;
}

function invite(tracker: Tracker) {
  const seen = new Set<string>();
  const visitor = watchVisitor(() => watch.exit && report());
  let watch: Watch = {};
  let watched = "";
  let timers: ReturnType<typeof setTimeout>[] = [];
  let past = { page: "", visible: 0, scroll: 0, idle: 0 };
  let current: { id: string; box?: Shown; until: number; invitation: PageInvitation } | undefined;

  /** Tells at once how the page is read now. */
  function report(): void {
    tracker.look();
    tracker.read();
    tracker.send();
  }

  function present() {
    const [page, visible, scroll] = tracker.look();
    return { page, visible, scroll, idle: visitor.idle() };
  }

  const answer = (id: string, outcome: Outcome, form?: object) => tracker.add("invitation", { invitation: id, answer: outcome, form });

  function end(outcome: Outcome, form?: Record<string, string>): void {
    const { id, box } = current!;
    box?.remove();
    current = undefined;
    answer(id, outcome, form);
    // Who accepts writes, and is somebody from then on.
    tracker.send(false, true, outcome === "accepted" || undefined);
    if (outcome === "accepted") setTimeout(() => openPanel(), LATEST);
  }

  function offer(invitation: PageInvitation): void {
    const { id } = invitation;
    if (seen.has(id)) return;
    seen.add(id);
    current?.box?.remove();
    current = { id, invitation, until: performance.now() + PATIENCE };
    tryShow();
  }

  /** Not over an open panel, not while somebody writes into a form of the page, not behind another tab. */
  function tryShow(): void {
    if (!current || current.box) return;
    if (performance.now() > current.until) return void (current = undefined);
    if (document.hidden || isPanelOpen(key) || isFilling()) return;
    const { id, invitation } = current;
    answer(id, "shown");
    if (invitation.kind === "open_panel") {
      current = undefined;
      openPanel();
    } else current.box = show(key, invitation, end);
    tracker.send(false, true);
  }

  function look(): void {
    const now = present();
    if (now.page !== watched) watch = {};
    const crossed = (name: "visible" | "scroll" | "idle", unit: number) => watch[name]?.some((at) => past[name] < at * unit && now[name] >= at * unit);
    const tells = [crossed("visible", 1000), crossed("scroll", 1), crossed("idle", 1000)].includes(true);
    past = now;
    if (tells) report();
    tryShow();
  }

  function follow(next: Watch): void {
    watch = next;
    past = present();
    const { page } = past;
    watched = page;
    timers.forEach(clearTimeout);
    timers = (watch.in ?? []).map((seconds) => setTimeout(() => !document.hidden && page === present().page && report(), seconds * 1000));
  }

  setInterval(look, 500);
  addEventListener("yingke:open", () => current?.box && end("accepted"));
  addEventListener("pagehide", () => {
    if (!current?.box) return;
    answer(current.id, "ignored");
    tracker.send(true);
  });

  function take({ watch: next, invitation, gone, accepted }: Answer): void {
    if (next) follow(next);
    if (invitation) offer(invitation);
    if (gone && gone === current?.id) {
      current.box?.remove();
      current = undefined;
    }
    if (accepted) openPanel();
  }

  return { take, known: visitor.known };
}
