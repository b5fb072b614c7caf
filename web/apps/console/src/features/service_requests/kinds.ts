import type { ServiceRequest } from '@yingke/api';

import type { IconName } from '@/parts/icons';

export const KINDS = ['access', 'complaint', 'appointment'] as const;
export type Kind = (typeof KINDS)[number];
export const KIND_ICONS: Record<Kind, IconName> = { access: 'key', complaint: 'alert', appointment: 'clock' };
export const STATES = ['new', 'in_work', 'waiting', 'approved', 'refused', 'settled', 'withdrawn'] as const;

/** How each kind may end, the good way first. */
export const OUTCOMES = { access: ['approved', 'refused'], complaint: ['settled', 'refused'], appointment: ['approved', 'refused'] } as const;

export const isOpen = ({ state }: ServiceRequest): boolean => state === 'new' || state === 'in_work' || state === 'waiting';

/** One line that says what it is about. */
export const about = ({ text, reason, answers, files }: ServiceRequest): string =>
  [reason, text, ...answers.map(({ value }) => value)].filter(Boolean).join(' · ') || files.map(({ name }) => name).join(', ');
