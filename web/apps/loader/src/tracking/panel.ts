import type { Commands } from "../api.ts";

/** The launcher says whether the panel is open, also to who comes later. */
export const launcher = (key: string): Element | null | undefined => document.getElementById("yingke-" + key)?.shadowRoot?.querySelector("button");

export const isPanelOpen = (key: string): boolean => launcher(key)?.getAttribute("aria-expanded") === "true";

/** Opens it once; it may be open already. */
export const openPanel = (): void => void (window.yingke as Commands | undefined)?.open?.();
