import type { SiteSettings } from '@yingke/api';

import type { Words } from './words';

/** `09:00–18:00` and the like for the first open day; the server writes the whole week for visitors. */
export function hoursText(hours: SiteSettings['hours'], words: Words): string {
  if (hours.always || !hours.weekly.length) return '';
  const first = hours.weekly[0]!;
  const spans = hours.weekly.filter(({ day }) => day === first.day).map(({ from, to }) => `${from}–${to}`);
  return `${words.hours} ${spans.join(', ')}`;
}
