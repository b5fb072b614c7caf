import { type Frame, isMessage } from '@yingke/realtime';
import { watch } from 'vue';

import { afterPaint } from '@/parts/painting';
import { session } from '@/session/session';

import { loadDirectory } from './directory';
import { loadDrafts } from './drafts';
import { forgetLists, loadCounts, loadMore, loadWhole, reloadLists } from './lists';
import { flush, noteSeen, startSending } from './sending';
import { forgetSegments, reloadSegments } from './segments';
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
      if (current) void start(current.agent.id, current.server.epoch);
    },
    { immediate: true },
  );
}

const PATIENCE_MS = 2000;
let welcome: () => void = () => undefined;

/**
 * What is looked at first comes alone. The rest follows when that is on the screen and the socket tells of changes, so
 * that nothing falls between what was fetched and what is told; without a socket it comes all the same.
 */
async function start(agentId: string, epoch: string): Promise<void> {
  const begun = started;
  const welcomed = new Promise<void>((done) => (welcome = done));
  startSending(agentId);
  connect({ onWelcome, onMessages, onHeartbeat: takeFrame, onResync, onReload }, epoch);
  const patience = new Promise((done) => setTimeout(done, PATIENCE_MS));
  await Promise.race([Promise.all([loadMore('mine'), welcomed]), patience]);
  afterPaint(() => started === begun && loadRest());
}

function loadRest(): void {
  const lists = [loadWhole('mine'), loadWhole('queue'), loadWhole('colleagues'), loadWhole('unanswered'), loadCounts()];
  void Promise.allSettled([loadDirectory(), ...lists, loadDrafts(), loadViews()]);
}

function stop(): void {
  disconnect();
  forgetTimelines();
  forgetLists();
  forgetSegments();
}

function onWelcome(first: boolean): void {
  subscribe();
  void flush();
  welcome();
  if (!first) void catchUp();
}

/** After a lost connection facts are missing: the lists are fetched again over what is held. */
async function catchUp(): Promise<void> {
  await Promise.allSettled([reloadLists(), loadDirectory(), loadDrafts(), loadViews(), reloadSegments()]);
}

function onMessages(frame: Extract<Frame<'agent'>, { op: 'messages' }>): void {
  takeFrame(frame);
  noteSeen(frame.items.map((item) => (isMessage(item) ? item.client_id : null)));
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
