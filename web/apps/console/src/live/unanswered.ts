import type { Conversation } from '@yingke/api';
import { computed } from 'vue';

import { now } from '@/parts/times';

import { conversations } from './conversations';

/** Seconds after which a visitor who waits for an answer counts as unanswered; the server's figure has the same. */
export const UNANSWERED_SECONDS = 120;

/** Whether a visitor waits for a person's answer here; the server's view `unanswered` has the same rule. */
export const isWaiting = ({ channel, kind, status, waiting_since: since }: Conversation): boolean =>
  channel !== 'colleague' && kind === 'chat' && status !== 'resolved' && since !== null;

export const isUnanswered = (conversation: Conversation, present: number): boolean =>
  isWaiting(conversation) && present - Date.parse(conversation.waiting_since!) >= UNANSWERED_SECONDS * 1000;

const waiting = computed(() => [...conversations.values()].filter(isWaiting));

/** How many that this agent may see wait for longer than that, now. It should be 0. */
export const unansweredCount = computed(() => waiting.value.filter((conversation) => isUnanswered(conversation, now.value)).length);
