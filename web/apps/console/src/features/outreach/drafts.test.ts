import type { Rule } from '@yingke/api';
import { describe, expect, it } from 'vitest';

import { bodyOf, draftOf } from './drafts';

const rule = {
  id: 'r',
  name: '久看不买',
  site_id: null,
  active: false,
  conditions: { match: 'any', items: [{ field: 'source', op: 'is', value: ['search'] }] },
  action: { kind: 'message', content: { text: { 'zh-CN': '您好' } }, sender: { kind: 'agent', agent_id: 'a' } },
  limits: { per_visitor: 2, per_day: 1, delay: 5, cool_down_hours: 24 },
  hold_out: 10,
} as unknown as Rule;

describe('a rule', () => {
  it('is sent back as it came when nothing was changed', () => {
    const { conditions, action, limits, hold_out, active } = bodyOf(draftOf(rule));
    expect({ conditions, limits, hold_out, active }).toEqual({ conditions: rule.conditions, limits: rule.limits, hold_out: 10, active: false });
    expect(action.sender).toEqual({ kind: 'agent', agent_id: 'a' });
    expect(action.content.text).toEqual({ 'zh-CN': '您好' });
  });

  it('begins with a dwell time and at most one invitation a week', () => {
    const draft = draftOf(null);
    expect(draft.conditions.items).toEqual([{ field: 'time_on_page', op: 'at_least', value: 30 }]);
    expect(draft.limits).toMatchObject({ per_visitor: 1, cool_down_hours: 168 });
  });

  it('that opens the panel is sent by nobody', () => {
    expect(bodyOf({ ...draftOf(rule), kind: 'open_panel' }).action).not.toHaveProperty('sender');
  });
});
