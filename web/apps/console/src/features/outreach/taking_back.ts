import type { VisitorInvitation } from '@yingke/api';

import { api } from '@/api';
import { translate } from '@/i18n';
import { can } from '@/session/session';
import { confirm } from '@/shell/confirm';
import { tellProblem } from '@/shell/toasts';

/** Whether nobody has answered it yet, and this agent may take it back. */
export const mayTakeBack = ({ state }: VisitorInvitation): boolean => (state === 'offered' || state === 'shown') && can('invitations.send');

/** Asks first. What is known of it at once; null when it stays. */
export async function takeBack(invitation: VisitorInvitation): Promise<VisitorInvitation | null> {
  if (!(await confirm({ title: translate('outreach.takeBackTitle'), text: translate('outreach.takeBackText'), action: translate('outreach.takeBack'), danger: true }))) return null;
  try {
    await api.delete(`/outreach/invitations/${invitation.id}`);
    return { ...invitation, state: 'expired' };
  } catch (reason) {
    tellProblem(reason);
    return null;
  }
}
