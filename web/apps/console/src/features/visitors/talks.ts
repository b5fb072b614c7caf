import type { Conversation, Id } from '@yingke/api';
import { computed } from 'vue';

import { conversations } from '@/live/conversations';

/** The running conversation of each visitor, of those the desk has heard of. */
export const talks = computed(() => {
  const running = new Map<Id, Conversation>();
  for (const conversation of conversations.values()) {
    const id = conversation.who.visitor_id;
    if (id && conversation.status !== 'resolved') running.set(id, conversation);
  }
  return running;
});
