/** Colours as `#rrggbb`. Contrast ratios as in WCAG 2.2: 1 to 21. */

/** What a site's own colour becomes in one theme: always readable, as close to the colour as that allows. */
export interface Accent {
  readonly accent: string;
  readonly hover: string;
  /** Text and icons on the accent: at least 4.5:1. */
  readonly onAccent: string;
  /** A tint for quiet surfaces. */
  readonly soft: string;
  /** The accent as text on paper and on the tint: at least 4.5:1. */
  readonly ink: string;
}

const PINE = [31, 111, 92];
const WHITE = "#ffffff";
const INK = "#12160f";
const GROUND = { light: "#f3f0e8", dark: "#222d2e" };

export function accentFor(color: string, theme: "light" | "dark"): Accent {
  const ground = GROUND[theme];
  const towards = theme === "light" ? "#000000" : WHITE;
  const [base, onAccent] = fill(theme === "dark" ? until(color, towards, (c) => contrast(c, ground) >= 3) : color);
  const soft = mix(theme === "light" ? "#fffefb" : "#182021", base, theme === "light" ? 0.12 : 0.22);
  return {
    accent: base,
    hover: mix(base, onAccent === WHITE ? "#000000" : WHITE, 0.14),
    onAccent,
    soft,
    ink: until(base, towards, (c) => contrast(c, ground) >= 4.5 && contrast(c, soft) >= 4.5),
  };
}

/**
 * A fill and the text on it. Light colours take dark text; colours that nearly carry white are darkened until they do,
 * because a brand's blue with white on it is still that brand's blue. Small: the loader carries it.
 */
export function fill(color: string): readonly [fill: string, text: string] {
  let parts: readonly number[] = rgb(color);
  if (onWhite(parts) < 3) return [hex(parts), INK];
  while (onWhite(parts) < 4.5) parts = parts.map((part) => part * 0.96);
  return [hex(parts), WHITE];
}

export function contrast(one: string, other: string): number {
  const [low, high] = [luminance(rgb(one)), luminance(rgb(other))].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const onWhite = (color: readonly number[]): number => 1.05 / (luminance(color) + 0.05);

function until(color: string, towards: string, enough: (color: string) => boolean): string {
  for (let share = 0; share < 1; share += 0.04) {
    const candidate = mix(color, towards, share);
    if (enough(candidate)) return candidate;
  }
  return towards;
}

function mix(color: string, other: string, share: number): string {
  const to = rgb(other);
  return hex(rgb(color).map((part, at) => Math.round(part + (to[at]! - part) * share)));
}

function rgb(color: string): number[] {
  const value = parseInt(color.slice(1), 16);
  return Number.isNaN(value) ? PINE : [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

const hex = ([r, g, b]: readonly number[]): string =>
  "#" + ((1 << 24) | (r! << 16) | (g! << 8) | b!).toString(16).slice(1);

function luminance(color: readonly number[]): number {
  const [r, g, b] = color.map((part) => (part > 10 ? ((part / 255 + 0.055) / 1.055) ** 2.4 : part / 3294.6));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}
