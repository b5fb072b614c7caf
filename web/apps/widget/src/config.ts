import type { Localised } from "@yingke/loader/language";

export interface PrechatField {
  readonly key: string;
  readonly label: Localised;
  readonly required: boolean;
  readonly kind: "text" | "email" | "phone" | "select";
  readonly options?: readonly string[];
}

/** The site's public configuration, baked into the frame by the server. */
export interface Config {
  readonly site: { readonly key: string; readonly name: string };
  readonly language: string;
  readonly look: { readonly color: string; readonly logo_url: string | null; readonly theme: "auto" | "light" | "dark" };
  readonly title: Localised;
  readonly greeting: Localised;
  readonly banner: { readonly enabled: boolean; readonly text: Localised; readonly url: string; readonly image_url?: string | null };
  readonly departments: readonly { readonly id: string; readonly name: string }[];
  readonly prechat: { readonly enabled: boolean; readonly fields: readonly PrechatField[] };
  readonly consent: { readonly enabled: boolean; readonly text: Localised; readonly url: string };
  readonly typing_preview: boolean;
  readonly sounds: boolean;
  readonly rating: { readonly enabled: boolean; readonly reasons: readonly { readonly key: string; readonly label: Localised }[] };
  readonly offline: { readonly enabled: boolean; readonly text: Localised; readonly channels: readonly string[] };
  readonly contact: { readonly phone: string; readonly email: string; readonly address: string; readonly text: Localised };
  readonly hours: { readonly always: boolean; readonly text?: readonly string[] | Localised };
  readonly top_questions: readonly { readonly question: Localised; readonly answer: Localised }[];
  readonly socket_url: string;
}

export const config = JSON.parse(document.getElementById("config")!.textContent) as Config;

/** `…/w/KEY/`: where files of this site are sent to and fetched from. */
export const siteUrl = (path: string): string => new URL(path, location.href.replace(/\/frame.*$/, `/`)).href;

/** `…/w/assets/`: what is loaded only when it is needed. */
export const assetUrl = (name: string): string => new URL(`../assets/${name}`, siteUrl("")).href;

export const socketUrl = (): string => new URL(config.socket_url, location.href).href.replace(/^http/, "ws");
