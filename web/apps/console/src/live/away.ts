import type { AwayReason } from '@yingke/api';
import { computed } from 'vue';

import { translate } from '@/i18n';
import { session } from '@/session/session';

/** Said in the reader's language; every other reason is shown as it was written. */
const KNOWN = ['lunch', 'break', 'meeting', 'training', 'idle', 'not_accepted', 'off_shift'];

export const awayReasons = computed<AwayReason[]>(() => (session.value?.workspace.settings.away_reasons as AwayReason[] | undefined) ?? []);

export const awayWord = (reason: string): string => (KNOWN.includes(reason) ? translate(`availability.reason.${reason}`) : reason);

/** Minutes after which being away for this reason is too long, or null. */
export const limitOf = (reason: string | null): number | null => awayReasons.value.find(({ name }) => name === reason)?.minutes ?? null;
