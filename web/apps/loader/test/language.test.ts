import { expect, test } from "vitest";
import { chooseLanguage, localised } from "../src/language.ts";

test.each([
  [["zh-CN", "en"], "zh-CN"],
  [["zh-Hans-SG"], "zh-CN"],
  [["zh-TW"], "zh-TW"],
  [["zh-Hant-HK"], "zh-TW"],
  [["zh-HK"], "zh-TW"],
  [["en-GB"], "en"],
  [["fr", "zh-CN"], "zh-CN"],
  [["fr"], "en"],
  [[], "en"],
])("a browser that speaks %j is answered in %s", (browser, language) => {
  expect(chooseLanguage("auto", browser)).toBe(language);
});

test("a site's fixed language wins over the browser's", () => {
  expect(chooseLanguage("zh-TW", ["en"])).toBe("zh-TW");
});

test("a text that is missing in one language is shown in the next best", () => {
  const texts = { "zh-CN": "您好", en: "Hello" };
  expect(localised(texts, "zh-TW")).toBe("您好");
  expect(localised(texts, "en")).toBe("Hello");
  expect(localised({ "zh-CN": "您好" }, "en")).toBe("您好");
  expect(localised({ en: "Hello" }, "zh-CN")).toBe("Hello");
  expect(localised(null, "en")).toBe("");
});
