import { keep, recall } from "../memory.ts";
import { uuid } from "./uuid.ts";

let made: string | undefined;

/** The visitor's token, which the panel uses as well; made here when there is none. 150 random bits. */
export function token(key: string): string {
  const place = "yingke-" + key;
  const kept = recall(place);
  if (kept.token) return kept.token;
  keep(place, { live: false, token: (made ??= "v_" + (uuid() + uuid()).slice(0, 43)) });
  return made;
}
