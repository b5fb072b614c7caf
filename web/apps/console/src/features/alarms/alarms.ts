import type { Conversation, Id, Message } from '@yingke/api';
import { watch, watchEffect } from 'vue';

import { loadWords, translate } from '@/i18n';
import { conversations } from '@/live/conversations';
import { agentName } from '@/live/directory';
import { onFact } from '@/live/facts';
import { now } from '@/parts/times';
import { router } from '@/router';
import { me, preferences } from '@/session/session';
import { tell } from '@/shell/toasts';

import { conversationName } from '../conversations/names';
import { notify } from './desktop';
import { type Alarm, alarmOfChange, alarmOfMessage, attentionOf, overdue } from './rules';
import { play } from './sounds';

const TITLE = '迎客';

/** Watches what comes in and calls for the agent: badge and title, then sound, then the desktop. */
export function startAlarms(): void {
  void Promise.all([loadWords('alarms'), loadWords('conversations')]);
  followMessages();
  followHandovers();
  followWaits();
  followServiceLevels();
  followPromises();
  followRequests();
  followQuality();
  followAttention();
}

function followMessages(): void {
  onFact('message.posted', ({ conversation, message }) => {
    const alarm = me.value && alarmOfMessage(message, conversation, me.value.id);
    if (!alarm) return;
    if (isInFront(conversation.id)) return noteInFront(conversation.id);
    const text = message.text || translate('conversations.attachment');
    setTimeout(() => {
      if (!wasInFront(conversation.id)) ring(alarm, conversation, text, authorOf(message, conversation));
    }, OTHER_TABS_MS);
  });
}

function authorOf(message: Message, conversation: Conversation): string {
  return message.author.kind === 'agent' ? agentName(message.author.id) : conversationName(conversation);
}

/** Holds the last holder of each conversation itself: the shared map is already new when the fact arrives here. */
const seen = new Map<Id, Conversation>();

function followHandovers(): void {
  onFact('conversation.changed', ({ conversation }) => {
    const alarm = me.value && alarmOfChange(seen.get(conversation.id), conversation, me.value.id);
    if (alarm) ring(alarm, conversation, translate('alarms.transferred'), conversationName(conversation));
  });
  watch(
    () => conversations.size,
    () => {
      for (const [id, conversation] of conversations) if (!seen.has(id)) seen.set(id, conversation);
    },
    { immediate: true },
  );
  onFact('conversation.changed', ({ conversation }) => seen.set(conversation.id, conversation));
}

const told = new Map<Id, string>();
const LOOK_EVERY_S = 5;

/** One notice for all that wait too long, not one for each. */
function followWaits(): void {
  watch(
    () => Math.floor(now.value / 1000 / LOOK_EVERY_S),
    () => {
      const waits = overdue(conversations.values(), me.value?.id ?? '', now.value, told);
      const first = waits[0];
      if (!first) return;
      for (const wait of waits) told.set(wait.id, wait.waiting_since ?? '');
      const names = waits.map(conversationName).slice(0, 3).join('、');
      ring('waiting', first, translate('alarms.waiting', { names, count: waits.length }), translate('alarms.waitingTitle'));
    },
  );
}

/** What was promised is nearly late, or late: said by the server to whom it concerns, at the moment it is. */
function followServiceLevels(): void {
  onFact('service_level.alarm', ({ conversation, stage, kind, to }) => {
    if (to === 'supervisors' && conversation.agent_id === me.value?.id) return; // told as the one who has it
    const what = translate(`conversations.due.${kind}`);
    const title = translate(`alarms.${stage}`, { what });
    const name = conversationName(conversation);
    if (to === 'supervisors' || !isInFront(conversation.id)) tell(`${title} · ${name}`);
    ring('waiting', conversation, name, title);
  });
}

function followPromises(): void {
  onFact('promise.alarm', ({ stage, promise, conversation }) => {
    const title = translate(`alarms.promise_${stage}`);
    tell(`${title} · ${conversationName(conversation)}: ${promise.text}`);
    ring('waiting', conversation, promise.text, title);
  });
}

function followRequests(): void {
  onFact('service_request.alarm', ({ stage, request }) => {
    const title = translate(`alarms.request_${stage}`, { number: request.number });
    tell(`${title} · ${request.name || request.text || request.reason}`);
    if (preferences.value.sounds !== false) inOneTab('waiting', () => play('waiting'));
    if (document.hasFocus() || preferences.value.desktop_notifications === false) return;
    void notify({ title, body: request.text || request.reason, tag: request.id, path: `/requests/${request.id}` });
  });
}

/** Work that can wait: a word is enough. */
function followQuality(): void {
  onFact('calibration.changed', ({ begun, inspector_ids }) => {
    if (begun && inspector_ids.includes(me.value?.id ?? '')) tell(translate('alarms.calibration'));
  });
  onFact('exercise.changed', ({ given, agent_id }) => {
    if (given && agent_id === me.value?.id) tell(translate('alarms.exercise'));
  });
}

function followAttention(): void {
  watchEffect(() => {
    const count = me.value ? attentionOf(conversations.values(), me.value.id) : 0;
    document.title = count ? `(${count}) ${TITLE}` : TITLE;
    if (count) void navigator.setAppBadge?.(count).catch(() => undefined);
    else void navigator.clearAppBadge?.().catch(() => undefined);
  });
}

const FRONT_KEY = 'yingke.front';
/** Time for another tab to say that its agent is looking at the very conversation. */
const OTHER_TABS_MS = 200;

function noteInFront(id: Id): void {
  localStorage.setItem(FRONT_KEY, JSON.stringify({ id, at: Date.now() }));
}

function wasInFront(id: Id): boolean {
  const front = JSON.parse(localStorage.getItem(FRONT_KEY) ?? 'null') as { id: Id; at: number } | null;
  return front?.id === id && Date.now() - front.at < 2000;
}

function isInFront(id: Id): boolean {
  return document.hasFocus() && router.currentRoute.value.params.id === id;
}

function ring(alarm: Alarm, conversation: Conversation, text: string, title: string): void {
  if (preferences.value.sounds !== false) inOneTab(alarm, () => play(alarm));
  if (document.hasFocus() || preferences.value.desktop_notifications === false) return;
  const base = conversation.channel === 'colleague' ? '/colleagues' : '/conversations/mine';
  void notify({ title, body: text, tag: conversation.id, path: `${base}/${conversation.id}` });
}

/** Several tabs of one agent hear the same; one of them makes the sound. */
function inOneTab(alarm: Alarm, act: () => void): void {
  if (!navigator.locks) return act();
  void navigator.locks.request(`yingke.alarm.${alarm}`, { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    act();
    await new Promise((resolve) => setTimeout(resolve, 1000));
  });
}
