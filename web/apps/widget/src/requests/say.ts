import type { Values } from "../i18n.ts";
import type { Tools } from "../load.ts";
import texts from "../texts/requests/chosen.ts";
import type zhCN from "../texts/requests/zh-CN.ts";

export type RequestTexts = Record<keyof typeof zhCN, string>;

/** The texts of this part. */
export const say = ({ fill }: Tools, key: keyof RequestTexts, values: Values = {}): string => fill(texts[key], values);

/** Day and time in the visitor's own time zone. */
export const moment = (at: string): string => new Date(at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
