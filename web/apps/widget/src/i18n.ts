import { type Language, type Localised, localised } from "@yingke/loader/language";
import texts from "./texts/chosen.ts";
import type zhCN from "./texts/zh-CN.ts";

export type Key = keyof typeof zhCN;
export type Texts = Record<Key, string>;

export const language = document.documentElement.lang as Language;

/** The interface's text, with `{name}` places filled. */
export function t(key: Key, values: Readonly<Record<string, string | number>> = {}): string {
  return (texts as Texts)[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

/** A text the site wrote, in the visitor's language. */
export const own = (written: Localised | null | undefined): string => localised(written, language);

/** Words for an error code; codes we have no words for get the general ones. */
export function errorText(code: string): string {
  const key = `error_${code}`;
  return t(key in texts ? (key as Key) : "error_unknown");
}
