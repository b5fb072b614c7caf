import type { Conversation } from '@yingke/api';
import { describe, expect, it } from 'vitest';

import { isUnanswered, isWaiting } from './unanswered';

const AT = '2026-11-22T08:00:00Z';
const talk = (part: Partial<Conversation>) => ({ channel: 'webchat', kind: 'chat', status: 'open', waiting_since: AT, ...part }) as Conversation;
const after = (seconds: number) => Date.parse(AT) + seconds * 1000;

describe('who is unanswered', () => {
  it('waits for a person for two minutes, in whatever state', () => {
    for (const status of ['open', 'queued', 'snoozed'] as const) {
      expect(isUnanswered(talk({ status }), after(119))).toBe(false);
      expect(isUnanswered(talk({ status }), after(120))).toBe(true);
    }
  });

  it('is nobody whose conversation ended, who was answered, who left a message, or who is a colleague', () => {
    for (const part of [{ status: 'resolved' }, { waiting_since: null }, { kind: 'offline' }, { channel: 'colleague' }] as Partial<Conversation>[]) {
      expect(isWaiting(talk(part))).toBe(false);
    }
  });
});
