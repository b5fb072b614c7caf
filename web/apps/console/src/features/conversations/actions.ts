import type { Conversation } from '@yingke/api';

import { translate } from '@/i18n';
import { act } from '@/live/conversations';
import { me } from '@/session/session';
import { tell, tellProblem } from '@/shell/toasts';

/** Runs a verb and says so when it was refused; answers whether it was done. */
async function attempt(task: Promise<void>): Promise<boolean> {
  try {
    await task;
    return true;
  } catch (reason) {
    tellProblem(reason);
    return false;
  }
}

export const accept = (id: string) => attempt(act(id, 'accept'));
export const reopen = (id: string) => attempt(act(id, 'reopen'));
export const join = (id: string) => attempt(act(id, 'join'));
export const leave = (id: string) => attempt(act(id, 'leave'));

export async function assign(id: string, agentId: string | null): Promise<boolean> {
  return attempt(act(id, 'assign', { agent_id: agentId }));
}

export async function transfer(id: string, to: { agent_id?: string; team_id?: string; note?: string }) {
  return attempt(act(id, 'transfer', to));
}

/** Takes a snoozed conversation up again before its time. */
export async function wake(conversation: Conversation): Promise<boolean> {
  return assign(conversation.id, conversation.agent_id ?? me.value?.id ?? null);
}

export async function snooze(conversation: Conversation, until: Date): Promise<void> {
  const { id } = conversation;
  const done = await attempt(act(id, 'snooze', { until: until.toISOString() }));
  if (done) tell(translate('conversations.snoozedTold'), () => void wake(conversation));
}

export async function resolve(id: string, reason?: string): Promise<boolean> {
  const done = await attempt(act(id, 'resolve', reason ? { reason } : {}));
  if (done) tell(translate('conversations.resolvedTold'), () => void reopen(id));
  return done;
}

/** Whether nobody has it yet, or only a robot: whoever answers takes it on. */
export const isFree = ({ status, robot }: Conversation): boolean => status === 'queued' || robot;

/** Whether I am the one who answers here. */
export function holds(conversation: Conversation): boolean {
  const id = me.value?.id ?? '';
  return conversation.agent_id === id || conversation.participant_ids.includes(id);
}
