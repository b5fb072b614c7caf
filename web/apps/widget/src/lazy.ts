import { assetUrl } from "./config.ts";
import { append, h, icon, iconButton } from "./dom.ts";
import { own, t } from "./i18n.ts";
import type * as Emoji from "./lazy/emoji.ts";
import type * as Ending from "./lazy/ending.ts";
import type * as Forms from "./lazy/forms.ts";
import type * as Voice from "./lazy/voice.ts";
import type * as Zoom from "./lazy/zoom.ts";

interface Chunks {
  emoji: typeof Emoji;
  ending: typeof Ending;
  forms: typeof Forms;
  voice: typeof Voice;
  zoom: typeof Zoom;
}

declare const __CHUNKS__: Record<keyof Chunks, string>;

/** What the panel lends to the parts that are loaded later, so that they do not bring it along a second time. */
export const tools = { append, h, icon, iconButton, own, t };
export type Tools = typeof tools;

/** Loads a part of the panel that only some visitors need. Rejects while the server is away and nothing is cached. */
export const load = <Name extends keyof Chunks>(name: Name): Promise<Chunks[Name]> =>
  import(assetUrl(__CHUNKS__[name])) as Promise<Chunks[Name]>;
