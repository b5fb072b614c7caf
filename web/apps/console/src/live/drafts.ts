import { type Draft, everyItem, type Id } from '@yingke/api';
import { shallowReactive } from 'vue';

import { api } from '@/api';
import { me } from '@/session/session';

import { onFact } from './facts';

/** What is written and not sent, by conversation; the same on every device of the agent. */
export const drafts = shallowReactive(new Map<Id, string>());

type Saved = Pick<Draft, 'conversation_id' | 'text'>;

const SAVE_AFTER_MS = 800;
const ECHO_MS = 10_000;
const saving = new Map<Id, ReturnType<typeof setTimeout>>();
/** What was saved from here and not heard back: its echo may come after more was typed, and must not undo that. */
let saved: (Saved & { at: number })[] = [];

export async function loadDrafts(): Promise<void> {
  for (const [id, text] of localDrafts()) drafts.set(id, text);
  for (const draft of await everyItem<Draft>(api, '/drafts')) take(draft);
}

/** Keeps a draft in this browser at once and on the server a moment after the last key. */
export function writeDraft(id: Id, text: string): void {
  if ((drafts.get(id) ?? '') === text) return;
  if (text) drafts.set(id, text);
  else drafts.delete(id);
  keepLocally();
  clearTimeout(saving.get(id));
  saving.set(
    id,
    setTimeout(() => void save(id), text ? SAVE_AFTER_MS : 0),
  );
}

async function save(id: Id): Promise<void> {
  saving.delete(id);
  const text = drafts.get(id) ?? '';
  saved.push({ conversation_id: id, text, at: Date.now() });
  try {
    if (text) await api.put(`/conversations/${id}/draft`, { text });
    else await api.delete(`/conversations/${id}/draft`);
  } catch {
    // It stays in this browser, and the next key saves it again.
  }
}

/** What another device wrote, unless something is being written here at this moment. */
function take(draft: Draft): void {
  if (saving.has(draft.conversation_id) || isEcho(draft)) return;
  if (draft.text) drafts.set(draft.conversation_id, draft.text);
  else drafts.delete(draft.conversation_id);
  keepLocally();
}

/** Each saving comes back once; the same text a second time was written elsewhere. */
function isEcho({ conversation_id: id, text }: Saved): boolean {
  saved = saved.filter(({ at }) => Date.now() - at < ECHO_MS);
  const own = saved.findIndex((draft) => draft.conversation_id === id && draft.text === text);
  if (own < 0) return false;
  saved.splice(own, 1);
  return true;
}

onFact('draft.changed', ({ draft }) => take(draft));

function storageKey(): string {
  return `yingke.drafts.${me.value?.id}`;
}

function keepLocally(): void {
  try {
    localStorage.setItem(storageKey(), JSON.stringify([...drafts]));
  } catch {
    // A full storage costs the copy in this browser, not the draft.
  }
}

function localDrafts(): [Id, string][] {
  try {
    return JSON.parse(localStorage.getItem(storageKey()) ?? '[]') as [Id, string][];
  } catch {
    return [];
  }
}
