import { expect, test } from "vitest";
import { accentFor, contrast, fill } from "./contrast.ts";

const COLOURS = ["#1f6f5c", "#ffd400", "#ffffff", "#000000", "#ff5a00", "#1677ff", "#e60012", "#7f7f7f", "#c8f7dc", "#222d2e"];

test("contrast is measured as WCAG does", () => {
  expect(contrast("#ffffff", "#000000")).toBeCloseTo(21);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
});

test.each(COLOURS)("text on %s can be read", (colour) => {
  const [ground, text] = fill(colour);
  expect(contrast(ground, text)).toBeGreaterThanOrEqual(4.5);
});

test.each(COLOURS.flatMap((colour) => [[colour, "light"] as const, [colour, "dark"] as const]))(
  "%s is readable as fill and as text in the %s theme",
  (colour, theme) => {
    const accent = accentFor(colour, theme);
    const ground = theme === "light" ? "#faf8f3" : "#182021";
    expect(contrast(accent.accent, accent.onAccent)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(accent.ink, ground)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(accent.ink, accent.soft)).toBeGreaterThanOrEqual(4.5);
  },
);

test("a good colour is left as it is, a nearly good one is darkened, a light one gets dark text", () => {
  expect(fill("#1f6f5c")).toEqual(["#1f6f5c", "#ffffff"]);
  expect(fill("#1677ff")[1]).toBe("#ffffff");
  expect(fill("#ffd400")[0]).toBe("#ffd400");
});

test("what is not a colour falls back to the pine green", () => {
  expect(fill("url(javascript:1)")[0]).toBe("#1f6f5c");
});
