import type { Localised } from "./language.ts";

/** The part of a site's public configuration that the launcher needs. */
export interface LauncherConfig {
  readonly site: { readonly key: string };
  readonly language: string;
  readonly look: {
    readonly color: string;
    readonly position: "right" | "left";
    readonly offset_x: number;
    readonly offset_y: number;
    readonly launcher: "icon" | "text";
    readonly launcher_text: Localised;
  };
}
