import type { FoundWord } from '@yingke/api';

import { api } from '@/api';
import { translate } from '@/i18n';
import { session } from '@/session/session';
import { tell } from '@/shell/toasts';

import { onFact } from './facts';

/** Whether the workspace has lists for what agents send; asked once, then kept by facts. */
let watched: { workspace: string; agents: Promise<boolean> } | null = null;

function agentsAreWatched(): Promise<boolean> {
  const workspace = session.value?.workspace.id ?? '';
  if (watched?.workspace === workspace) return watched.agents;
  const agents = api.get<{ sides: string[] }>('/words/watched').then(({ sides }) => sides.includes('agent'));
  watched = { workspace, agents };
  // The server looks as well; only the warning is missing while it cannot be asked.
  return agents.catch(() => {
    watched = null;
    return false;
  });
}

/** What of the agents' lists stands in a text: nothing is asked of the server where there are none. */
export async function stoppedIn(text: string, amongColleagues: boolean): Promise<FoundWord[]> {
  if (!text.trim() || !(await agentsAreWatched())) return [];
  const { items } = await api.post<{ items: FoundWord[] }>('/words/check', { text, among_colleagues: amongColleagues }).catch(() => ({ items: [] as FoundWord[] }));
  return items;
}

onFact('stop_lists.changed', ({ sides }) => {
  const workspace = session.value?.workspace.id ?? '';
  watched = { workspace, agents: Promise.resolve(sides.includes('agent')) };
});
onFact('words.alerted', ({ conversation_id, request_number, words }) => {
  const key = conversation_id || !request_number ? 'wordsAlerted' : 'wordsAlertedInRequest';
  tell(translate(`conversations.${key}`, { words: words.join('、'), number: request_number ?? 0 }));
});
