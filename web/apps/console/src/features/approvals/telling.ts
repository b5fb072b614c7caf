import { translate } from '@/i18n';

/** An act in the reader's words. */
export const wordOf = (act: string) => translate(`approvals.acts.${act.replaceAll('.', '_')}`);
