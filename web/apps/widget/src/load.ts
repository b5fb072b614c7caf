import { assetUrl, siteUrl } from "./config.ts";
import { append, h, icon, iconButton } from "./dom.ts";
import { keepLocal } from "./files.ts";
import { fileSize } from "./format.ts";
import { errorText, fill, own, t } from "./i18n.ts";
import { linked } from "./linkify.ts";
import type * as Emoji from "./later/emoji.ts";
import type * as Forms from "./later/forms.ts";
import type * as Held from "./later/held.ts";
import type * as Menu from "./later/menu.ts";
import type * as Questions from "./later/questions.ts";
import type * as Queue from "./later/queue.ts";
import type * as Rating from "./later/rating.ts";
import type * as Requests from "./later/requests.ts";
import type * as Robot from "./later/robot.ts";
import type * as Tray from "./later/tray.ts";
import type * as Voice from "./later/voice.ts";
import type * as Zoom from "./later/zoom.ts";
import * as memory from "./memory.ts";

interface Chunks {
  emoji: typeof Emoji;
  forms: typeof Forms;
  held: typeof Held;
  menu: typeof Menu;
  questions: typeof Questions;
  queue: typeof Queue;
  rating: typeof Rating;
  requests: typeof Requests;
  robot: typeof Robot;
  tray: typeof Tray;
  voice: typeof Voice;
  zoom: typeof Zoom;
}

declare const __CHUNKS__: Record<keyof Chunks, string>;
declare const __LATER_STYLE__: string;

/** What the panel lends to the parts that are loaded later, so that they do not bring it along a second time. */
export const tools = { append, errorText, fileSize, fill, h, icon, iconButton, keepLocal, linked, memory, own, siteUrl, t };
export type Tools = typeof tools;

export const neededAway = (): string[] => [__CHUNKS__.forms, __CHUNKS__.held, __CHUNKS__.questions, __CHUNKS__.tray, __CHUNKS__.voice, __LATER_STYLE__].map(assetUrl);

let styled: Promise<unknown> | null = null;

/** Loads a part of the panel that only some visitors need. Rejects while the server is away and nothing is cached. */
export async function load<Name extends keyof Chunks>(name: Name): Promise<Chunks[Name]> {
  styled ??= new Promise((resolve, reject) =>
    document.head.append(h("link", { rel: "stylesheet", href: assetUrl(__LATER_STYLE__), onload: resolve, onerror: reject })),
  );
  styled.catch(() => (styled = null));
  const [part] = await Promise.all([import(assetUrl(__CHUNKS__[name])) as Promise<Chunks[Name]>, styled]);
  return part;
}

/** The place of such a part: filled when it came, and left empty, or with `otherwise`, when it does not. */
export function partOf<Name extends keyof Chunks>(name: Name, build: (part: Chunks[Name]) => Node | null, otherwise?: Node): HTMLElement {
  const place = h("div", {});
  load(name).then(
    (part) => append(place, build(part)),
    () => append(place, otherwise),
  );
  return place;
}
