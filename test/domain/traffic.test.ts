// Counting a day's clicks: duplicates, unique visitors, and that shards counted apart add up.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Hit } from '../../lib/domain/clicks/classify.ts';
import { CLICK_DIMENSIONS } from '../../lib/domain/clicks/dimensions.ts';
import { createTrafficCount, labelHits, type TrafficRow } from '../../lib/domain/clicks/traffic.ts';
import { addTraffic, emptyTraffic } from '../../lib/domain/report-rows.ts';
import { aHit, JUDGES, NOON } from '../support/hits.ts';

const count = (hits: readonly Hit[]): readonly TrafficRow[] => {
  const traffic = createTrafficCount(JUDGES);
  for (const hit of hits) traffic.add(hit);
  return traffic.rows();
};

const excluded = (over: Partial<TrafficRow['excludedClicks']> = {}) => ({ ...emptyTraffic().excludedClicks, ...over });
const clicksAfter = (...times: number[]) => times.map((ms) => aHit({ at: NOON + ms }));
const kinds = (hits: readonly Hit[]) => labelHits(hits, JUDGES).map(({ kind }) => kind);

describe('a duplicate', () => {
  it('is a click of the same visitor on the same link up to 10 s after the counted one, both ends in', () => {
    expect(kinds(clicksAfter(0, 0))).toEqual(['human', 'duplicate']);
    expect(kinds(clicksAfter(0, 10_000))).toEqual(['human', 'duplicate']);
    expect(kinds(clicksAfter(0, 10_001))).toEqual(['human', 'human']);
    expect(labelHits(clicksAfter(0, 1), JUDGES)[1]).toMatchObject({ kind: 'duplicate', reason: 'repeat_within_10_s' });
  });

  it('is measured from the counted click, not from the duplicate before it', () => {
    expect(kinds(clicksAfter(0, 9_000, 18_000, 27_000))).toEqual(['human', 'duplicate', 'human', 'duplicate']);
  });

  it('is never made by another link or another visitor', () => {
    const hits = [aHit(), aHit({ linkId: 'lnk_b' }), aHit({ visitor: 'v2' })];
    expect(kinds(hits)).toEqual(['human', 'human', 'human']);
  });

  it('is found when another link was clicked in between', () => {
    expect(kinds([aHit(), aHit({ linkId: 'lnk_b' }), aHit({ at: NOON + 1 })])).toEqual(['human', 'human', 'duplicate']);
  });

  it('is never made by a hit that is no click, and no bot is one', () => {
    const bot = aHit({ userAgent: 'machine' });
    const person = aHit({ at: NOON + 1 });
    expect(kinds([bot, person, { ...bot, at: NOON + 2 }])).toEqual(['bot', 'human', 'bot']);
  });

  it('is never a hit without visitor', () => {
    expect(kinds([aHit({ visitor: null }), aHit({ visitor: null })])).toEqual(['human', 'human']);
  });
});

describe('counting a shard', () => {
  it('counts clicks, unique clicks and what each other hit was, by link', () => {
    const rows = count([
      aHit({ linkId: 'lnk_b' }),
      aHit(),
      aHit({ at: NOON + 1_000 }),
      aHit({ at: NOON + 60_000 }),
      aHit({ at: NOON + 60_000, method: 'HEAD' }),
      aHit({ at: NOON + 60_000, purpose: 'prefetch' }),
      aHit({ visitor: 'v2' }),
      aHit({ visitor: 'v2', userAgent: 'machine' }),
      aHit({ visitor: 'v3', userAgent: 'Slackbot 1.0' }),
      aHit({ visitor: null }),
      aHit({ visitor: null }),
      aHit({ visitor: null, userAgent: 'machine' }),
    ]);
    expect(rows).toEqual([
      {
        linkId: 'lnk_a',
        clicks: 5,
        uniqueClicks: 4,
        excludedClicks: excluded({ duplicate: 1, probe: 1, prefetch: 1, bot: 2, preview: 1 }),
      },
      { linkId: 'lnk_b', clicks: 1, uniqueClicks: 1, excludedClicks: excluded() },
    ]);
  });

  it('keeps a row for a link that only bots hit', () => {
    expect(count([aHit({ userAgent: 'machine' })])).toEqual([
      { linkId: 'lnk_a', clicks: 0, uniqueClicks: 0, excludedClicks: excluded({ bot: 1 }) },
    ]);
  });

  it('counts a visitor who comes back to a link as one unique, however often', () => {
    expect(count(clicksAfter(0, 20_000, 40_000))).toMatchObject([{ clicks: 3, uniqueClicks: 1 }]);
  });

  it('says of each hit what it was', () => {
    const traffic = createTrafficCount(JUDGES);
    expect(traffic.add(aHit())).toEqual({ kind: 'human', reason: 'browser' });
    expect(traffic.add(aHit())).toEqual({ kind: 'duplicate', reason: 'repeat_within_10_s' });
  });

  it('gives rows that later hits do not change', () => {
    const traffic = createTrafficCount(JUDGES);
    traffic.add(aHit());
    const rows = traffic.rows();
    traffic.add(aHit({ userAgent: 'machine' }));
    expect(rows).toMatchObject([{ clicks: 1, excludedClicks: { bot: 0 } }]);
  });

  it.each([
    ['a visitor comes again', [aHit({ visitor: 'v1' }), aHit({ visitor: 'v2' }), aHit({ visitor: 'v1' })]],
    ['time runs backwards', [aHit({ at: NOON }), aHit({ at: NOON - 1 })]],
    ['a visitor follows those without one', [aHit({ visitor: null }), aHit({ visitor: 'v1' })]],
  ])('throws when %s', (_what, hits) => {
    expect(() => count(hits)).toThrow('sorted by visitor');
    expect(() => labelHits(hits, JUDGES)).toThrow('sorted by visitor');
  });
});

const someHits = fc
  .array(
    fc.record({
      visitor: fc.constantFrom('v1', 'v2', 'v3', 'v4', null),
      at: fc.integer({ min: 0, max: 60 }).map((s) => NOON + s * 1_000),
      linkId: fc.constantFrom('lnk_a', 'lnk_b', 'lnk_c'),
      method: fc.constantFrom('GET' as const, 'HEAD' as const),
      referrerHost: fc.constantFrom(null, 'a.example', 'b.example'),
      repeat: fc.boolean(),
      userAgent: fc.constantFrom('browser', 'machine', 'Slackbot 1.0', null),
    }),
    { maxLength: 60 },
  )
  .map((hits) =>
    hits
      .map((over) => aHit(over))
      .sort((a, b) => ((a.visitor ?? '~') < (b.visitor ?? '~') ? -1 : a.visitor === b.visitor ? a.at - b.at : 1)),
  );

/** With all of them carrying a cookie. */
const unrepeated = (hits: readonly Hit[]): Hit[] => hits.map((hit) => ({ ...hit, repeat: false }));

/** Duplicates and uniques found the slow way: by looking back through every hit. */
function countSlowly(hits: readonly Hit[], linkId: string) {
  const counted: Hit[] = [];
  for (const hit of hits.filter((h) => h.linkId === linkId && h.method === 'GET' && h.userAgent === 'browser')) {
    const same = (c: Hit) => c.visitor !== null && c.visitor === hit.visitor;
    if (!counted.some((c) => same(c) && hit.at - c.at <= 10_000)) counted.push(hit);
  }
  const visitors = new Set(counted.map((c, i) => c.visitor ?? i));
  return { clicks: counted.length, uniqueClicks: visitors.size };
}

describe('any day', () => {
  it('has every hit either counted or excluded', () => {
    fc.assert(
      fc.property(someHits, (hits) => {
        const sum = count(hits).reduce(
          (n, row) => n + row.clicks + Object.values(row.excludedClicks).reduce((a, b) => a + b, 0),
          0,
        );
        expect(sum).toBe(hits.length);
      }),
    );
  });

  it('counts what a slow look back through all hits counts', () => {
    fc.assert(
      fc.property(someHits.map(unrepeated), (hits) => {
        for (const row of count(hits)) expect(row).toMatchObject(countSlowly(hits, row.linkId));
      }),
    );
  });

  it('has each dimension of a link add up to the link', () => {
    fc.assert(
      fc.property(someHits, (hits) => {
        const traffic = createTrafficCount(JUDGES);
        for (const hit of hits) traffic.add(hit);
        for (const { linkId, ...whole } of traffic.rows()) {
          for (const dimension of CLICK_DIMENSIONS) {
            const parts = traffic.split().filter((row) => row.linkId === linkId && row.dimension === dimension);
            expect(parts.reduce(addTraffic, emptyTraffic())).toEqual(whole);
          }
        }
      }),
    );
  });

  it('adds up over shards, since a visitor lives in one', () => {
    fc.assert(
      fc.property(someHits, (hits) => {
        const isFirst = (hit: Hit) => hit.visitor === 'v1' || hit.visitor === 'v3';
        const shards = [count(hits.filter(isFirst)), count(hits.filter((hit) => !isFirst(hit)))];
        for (const { linkId, ...whole } of count(hits)) {
          const parts = shards.map((rows) => rows.find((row) => row.linkId === linkId) ?? emptyTraffic());
          expect(parts.reduce(addTraffic, emptyTraffic())).toEqual(whole);
        }
      }),
    );
  });

  it('labels a journey as the count does', () => {
    fc.assert(
      fc.property(someHits.map(unrepeated), (hits) => {
        const traffic = createTrafficCount(JUDGES);
        expect(labelHits(hits, JUDGES)).toEqual(hits.map((hit) => ({ hit, ...traffic.add(hit) })));
      }),
    );
  });
});
