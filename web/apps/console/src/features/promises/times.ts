const EVENING = 18;

/** The end of the working day, `days` from the one of `now`; past it on the same day, two hours ahead. */
export function eveningIn(days: number, now: Date): Date {
  const at = new Date(now);
  at.setDate(at.getDate() + days);
  at.setHours(EVENING, 0, 0, 0);
  return at > now ? at : new Date(now.getTime() + 2 * 3_600_000);
}

const CHINESE = /[今明][天日晚早]|当天|后天|(?:周|星期|礼拜)[一二三四五六日天]|(?:本|这)(?:周|个星期)|月底|[日号號](?:之|以)?前|内/;
const ENGLISH = /\b(?:within|by|today|tonight|tomorrow|(?:mon|tues|wednes|thurs|fri|satur|sun)day|in\s+(?:the\s+next|half|\d+|an?|one|two|three|four|five|six|ten))\b/i;

/** Whether a text may promise something, by the server's words: then, and only then, it is asked. */
export const mayPromise = (text: string): boolean => CHINESE.test(text) || ENGLISH.test(text);
