import type { OfferedForm } from "@yingke/realtime";
import type { Values } from "../i18n.ts";
import type { Tools } from "../load.ts";
import texts from "../texts/requests/chosen.ts";
import type zhCN from "../texts/requests/zh-CN.ts";

export type RequestTexts = Record<keyof typeof zhCN, string>;

/** The texts of this part. */
export const say = ({ fill }: Tools, key: keyof RequestTexts, values: Values = {}): string => fill(texts[key], values);

/** How long an answer takes at most. */
export const within = (tools: Tools, { clock, hours }: OfferedForm): string => say(tools, clock === "business" ? "withinBusiness" : "within", { hours });

/** Day and time in the visitor's own time zone. */
export const moment = (at: string): string => new Date(at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
