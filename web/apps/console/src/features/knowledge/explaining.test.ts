import { expect, it } from 'vitest';

import { told } from './explaining';

it('shows the words that stand in the texts and sums up what only means the same', () => {
  const shared = [{ word: 'export', part: 0.2 }, { word: '保存', part: 0.05 }, { word: 'own 2', part: 0.1 }];
  const found = told({ understood: '坚果 怎么 保存', text: '怎么保存', likeness: 0.6, shared });
  expect(found.words.map(({ word }) => word)).toEqual(['保存']);
  expect(found.ideas).toBeCloseTo(0.3);
  expect(found.most).toBeCloseTo(0.3);
});
