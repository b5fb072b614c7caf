import type { Later, Values } from "../i18n.ts";
import texts from "../texts/later/chosen.ts";
import type { Tools } from "../load.ts";

/** The texts of the parts loaded later. */
export const say = ({ fill }: Tools, key: keyof Later, values: Values = {}): string => fill(texts[key], values);
