import type { FindingKind, Time } from '@yingke/api';

import type { IconName } from '@/parts/icons';

export interface Summary {
  items: { kind: FindingKind; count: number }[];
  links_checked_at: Time | null;
  compared: number;
  /** Entries whose turn to be compared with the others comes with the next look. */
  not_compared: number;
}

/** Every kind of finding, the worst first. */
export const KINDS: { kind: FindingKind; icon: IconName; tone: 'danger' | 'warning' | 'notice' }[] = [
  { kind: 'dead_link', icon: 'link', tone: 'danger' },
  { kind: 'duplicate', icon: 'copy', tone: 'danger' },
  { kind: 'near_duplicate', icon: 'merge', tone: 'warning' },
  { kind: 'stale', icon: 'clock', tone: 'warning' },
  { kind: 'expired', icon: 'clock', tone: 'warning' },
  { kind: 'too_long', icon: 'file', tone: 'warning' },
  { kind: 'missing_language', icon: 'globe', tone: 'notice' },
  { kind: 'no_similar', icon: 'quote', tone: 'notice' },
  { kind: 'orphan', icon: 'inbox', tone: 'notice' },
  { kind: 'depth', icon: 'queue', tone: 'danger' },
  { kind: 'empty_category', icon: 'archive', tone: 'notice' },
];
