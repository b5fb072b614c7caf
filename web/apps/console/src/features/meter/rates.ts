import { language } from '@/i18n';

/** What a good list of questions reaches; the line on every meter. */
export const MARK = 0.81;

export const percent = (share: number | null, digits = 0) => (share === null ? '–' : share.toLocaleString(language(), { style: 'percent', maximumFractionDigits: digits }));
export const number = (value: number, digits = 1) => value.toLocaleString(language(), { maximumFractionDigits: digits });
/** Points of a hundred; small ones keep a digit that says something. */
export const points = (value: number) => number(value, value < 1 ? 2 : 1);
