import { loadWords, translate } from '@/i18n';
import { me } from '@/session/session';
import { deedWord } from '@/shell/approval';
import { tell } from '@/shell/toasts';

import { agentName } from './directory';
import { onFact } from './facts';

/** Whoever may approve is told what waits, whoever asked what became of it. */
onFact('approval.changed', async ({ approval }) => {
  const mine = approval.requested_by === me.value?.id;
  const word = approval.state === 'waiting' && !mine ? 'toApprove' : mine && (approval.state === 'approved' || approval.state === 'refused') ? approval.state : null;
  if (!word) return;
  await loadWords('approvals');
  tell(translate(`approvals.${word}`, { act: deedWord(approval.act), name: agentName(approval.requested_by) }));
});
