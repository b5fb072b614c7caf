import type { Localised } from "@yingke/loader/language";
import type { SiteSettings } from "@yingke/realtime";

export type PrechatField = SiteSettings["prechat"]["fields"][number];

/** The site's public configuration, baked into the frame by the server. */
export interface Config extends Omit<SiteSettings, "allowed_origins" | "team_ids" | "hours" | "language"> {
  readonly site: { readonly key: string; readonly name: string };
  readonly language: string;
  readonly departments: readonly { readonly id: string; readonly name: string }[];
  readonly hours: { readonly always: boolean; readonly text?: readonly string[] | Localised };
  readonly socket_url: string;
}

export const config = JSON.parse(document.getElementById("config")!.textContent) as Config;

/** `…/w/KEY/`: where files of this site are sent to and fetched from. */
export const siteUrl = (path: string): string => new URL(path, location.href.replace(/\/frame.*$/, `/`)).href;

/** `…/w/assets/`: what is loaded only when it is needed. */
export const assetUrl = (name: string): string => new URL(`../assets/${name}`, siteUrl("")).href;

export const socketUrl = (): string => new URL(config.socket_url, location.href).href.replace(/^http/, "ws");
