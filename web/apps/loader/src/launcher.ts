import { fill } from "@yingke/tokens/contrast";
import type { LauncherConfig } from "./config.ts";
import { type Language, localised } from "./language.ts";
import { STYLE } from "./style.ts";

const LABELS = {
  "zh-CN": ["在线客服", "未读"],
  "zh-TW": ["線上客服", "未讀"],
  en: ["Chat", "unread"],
} as const;

/* The bubble, the pine branch in it, and the cross that replaces both while the panel is open. */
const ICON =
  '<svg viewBox="0 0 32 32" aria-hidden="true"><path class="m" d="M16 3c17 0 17 23 0 23q-3 0-5-1-3 4-7 4 2-3 2-6C-1 15 5 3 16 3z"/>' +
  '<path class="b" d="M9 23q4-4 4-7t3-5M12 19q3-2 6-2"/><path class="n" d="M12 11h7M17 17h6"/><path class="w" d="M15 9h1M20 15h1"/>' +
  '<path class="x" d="M9 9l14 14M23 9L9 23"/></svg>';

export interface Launcher {
  readonly host: HTMLElement;
  readonly button: HTMLButtonElement;
  readonly side: "left" | "right";
  /** What the panel is called. */
  readonly title: string;
  readonly draw: (open: boolean, unread: number) => void;
}

/** Draws the button into a shadow root of its own, so that neither page nor launcher styles the other. */
export function drawLauncher(config: LauncherConfig, language: Language): Launcher {
  const { look, site } = config;
  const host = document.createElement("div");
  host.id = "yingke-" + site.key;
  const root = host.attachShadow({ mode: "open" });
  dress(root);
  const side = look.position === "left" ? "left" : "right";
  const away = (edge: string, distance: string) => `${edge}:calc(${distance} + env(safe-area-inset-${edge},0px));`;
  const [ground, text] = fill(look.color);
  // Pixels from numbers and colours from repair: a configuration can place the button, not write style. What is far from
  // the edge of a wide window is nearer in a narrow one: button and panel stay within.
  host.style.cssText =
    `all:initial;position:fixed;z-index:2147483000;--g:${ground};--t:${text};` + `--y:min(${+look.offset_y || 0}px,50vh);` +
    away(side, `min(${+look.offset_x || 0}px,max(20px,100vw - 404px))`) + away("bottom", "var(--y)");
  const button = document.createElement("button");
  button.type = "button";
  button.innerHTML = ICON;
  const caption = look.launcher === "text" && localised(look.launcher_text, language);
  if (caption) {
    button.className = "t";
    button.append(caption);
  }
  const badge = document.createElement("b");
  button.append(badge);
  root.append(button);
  document.body.append(host);

  const [label, unreadLabel] = LABELS[language];
  const draw = (open: boolean, unread: number) => {
    button.setAttribute("aria-expanded", String(open));
    badge.textContent = unread > 99 ? "99+" : String(unread || "");
    button.setAttribute("aria-label", (caption || label) + (unread ? ` (${unread} ${unreadLabel})` : ""));
  };
  draw(false, 0);
  return { host, button, side, title: label, draw };
}

/** Constructed sheets pass a page's Content-Security-Policy; older browsers get an element. */
function dress(root: ShadowRoot): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.innerHTML = `<style>${STYLE}</style>`;
  }
}
