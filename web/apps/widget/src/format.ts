import { language, t } from "./i18n.ts";

const MINUTE = 60;
const HOUR = 3_600;

/** "14:05" in the visitor's own time zone. */
export const clockTime = (at: string): string =>
  new Date(at).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", hour12: false });

/** "today", "yesterday", or the date; with the year when it is another one. */
export function dayName(at: string, now = new Date()): string {
  const then = new Date(at);
  const days = Math.round((midnight(now) - midnight(then)) / 86_400_000);
  if (days === 0) return t("today");
  if (days === 1) return t("yesterday");
  const year = then.getFullYear() === now.getFullYear() ? {} : ({ year: "numeric" } as const);
  return then.toLocaleDateString(language, { month: "long", day: "numeric", ...year });
}

/** When service is back, in words a person would use: "14:00", "Monday, 09:00". */
export function whenBack(at: string): string {
  const far = midnight(new Date(at)) > midnight(new Date());
  const day = far ? new Date(at).toLocaleDateString(language, { weekday: "long" }) + " " : "";
  return day + clockTime(at);
}

/** Seconds as "40 s", "5 min", "2 h". */
export function span(seconds: number): string {
  if (seconds < MINUTE) return t("seconds", { count: Math.max(1, Math.round(seconds)) });
  if (seconds < HOUR) return t("minutes", { count: Math.round(seconds / MINUTE) });
  return t("hoursUnit", { count: Math.round(seconds / HOUR) });
}

/** Seconds as "1:05". */
export const playTime = (seconds: number): string =>
  `${Math.floor(seconds / MINUTE)}:${String(Math.floor(seconds % MINUTE)).padStart(2, "0")}`;

/** Bytes as "12 KB", "3.4 MB". */
export const fileSize = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1_000))} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;

const midnight = (at: Date): number => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
