import type { AgentPromise } from '@yingke/api';

import { api } from '@/api';
import { translate } from '@/i18n';
import { confirm } from '@/shell/confirm';
import { tell, tellProblem } from '@/shell/toasts';

/** What a press on a promise does; what came of it, or null when nothing did. */
export async function keep(promise: AgentPromise): Promise<AgentPromise | null> {
  return attempt(() => api.post<AgentPromise>(`/promises/${promise.id}/keep`), translate('promises.wasKept'));
}

export async function drop(promise: AgentPromise): Promise<AgentPromise | null> {
  const question = { title: translate('promises.dropTitle'), text: promise.text, action: translate('promises.drop'), danger: true };
  if (!(await confirm(question))) return null;
  return attempt(() => api.post<AgentPromise>(`/promises/${promise.id}/drop`, { reason: translate('promises.notNeeded') }), translate('promises.wasDropped'));
}

async function attempt(act: () => Promise<AgentPromise>, done: string): Promise<AgentPromise | null> {
  try {
    const promise = await act();
    tell(done);
    return promise;
  } catch (reason) {
    tellProblem(reason);
    return null;
  }
}

export const isUndone = ({ state, done_at: done }: AgentPromise): boolean => (state === 'open' || state === 'broken') && done === null;
