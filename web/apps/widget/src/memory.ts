import { config } from "./config.ts";

const fallback = new Map<string, string>();
const name = (key: string) => `yingke:${config.site.key}:${key}`;

/** Reads what this browser keeps for this site; in memory where storage is refused. */
export function recall<T>(key: string): T | null {
  let text: string | null | undefined;
  try {
    text = localStorage.getItem(name(key));
  } catch {
    text = fallback.get(name(key));
  }
  return text ? (JSON.parse(text) as T) : null;
}

export function keep(key: string, value: unknown): void {
  const text = JSON.stringify(value);
  try {
    localStorage.setItem(name(key), text);
  } catch {
    fallback.set(name(key), text);
  }
}
