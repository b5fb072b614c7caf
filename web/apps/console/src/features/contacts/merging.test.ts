import type { Contact } from '@yingke/api';
import { expect, it } from 'vitest';

import { mergePreview } from './merging';

const contact = (part: Partial<Contact>) => ({ name: '', email: '', phone: '', company: null, external_id: null, language: null, fields: {}, ...part }) as Contact;

it('the winner keeps what it has and takes what it lacks', () => {
  const winner = contact({ name: '王女士', phone: '13800138000', fields: { vip: '金卡' } });
  const loser = contact({ name: '王丽', email: 'wang@example.com', fields: { vip: '银卡', size: 'M' } });
  expect(mergePreview(winner, loser)).toEqual([
    { field: 'name', kept: '王女士', lost: '王丽' },
    { field: 'email', kept: 'wang@example.com', lost: '' },
    { field: 'phone', kept: '13800138000', lost: '' },
    { field: 'vip', kept: '金卡', lost: '银卡' },
    { field: 'size', kept: 'M', lost: '' },
  ]);
});
