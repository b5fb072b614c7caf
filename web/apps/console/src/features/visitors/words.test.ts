import { readFileSync } from 'node:fs';

import { beforeAll, describe, expect, it } from 'vitest';

import { loadWords, setLanguage } from '@/i18n';

import { filterOf, queryOf } from './place';
import { PLACES_IN_ENGLISH } from './places';
import { source, visitor } from './sample';
import { deviceText, pathOf, regionText, safeHref, sourceName, visitorName } from './words';

beforeAll(async () => {
  await loadWords('visitors');
  setLanguage('zh-CN');
});

describe('what a visitor is told by', () => {
  it('is called by name, else by the end of the id', () => {
    expect(visitorName(visitor({ name: '张三' }))).toBe('张三');
    expect(visitorName(visitor())).toBe('访客 16c8');
  });

  it('comes from what is known best', () => {
    expect(sourceName(source({ kind: 'search', engine: 'baidu', name: '百度' }))).toBe('百度');
    expect(sourceName(source({ kind: 'referral', referrer_host: 'blog.example' }))).toBe('blog.example');
    expect(sourceName(source())).toBe('直接访问');
  });

  it('lives in a province and a city, abroad in a country too', () => {
    const place = { country: '中国', province: '浙江', city: '杭州', provider: '' };
    expect(regionText(place)).toBe('浙江 杭州');
    expect(regionText({ ...place, province: '上海', city: '上海' })).toBe('上海');
    expect(regionText({ ...place, country: '日本', province: '东京都', city: '' })).toBe('日本 东京都');
    expect(regionText({ ...place, province: '', city: '' })).toBe('中国');
  });

  it('uses a device of which something may be unknown', () => {
    expect(deviceText({ kind: 'phone', os: 'HarmonyOS 4', browser: '' })).toBe('HarmonyOS 4');
  });
});

describe('the places of the table of sources', () => {
  it('have a name for readers of English', () => {
    const table = readFileSync('../../../src/yingke/visits/sources/table.toml', 'utf8');
    const names = new Set([...table.matchAll(/\bname = "([^"]+)"/g)].map(([, name]) => name!));
    expect([...names].filter((name) => /\p{Script=Han}/u.test(name) && !(name in PLACES_IN_ENGLISH))).toEqual([]);
    expect(Object.keys(PLACES_IN_ENGLISH).filter((name) => !names.has(name))).toEqual([]);
    setLanguage('en');
    expect(sourceName(source({ kind: 'social', name: '微博' }))).toBe('Weibo');
    setLanguage('zh-CN');
    expect(sourceName(source({ kind: 'social', name: '微博' }))).toBe('微博');
  });
});

describe('addresses', () => {
  it('are shown readable, and broken ones as they are', () => {
    expect(pathOf('https://shop.example/%E5%9D%9A%E6%9E%9C?a=1')).toBe('/坚果?a=1');
    expect(pathOf('https://shop.example/%ff')).toBe('https://shop.example/%ff');
  });

  it('of anything but the web are no links', () => {
    expect(safeHref('javascript:alert(1)')).toBeUndefined();
    expect(safeHref('https://shop.example/')).toBe('https://shop.example/');
  });
});

it('a filter survives its way through the address', () => {
  const filter = { q: '坚果', source: 'search', tag_id: 't1', returning: false, min_dwell: 60 };
  expect(filterOf(queryOf(filter))).toEqual(filter);
});
