// Hits counted by more than their link: repeats that no cookie shows, and where hits came from and on what.
import { describe, expect, it } from 'vitest';
import type { Hit } from '../../lib/domain/clicks/classify.ts';
import { createTrafficCount, labelHits } from '../../lib/domain/clicks/traffic.ts';
import { aHit, JUDGES, NOON } from '../support/hits.ts';

const count = (hits: readonly Hit[]) => {
  const traffic = createTrafficCount(JUDGES);
  for (const hit of hits) traffic.add(hit);
  return traffic.rows();
};
const kinds = (hits: readonly Hit[]) => labelHits(hits, JUDGES).map(({ kind }) => kind);

describe('a repeat without a cookie', () => {
  const repeat = (over: Partial<Hit> = {}) => aHit({ repeat: true, ...over });

  it('is a duplicate, with or without a visitor of its own', () => {
    const label = { kind: 'duplicate', reason: 'repeat_without_cookie' };
    const traffic = createTrafficCount(JUDGES);
    expect(traffic.add(repeat())).toEqual(label);
    expect(traffic.add(repeat({ visitor: null }))).toEqual(label);
    expect(traffic.rows()).toMatchObject([{ clicks: 0, uniqueClicks: 0, excludedClicks: { duplicate: 2 } }]);
  });

  it('makes no later click of the visitor it began a first one', () => {
    expect(count([repeat(), aHit({ at: NOON + 60_000 })])).toMatchObject([{ clicks: 1, uniqueClicks: 0 }]);
    expect(count([repeat(), aHit({ at: NOON + 5_000 })])).toMatchObject([{ clicks: 0 }]);
  });

  it('is what it is, where it is no person’s', () => {
    const traffic = createTrafficCount(JUDGES);
    expect(traffic.add(repeat({ userAgent: 'machine' })).kind).toBe('bot');
  });

  it('stands for itself in a journey: the click it repeats is another visitor’s', () => {
    expect(kinds([repeat(), aHit({ at: NOON + 1 })])).toEqual(['human', 'duplicate']);
  });
});

describe('hits told apart by where they came from and on what', () => {
  const IPHONE = 'Mozilla/5.0 (iPhone) Instagram 1.0';
  const hits = [
    aHit({ userAgent: IPHONE, referrerHost: 'l.instagram.com', country: 'DE', language: 'de' }),
    aHit({ at: NOON + 60_000, userAgent: 'Mozilla/5.0 (X11; Linux) Gecko/20100101' }),
    aHit({ visitor: 'v2', userAgent: 'machine', country: 'DE' }),
    aHit({ visitor: 'v3', userAgent: null }),
  ];

  it('have the value of each dimension, and null where nothing is known', () => {
    const traffic = createTrafficCount(JUDGES);
    for (const hit of hits) traffic.add(hit);
    const told = (dimension: string) =>
      traffic
        .split()
        .filter((row) => row.dimension === dimension)
        .map(({ value, clicks, uniqueClicks, excludedClicks }) => [value, clicks, uniqueClicks, excludedClicks.bot]);
    expect(told('device')).toEqual([
      ['mobile', 1, 1, 0],
      ['desktop', 1, 0, 0],
      ['other', 0, 0, 2],
    ]);
    expect(told('os')).toEqual([
      ['iOS', 1, 1, 0],
      ['Linux', 1, 0, 0],
      ['other', 0, 0, 2],
    ]);
    expect(told('app')).toEqual([
      ['instagram', 1, 1, 0],
      [null, 1, 0, 2],
    ]);
    expect(told('referrerHost')).toEqual([
      ['l.instagram.com', 1, 1, 0],
      [null, 1, 0, 2],
    ]);
    expect(told('clickCountry')).toEqual([
      ['DE', 1, 1, 1],
      [null, 1, 0, 1],
    ]);
    expect(told('language')).toEqual([
      ['de', 1, 1, 0],
      [null, 1, 0, 2],
    ]);
  });

  it('are other beyond ten thousand values, and none is lost', () => {
    const traffic = createTrafficCount(JUDGES);
    const made = 10_050;
    for (let i = 0; i < made; i++) traffic.add(aHit({ visitor: null, referrerHost: `h${i}.example` }));
    const hosts = traffic.split().filter(({ dimension }) => dimension === 'referrerHost');
    expect(hosts).toHaveLength(10_001);
    expect(hosts.find(({ value }) => value === 'other')?.clicks).toBe(50);
    expect(hosts.reduce((sum, { clicks }) => sum + clicks, 0)).toBe(made);
  });
});
