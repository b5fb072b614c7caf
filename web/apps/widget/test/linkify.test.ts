import { expect, test } from "vitest";
import { linkify } from "../src/linkify.ts";

const links = (text: string) => linkify(text).filter(({ href }) => href);

test.each([
  ["见 https://shop.example/a?b=1#c。", "https://shop.example/a?b=1#c", "https://shop.example/a?b=1#c"],
  ["详情：https://shop.example/茶", "https://shop.example/", "https://shop.example/"],
  ["(see https://en.example/wiki/Tea_(drink))", "https://en.example/wiki/Tea_(drink)", "https://en.example/wiki/Tea_(drink)"],
  ["Go to www.shop.example, please", "www.shop.example", "https://www.shop.example"],
  ["写信到 hello@shop.example。", "hello@shop.example", "mailto:hello@shop.example"],
])("%s", (text, shown, href) => {
  expect(links(text)).toEqual([{ text: shown, href }]);
});

test.each(["javascript:alert(1)", "data:text/html,x", "<img src=x onerror=alert(1)>", "vbscript:x", "file:///etc/passwd"])(
  "%s never becomes a link",
  (text) => expect(links(text)).toEqual([]),
);

test("nothing of the text is lost", () => {
  const text = "a https://x.example, b www.y.example. c d@e.example!\n最后";
  expect(linkify(text).map((piece) => piece.text).join("")).toBe(text);
});
