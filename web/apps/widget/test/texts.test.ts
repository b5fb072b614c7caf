import { describe, expect, test } from "vitest";
import en from "../src/texts/en.ts";
import laterEn from "../src/texts/later/en.ts";
import laterZhCN from "../src/texts/later/zh-CN.ts";
import laterZhTW from "../src/texts/later/zh-TW.ts";
import requestsEn from "../src/texts/requests/en.ts";
import requestsZhCN from "../src/texts/requests/zh-CN.ts";
import requestsZhTW from "../src/texts/requests/zh-TW.ts";
import zhCN from "../src/texts/zh-CN.ts";
import zhTW from "../src/texts/zh-TW.ts";

const places = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();

type Texts = Readonly<Record<string, string>>;
const SETS: [string, Texts, Record<string, Texts>][] = [
  ["the panel", zhCN, { "zh-TW": zhTW, en }],
  ["the parts loaded later", laterZhCN, { "zh-TW": laterZhTW, en: laterEn }],
  ["requests", requestsZhCN, { "zh-TW": requestsZhTW, en: requestsEn }],
];

describe.each(SETS)("%s", (_, first, others) => {
  test.each(Object.entries(others))("says everything in %s", (_language, texts) => {
    expect(Object.keys(texts)).toEqual(Object.keys(first));
    for (const [key, text] of Object.entries(texts)) {
      expect(text, key).not.toBe("");
      expect(places(text), key).toEqual(places(first[key]!));
    }
  });
});

test("English texts contain no Chinese", () => {
  for (const text of Object.values({ ...en, ...laterEn, ...requestsEn })) expect(text).not.toMatch(/[\u4e00-\u9fff]/);
});
