import { type Conversation, everyItem, type Id, type WallAgent, type WallConversation, type WallFigures } from '@yingke/api';
import { onMounted, onUnmounted, ref, shallowRef, watch } from 'vue';

import { api } from '@/api';
import { useFact } from '@/live/facts';
import { connectionState } from '@/live/socket';

import { rowOf } from './rows';

/** Changes are drawn together, this often: thousands of conversations are counted and sorted for each drawing. */
const DRAW_MS = 200;
const FIGURES_MS = 10_000;

/** What goes on: fetched once, kept by facts; figures that only the server can count are asked for again and again. */
export function useWall() {
  const held = new Map<Id, WallConversation>();
  /** Ended while the list was on its way: what it says of them is older. */
  const ended = new Map<Id, number>();
  const rows = shallowRef<WallConversation[]>([]);
  const figures = shallowRef<WallFigures | null>(null);
  const agents = shallowRef<ReadonlyMap<Id, WallAgent>>(new Map());
  const loaded = ref(false);
  const problem = shallowRef<unknown>(null);
  let drawing: ReturnType<typeof setTimeout> | undefined;
  let asking: ReturnType<typeof setInterval> | undefined;

  function draw(): void {
    drawing ??= setTimeout(() => {
      drawing = undefined;
      rows.value = [...held.values()];
    }, DRAW_MS);
  }

  function take(row: WallConversation): void {
    const known = held.get(row.id);
    if (Math.max(known?.version ?? 0, ended.get(row.id) ?? 0) > row.version) return;
    held.set(row.id, row);
  }

  function follow(conversation: Conversation): void {
    if (conversation.channel === 'colleague') return;
    if (conversation.status === 'resolved') {
      held.delete(conversation.id);
      ended.set(conversation.id, conversation.version);
    } else take(rowOf(conversation));
    draw();
  }

  async function load(): Promise<void> {
    problem.value = null;
    try {
      const begun = new Set(held.keys());
      const items = await everyItem<WallConversation>(api, '/wall');
      const there = new Set(items.map(({ id }) => id));
      for (const id of begun) if (!there.has(id)) held.delete(id);
      items.forEach(take);
      ended.clear();
      loaded.value = true;
      draw();
    } catch (reason) {
      problem.value = reason;
    }
    await loadFigures();
  }

  async function loadFigures(): Promise<void> {
    const answer = await api.get<WallFigures>('/wall/figures').catch(() => null);
    if (!answer) return;
    figures.value = answer;
    agents.value = new Map(answer.agents.map((each) => [each.agent_id, each]));
  }

  for (const name of ['conversation.changed', 'message.posted'] as const) useFact(name, ({ conversation }) => follow(conversation));
  onMounted(() => {
    void load();
    asking = setInterval(() => !document.hidden && void loadFigures(), FIGURES_MS);
  });
  // What was told while there was no connection was missed.
  watch(connectionState, (state, before) => state === 'live' && before !== 'live' && loaded.value && void load());
  onUnmounted(() => {
    clearInterval(asking);
    clearTimeout(drawing);
  });

  return { rows, agents, figures, loaded, problem, load, follow };
}
