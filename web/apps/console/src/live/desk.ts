import type { Message } from '@yingke/api';
import type { Frame } from '@yingke/realtime';
import { watch } from 'vue';

import { session } from '@/session/session';

import { loadDirectory } from './directory';
import { loadDrafts } from './drafts';
import { forgetLists, loadCounts, loadWhole, reloadLists } from './lists';
import { flush, noteSeen, startSending } from './sending';
import { connect, disconnect } from './socket';
import { loadViews } from './views';
import { forgetTimelines, subscribe, takeFrame } from './timelines';

let started: string | null = null;

/** Starts everything that lives while an agent is signed in; ends it when the session ends or another begins. */
export function followSession(): void {
  watch(
    session,
    (current) => {
      const key = current ? `${current.workspace.id}/${current.agent.id}` : null;
      if (key === started) return;
      stop();
      started = key;
      if (current) start(current.agent.id, current.server.epoch);
    },
    { immediate: true },
  );
}

function start(agentId: string, epoch: string): void {
  startSending(agentId);
  connect({ onWelcome, onMessages, onHeartbeat: takeFrame, onResync, onReload }, epoch);
  void Promise.allSettled([loadDirectory(), loadWhole('mine'), loadWhole('queue'), loadWhole('colleagues'), loadCounts(), loadDrafts(), loadViews()]);
}

function stop(): void {
  disconnect();
  forgetTimelines();
  forgetLists();
}

function onWelcome(first: boolean): void {
  subscribe();
  void flush();
  if (!first) void catchUp();
}

/** After a lost connection facts are missing: the lists are fetched again over what is held. */
async function catchUp(): Promise<void> {
  await Promise.allSettled([reloadLists(), loadDirectory(), loadDrafts()]);
}

function onMessages(frame: Frame): void {
  takeFrame(frame);
  noteSeen((frame.items as Partial<Message>[]).map((item) => item.client_id ?? null));
}

function onResync(): void {
  subscribe();
  void catchUp();
}

function onReload(): void {
  forgetTimelines();
  forgetLists();
  void catchUp();
}
