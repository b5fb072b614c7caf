import { type Language, type Localised, localised } from "@yingke/loader/language";
import texts from "./texts/chosen.ts";
import type later from "./texts/later/zh-CN.ts";
import type zhCN from "./texts/zh-CN.ts";

export type Texts = Record<keyof typeof zhCN, string>;
export type Later = Record<keyof typeof later, string>;
export type Values = Readonly<Record<string, string | number>>;

export const language = document.documentElement.lang as Language;

/** The interface's text, with `{name}` places filled. */
export const t = (key: keyof Texts, values: Values = {}): string => fill(texts[key], values);

export const fill = (text: string, values: Values): string =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));

/** A text the site wrote, in the visitor's language. */
export const own = (written: Localised | null | undefined): string => localised(written, language);

/** Words for an error code; codes we have no words for get the general ones. */
export const errorText = (code: string): string => (texts as Record<string, string>)[`error_${code}`] ?? t("error_unknown");
