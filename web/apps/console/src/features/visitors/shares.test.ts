import { describe, expect, it } from 'vitest';

import { visitor } from './sample';
import { sharesOf } from './shares';

const at = (path: string, title: string, province = '') => visitor({ page: { url: `https://shop.example${path}`, title }, region: { country: '', province, city: '', provider: '' } });

describe('shares of those on the site', () => {
  it('come the largest first, one for each page whatever stands behind its question mark', () => {
    const { shares } = sharesOf([at('/p/1?a=1', '山核桃'), at('/cart', '购物车'), at('/p/1#top', '山核桃')], 'page');
    expect(shares.map(({ name, count }) => [name, count])).toEqual([['山核桃', 2], ['购物车', 1]]);
    expect(shares[0]!.filter).toEqual({ page: 'shop.example/p/1' });
  });

  it('say how many are in none of the six, and offer no filter for what is not known', () => {
    const { shares, others } = sharesOf([at('/', ''), ...'甲乙丙丁戊己庚'.split('').map((province) => at('/', '', province))], 'region');
    expect([shares.length, others]).toEqual([6, 2]);
    expect(shares.find(({ key }) => key === '')?.filter).toBeNull();
  });
});
