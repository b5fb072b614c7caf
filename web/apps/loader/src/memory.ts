import type { Kept } from "./bridge.ts";

/* What the loader keeps for one site, in the host page's own storage. Where storage is refused nothing is kept. */

export function recall(key: string): Partial<Kept> {
  try {
    return (JSON.parse(localStorage.getItem(key)!) as Kept | null) ?? {};
  } catch {
    return {};
  }
}

export function keep(key: string, kept: Kept): void {
  try {
    localStorage.setItem(key, JSON.stringify(kept));
  } catch {
    // The panel itself still remembers, for as long as this page lives.
  }
}
