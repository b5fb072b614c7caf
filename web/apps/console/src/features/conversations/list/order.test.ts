import { describe, expect, it } from 'vitest';

import { conversation } from '../sample';
import { belongs, mostAtRisk, neighbour, passes, riskOf, rowsOf, waitedSeconds } from './order';

const at = (minute: number) => `2026-11-21T08:${String(minute).padStart(2, '0')}:00.000000Z`;
const ids = (rows: { id: string }[]) => rows.map((row) => row.id).join('');

describe('a view', () => {
  it('shows as mine what I hold, while it is open', () => {
    expect(belongs(conversation(), 'mine', 'me')).toBe(true);
    expect(belongs(conversation({ agent_id: 'you' }), 'mine', 'me')).toBe(false);
    expect(belongs(conversation({ status: 'resolved' }), 'mine', 'me')).toBe(false);
  });

  it('shows what a robot has apart from what anybody holds or waits in', () => {
    const held = conversation({ agent_id: null, robot: true });
    expect(belongs(held, 'robot', 'me')).toBe(true);
    expect(belongs(held, 'mine', 'me') || belongs(held, 'queue', 'me')).toBe(false);
    expect(belongs(conversation(), 'robot', 'me')).toBe(false);
  });

  it('keeps colleague rooms out of the visitors\' lists', () => {
    const room = conversation({ channel: 'colleague', participant_ids: ['me', 'you'] });
    expect(belongs(room, 'colleagues', 'me')).toBe(true);
    expect(belongs(room, 'colleagues', 'them')).toBe(false);
    expect(belongs(room, 'all', 'me')).toBe(false);
  });

  it('narrows by every field of a filter', () => {
    const one = conversation({ team_id: 't', tag_ids: ['x'], unread: 1 });
    expect(passes(one, { team_id: 't', tag_id: 'x', unread: true })).toBe(true);
    expect(passes(one, { team_id: 'other' })).toBe(false);
    expect(passes(conversation(), { unread: true })).toBe(false);
  });
});

describe('the order', () => {
  it('puts first who has waited longest, then what moved last', () => {
    const rows = [
      conversation({ id: 'a', last_message_at: at(30) }),
      conversation({ id: 'b', waiting_since: at(20), last_message_at: at(20) }),
      conversation({ id: 'c', waiting_since: at(10), last_message_at: at(40) }),
      conversation({ id: 'd', last_message_at: at(50) }),
    ];
    expect(ids(rowsOf(rows, 'mine', {}, 'me'))).toBe('cbda');
  });

  it('leaves the open conversation where it stood when it was opened', () => {
    const opened = conversation({ id: 'a', waiting_since: at(1) });
    const answered = conversation({ id: 'a', last_message_at: at(2) });
    const other = conversation({ id: 'b', waiting_since: at(2) });
    expect(ids(rowsOf([answered, other], 'mine', {}, 'me'))).toBe('ba');
    expect(ids(rowsOf([answered, other], 'mine', {}, 'me', opened))).toBe('ab');
  });

  it('keeps the queue in its own order, whatever moved since', () => {
    const rows = [
      conversation({ id: 'a', status: 'queued', queued_at: at(5), last_message_at: at(50) }),
      conversation({ id: 'b', status: 'queued', queued_at: at(3), last_message_at: at(4) }),
    ];
    expect(ids(rowsOf(rows, 'queue', {}, 'me'))).toBe('ba');
  });

  it('finds the most urgent among mine before the queue', () => {
    const queued = conversation({ id: 'q', status: 'queued', agent_id: null, queued_at: at(1) });
    const waiting = conversation({ id: 'w', waiting_since: at(9) });
    expect(mostAtRisk([queued, waiting], 'me')?.id).toBe('w');
    expect(mostAtRisk([queued], 'me')?.id).toBe('q');
    expect(mostAtRisk([], 'me')).toBeNull();
  });

  it('steps to neighbours and stops at the ends', () => {
    const rows = ['a', 'b'].map((id) => conversation({ id }));
    expect(neighbour(rows, 'a', 1)?.id).toBe('b');
    expect(neighbour(rows, 'b', 1)).toBeNull();
    expect(neighbour(rows, null, -1)?.id).toBe('a');
  });
});

it('counts the wait from the first unanswered message, or from joining the queue', () => {
  const now = Date.parse(at(10));
  expect(waitedSeconds(conversation({ waiting_since: at(8) }), now)).toBe(120);
  expect(waitedSeconds(conversation({ status: 'queued', queued_at: at(9) }), now)).toBe(60);
  expect(waitedSeconds(conversation(), now)).toBeNull();
  expect([30, 60, 180].map(riskOf)).toEqual(['calm', 'soon', 'late']);
});
