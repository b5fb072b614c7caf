import type { CannedResponse, Conversation, StoredFile } from '@yingke/api';
import { computed, ref, shallowRef, watch } from 'vue';

import { api } from '@/api';
import { isComposing } from '@/commands/keys';
import { activeAgents, agentName } from '@/live/directory';
import { me } from '@/session/session';

import { replaceTrigger, type Trigger, triggerAt } from './rules';

export interface Suggestion {
  id: string;
  title: string;
  text: string;
  hint: string;
  files: StoredFile[];
}

interface Field {
  conversation: () => Conversation;
  inNote: () => boolean;
  write: (text: string, caret: number) => void;
  attach: (files: readonly StoredFile[]) => void;
  mention: (id: string, name: string) => void;
}

const WAIT_MS = 60;

/** The menu over the composer: canned responses after `/`, colleagues after `@`. */
export function useSuggestions(field: Field) {
  const trigger = shallowRef<Trigger | null>(null);
  const items = shallowRef<Suggestion[]>([]);
  const chosen = ref(0);
  const used = new Set<string>();
  let text = '';
  let asked = 0;
  let closing: ReturnType<typeof setTimeout> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  // Who types at once after the page opened asks for colleagues who are still on their way.
  watch(activeAgents, () => {
    if (trigger.value?.kind === 'mention') items.value = colleagues(trigger.value.query);
  });

  const open = computed(() => trigger.value !== null && items.value.length > 0);

  function look(value: string, caret: number): void {
    clearTimeout(closing);
    text = value;
    const found = triggerAt(value, caret, field.inNote());
    if (found?.from === trigger.value?.from && found?.query === trigger.value?.query) return;
    trigger.value = found;
    chosen.value = 0;
    if (!found) return void (items.value = []);
    if (found.kind === 'mention') return void (items.value = colleagues(found.query));
    clearTimeout(timer);
    timer = setTimeout(() => void fetchCanned(found), WAIT_MS);
  }

  async function fetchCanned(wanted: Trigger): Promise<void> {
    const mine = ++asked;
    const query = { q: wanted.query, conversation_id: field.conversation().id };
    const answer = await api.get<{ items: CannedResponse[] }>('/canned-responses/match', { query }).catch(() => null);
    if (mine === asked && trigger.value?.from === wanted.from) items.value = (answer?.items ?? []).map(fromCanned);
  }

  function pick(item: Suggestion): void {
    if (!trigger.value) return;
    const isMention = trigger.value.kind === 'mention';
    const next = replaceTrigger(text, trigger.value, isMention ? `@${item.title} ` : item.text);
    close();
    field.write(next.text, next.caret);
    if (isMention) return field.mention(item.id, item.title);
    field.attach(item.files);
    used.add(item.id);
  }

  /** Answers whether the key belonged to the menu. */
  function onKey(event: KeyboardEvent, value: string): boolean {
    if (!open.value || isComposing(event)) return false;
    text = value;
    const item = items.value[chosen.value];
    if (event.key === 'ArrowDown') move(1);
    else if (event.key === 'ArrowUp') move(-1);
    else if (event.key === 'Escape') close();
    else if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey && item) pick(item);
    else return false;
    return true;
  }

  function move(step: number): void {
    chosen.value = (chosen.value + step + items.value.length) % items.value.length;
  }

  function close(): void {
    trigger.value = null;
    items.value = [];
  }

  /** A press on an entry takes the focus first; the entry must still be there for it. Typing on keeps it open. */
  const closeSoon = () => (closing = setTimeout(close, 150));

  /** Counts what was really sent, so that what is used often stands first. */
  function noteUsed(): void {
    for (const id of used) void api.post(`/canned-responses/${id}/used`).catch(() => undefined);
    used.clear();
  }

  /** What was picked for one conversation is not counted for the next. */
  function leave(): void {
    close();
    used.clear();
  }

  return { trigger, items, chosen, open, look, pick, onKey, leave, closeSoon, noteUsed };
}

function fromCanned(response: CannedResponse): Suggestion {
  const { id, title, text, folder, attachments } = response;
  return { id, title, text, hint: folder, files: attachments };
}

function colleagues(query: string): Suggestion[] {
  const wanted = query.toLowerCase();
  return activeAgents.value
    .filter((agent) => agent.id !== me.value?.id && `${agent.nickname} ${agent.name}`.toLowerCase().includes(wanted))
    .slice(0, 8)
    .map((agent) => ({ id: agent.id, title: agentName(agent.id), text: agent.title, hint: '', files: [] }));
}
