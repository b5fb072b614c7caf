/** Colours as `#rrggbb`. Contrast ratios as in WCAG 2.2: 1 to 21. */

type Rgb = readonly [number, number, number];

/** What a site's own colour becomes in one theme: always readable, as close to the colour as that allows. */
export interface Accent {
  readonly accent: string;
  readonly hover: string;
  /** Text and icons on the accent: at least 4.5:1. */
  readonly onAccent: string;
  /** A tint for quiet surfaces. */
  readonly soft: string;
  /** The accent as text on paper: at least 4.5:1. */
  readonly ink: string;
}

const FALLBACK = "#1f6f5c";
const WHITE = "#ffffff";
const INK = "#12160f";
const GROUND = { light: "#f3f0e8", dark: "#222d2e" };

export function accentFor(color: string, theme: "light" | "dark"): Accent {
  const ground = GROUND[theme];
  const towards = theme === "light" ? "#000000" : WHITE;
  const [base, onAccent] = fill(theme === "dark" ? until(color, towards, (c) => contrast(c, ground) >= 3) : color);
  return {
    accent: base,
    hover: mix(base, onAccent === WHITE ? "#000000" : WHITE, 0.14),
    onAccent,
    soft: mix(theme === "light" ? "#fffefb" : "#182021", base, theme === "light" ? 0.12 : 0.22),
    ink: until(base, towards, (c) => contrast(c, ground) >= 4.5),
  };
}

/**
 * A fill and the text on it. Light colours take dark text; colours that nearly carry white are darkened until they do,
 * because a brand's blue with white on it is still that brand's blue.
 */
export function fill(color: string): readonly [fill: string, text: string] {
  const base = /^#[0-9a-f]{6}$/i.test(color) ? color : FALLBACK;
  if (contrast(base, WHITE) < 3) return [base, INK];
  return [until(base, "#000000", (c) => contrast(c, WHITE) >= 4.5), WHITE];
}

export function contrast(one: string, other: string): number {
  const [low, high] = [luminance(rgb(one)), luminance(rgb(other))].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function until(color: string, towards: string, enough: (color: string) => boolean): string {
  for (let share = 0; share < 1; share += 0.04) {
    const candidate = mix(color, towards, share);
    if (enough(candidate)) return candidate;
  }
  return towards;
}

function mix(color: string, other: string, share: number): string {
  const to = rgb(other);
  const mixed = rgb(color).map((part, at) => Math.round(part + (to[at]! - part) * share));
  return `#${mixed.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

function rgb(color: string): Rgb {
  const value = parseInt((/^#[0-9a-f]{6}$/i.test(color) ? color : FALLBACK).slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function luminance(color: Rgb): number {
  const [r, g, b] = color.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
