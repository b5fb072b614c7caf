import { h } from "../dom.ts";
import type { PublicAgent } from "@yingke/realtime";

/** A picture, or the first letter of the name where there is none. */
export function avatar(agent: PublicAgent | null, fallback: string): HTMLElement {
  const name = agent?.name ?? fallback;
  const element = h("span", { class: "avatar", "aria-hidden": "true" }, [...name][0] ?? "");
  if (!agent?.avatar_url) return element;
  const picture: HTMLImageElement = h("img", { src: agent.avatar_url, alt: "", onerror: () => picture.remove() });
  element.append(picture);
  return element;
}
