import type { Id, Rule } from '@yingke/api';

import { type Group, newCondition, readGroup, writeGroup } from '@/features/conditions/conditions';

import { type Content, contentOf } from './content';

/** A rule while it is edited: every part is there, and flat. */
export interface RuleDraft {
  name: string;
  siteId: Id | '';
  active: boolean;
  conditions: Group;
  kind: 'message' | 'open_panel' | 'leave_message';
  /** `random`, `team <id>` or `agent <id>`. */
  sender: string;
  content: Content;
  limits: { per_visitor: number; per_day: number; delay: number; cool_down_hours: number };
  holdOut: number;
}

const USUAL = { per_visitor: 1, per_day: 1, delay: 0, cool_down_hours: 168 };

export function draftOf(rule: Rule | null): RuleDraft {
  return {
    name: rule?.name ?? '',
    siteId: rule?.site_id ?? '',
    active: rule?.active ?? true,
    conditions: rule ? readGroup(rule.conditions) : { match: 'all', items: [newCondition('time_on_page')] },
    kind: rule?.action.kind ?? 'message',
    sender: senderText(rule?.action.sender),
    content: contentOf(rule?.action.content),
    limits: { ...USUAL, ...rule?.limits },
    holdOut: rule?.hold_out ?? 0,
  };
}

/** What the server is sent. */
export function bodyOf(draft: RuleDraft) {
  return {
    name: draft.name.trim(),
    site_id: draft.siteId || null,
    active: draft.active,
    conditions: writeGroup(draft.conditions),
    action: { kind: draft.kind, content: draft.content, ...(draft.kind === 'message' ? { sender: senderOf(draft.sender) } : {}) },
    limits: draft.limits,
    hold_out: draft.holdOut,
  };
}
export type RuleBody = ReturnType<typeof bodyOf>;

function senderText(sender: Rule['action']['sender']): string {
  if (sender?.kind === 'agent') return `agent ${sender.agent_id}`;
  return sender?.team_id ? `team ${sender.team_id}` : 'random';
}

function senderOf(text: string) {
  const [kind, id] = text.split(' ');
  if (kind === 'agent') return { kind: 'agent', agent_id: id };
  return { kind: 'random', team_id: id ?? null };
}
