// Clicks: never more than one write unit, read back as they were written, in the order journeys are read.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClickPlace, clickSortKey, parseClickSortKey } from '../../lib/domain/clicks/click-key.ts';
import { hmac } from '../../lib/platform/crypto.ts';
import { newId } from '../../lib/platform/ids.ts';
import { newVisitorCookie, visitorOf } from '../../lib/platform/visitors.ts';
import { clickShard } from '../../lib/table/click-path-keys.ts';
import {
  type ClickFacts,
  clickAt,
  clickItem,
  clicksOfVisitor,
  hitsOfShard,
  storeClick,
} from '../../lib/table/clicks.ts';
import { type Table, writeItems } from '../../lib/table/table.ts';
import { inTurns, type TestTable, testTable } from '../support/engine.ts';
import { itemBytes } from '../support/item-size.ts';
import { MERCHANT_ID } from '../support/records.ts';
import { TEST_NOW } from '../support/service.ts';

const ONE_WRITE_UNIT = 1024;
const DAY = '2026-11-20';

let opened: TestTable;
let table: Table;
beforeAll(async () => {
  opened = await testTable();
  table = opened.table;
});
afterAll(() => opened.close());

const aPlace = (over: Partial<ClickPlace> = {}): ClickPlace => ({
  day: DAY,
  shard: 3,
  visitor: `20261119${'a'.repeat(22)}`,
  at: TEST_NOW,
  suffix: '00c0ffee',
  ...over,
});

const someFacts = (over: Partial<ClickFacts> = {}): ClickFacts => ({
  linkId: 'lnk_1',
  method: 'GET',
  userAgent: 'Mozilla/5.0',
  purpose: null,
  referrerHost: 'www.instagram.com',
  country: 'US',
  externalId: null,
  ...over,
});

/** Header text of any length: ASCII, two to four bytes a character, lone surrogates, replacement characters. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 600 }),
  fc.string({
    unit: fc.constantFrom('é', '漢', '𝕏', '👩‍👩‍👧', '\uD800', '\uFFFD', 'a'),
    minLength: 280,
    maxLength: 900,
  }),
);

const visitors = fc.oneof(
  fc.constant(null),
  fc.uint8Array({ minLength: 32, maxLength: 32 }).map((key) => visitorOf(newVisitorCookie(TEST_NOW), key)),
  fc
    .uint8Array({ minLength: 32, maxLength: 32 })
    .map((key) => `x${hmac(key, 'any').subarray(0, 16).toString('base64url')}`),
);

const places: fc.Arbitrary<ClickPlace> = fc.record({
  day: fc.constantFrom('0001-01-01', DAY, '9999-12-31'),
  shard: fc.integer({ min: 0, max: 63 }),
  visitor: visitors,
  at: fc.integer({ min: 0, max: 36 ** 9 - 1 }),
  suffix: fc.stringMatching(/^[0-9a-f]{8}$/),
});

const anyFacts: fc.Arbitrary<ClickFacts> = fc.record({
  linkId: fc.constant(null).map(() => newId('lnk')),
  method: fc.constantFrom('GET', 'HEAD'),
  userAgent: fc.option(hostile),
  purpose: fc.option(hostile),
  referrerHost: fc.option(hostile),
  country: fc.option(hostile),
  language: fc.option(hostile),
  repeat: fc.boolean(),
  externalId: fc.option(hostile),
});

describe('the item of a click', () => {
  it('is one write unit at most, whatever a request brings', () => {
    fc.assert(
      fc.property(places, anyFacts, (place, facts) => {
        expect(itemBytes(clickItem(newId('mer'), place, facts, 3_650))).toBeLessThanOrEqual(ONE_WRITE_UNIT);
      }),
      { numRuns: 1000 },
    );
  });

  it('is one write unit with every field as long as it gets', () => {
    const long = '漢'.repeat(2000);
    const facts = someFacts({
      ...{ linkId: newId('lnk'), method: 'HEAD', userAgent: long, purpose: long, referrerHost: long },
      ...{ country: long, language: long, repeat: true, externalId: long },
    });
    const item = clickItem(newId('mer'), aPlace({ at: 36 ** 9 - 1 }), facts);
    expect(itemBytes(item)).toBeLessThanOrEqual(ONE_WRITE_UNIT);
    // As near the limit as it gets: a test that measured nothing would say 0.
    expect(itemBytes(item)).toBeGreaterThan(650);
  });

  it('cuts long texts between characters', () => {
    const cut = (userAgent: string) => clickItem(MERCHANT_ID, aPlace(), someFacts({ userAgent })).u;
    expect(cut('漢'.repeat(200))).toBe('漢'.repeat(100));
    expect(cut(`a${'漢'.repeat(200)}`)).toBe(`a${'漢'.repeat(99)}`);
    expect(cut(`ab${'𝕏'.repeat(200)}`)).toBe(`ab${'𝕏'.repeat(74)}`);
    expect(cut('short 漢')).toBe('short 漢');
  });
});

describe('the place of a click', () => {
  it('comes back from its sort key', () => {
    fc.assert(
      fc.property(places, ({ visitor, at, suffix }) => {
        expect(parseClickSortKey(clickSortKey({ visitor, at, suffix }))).toEqual({ visitor, at, suffix });
      }),
      { numRuns: 500 },
    );
  });

  it('sorts by visitor, then time, and nobody last', () => {
    fc.assert(
      fc.property(fc.array(places, { maxLength: 12 }), (all) => {
        const sorted = [...all].sort((a, b) => (clickSortKey(a) < clickSortKey(b) ? -1 : 1));
        for (const [i, place] of sorted.entries()) {
          const next = sorted[i + 1];
          if (!next) continue;
          if (place.visitor === null) expect(next.visitor).toBeNull();
          if (place.visitor === next.visitor) expect(place.at).toBeLessThanOrEqual(next.at);
          else if (next.visitor !== null) expect((place.visitor as string) < next.visitor).toBe(true);
        }
      }),
    );
  });

  it.each(['', 'visitor', 'visitor#time', '#0#1'])('is not read from %j', (text) => {
    expect(parseClickSortKey(text)).toBeUndefined();
  });
});

describe('a stored click', () => {
  it('is read back at its place with everything it was made of', async () => {
    const facts = someFacts({ method: 'HEAD', purpose: 'prefetch', language: 'de', repeat: true });
    await storeClick(table, MERCHANT_ID, aPlace(), facts);
    const { visitor, at, suffix } = aPlace();
    expect(await clickAt(table, MERCHANT_ID, aPlace())).toEqual({
      ...{ place: aPlace(), facts, visitor, at, suffix, linkId: 'lnk_1', method: 'HEAD', userAgent: 'Mozilla/5.0' },
      ...{ purpose: 'prefetch', imported: false, repeat: true },
      ...{ referrerHost: 'www.instagram.com', country: 'US', language: 'de' },
    });
  });

  it("is not found at another place, nor as another merchant's", async () => {
    await storeClick(table, MERCHANT_ID, aPlace({ suffix: '00000001' }), someFacts());
    expect(await clickAt(table, MERCHANT_ID, aPlace({ suffix: '00000002' }))).toBeUndefined();
    expect(await clickAt(table, 'mer_other', aPlace({ suffix: '00000001' }))).toBeUndefined();
  });
});

describe('the hits of a shard', () => {
  it('come with everything they are classified by, over as many pages as there are', async () => {
    const merchantId = 'mer_pages';
    const facts = [
      someFacts({ method: 'HEAD', purpose: 'prefetch' }),
      someFacts({ userAgent: null, externalId: 'old-1' }),
      someFacts({ userAgent: '', linkId: 'lnk_2', referrerHost: null, language: 'de', repeat: true }),
    ];
    const places = Array.from({ length: 2_345 }, (_, i) => aPlace({ at: TEST_NOW + i }));
    const factsAt = (i: number) => facts[i % facts.length] as ClickFacts;
    await writeItems(
      table,
      places.map((place, i) => clickItem(merchantId, place, factsAt(i))),
    );
    const pages = await Array.fromAsync(hitsOfShard(table, merchantId, DAY, 3));
    expect(pages.length).toBeGreaterThan(2);
    const wanted = places.map(({ visitor, at, suffix }, i) => {
      const { linkId, method, userAgent, purpose, externalId, referrerHost, country } = factsAt(i);
      const { language = null, repeat = false } = factsAt(i);
      const imported = externalId !== null;
      // An empty text is not stored.
      return {
        visitor,
        at,
        suffix,
        linkId,
        method,
        userAgent: userAgent || null,
        purpose,
        imported,
        referrerHost,
        country,
        language,
        repeat,
      };
    });
    expect(pages.flat()).toEqual(wanted);
  });
});

describe('reading clicks', () => {
  const merchantId = 'mer_reading';
  const [ann, ben] = ['20261101ann', '20261101ben'];
  const hits = [ann, null, ben].flatMap((visitor, v) =>
    Array.from({ length: 40 }, (_, i) => aPlace({ visitor, at: TEST_NOW + i * 1000, suffix: `0000000${v}` })),
  );
  beforeAll(async () => {
    const shuffled = hits.toSorted((a, b) => clickShard(clickSortKey(a), 1000) - clickShard(clickSortKey(b), 1000));
    await inTurns(shuffled, (place) => storeClick(table, merchantId, place, someFacts()));
    await storeClick(table, merchantId, aPlace({ shard: 4 }), someFacts());
    await storeClick(table, merchantId, aPlace({ day: '2026-11-21' }), someFacts());
  });

  it('streams a shard of a day by visitor and time', async () => {
    const read = (await Array.fromAsync(hitsOfShard(table, merchantId, DAY, 3))).flat();
    const wanted = [ann, ben, null].flatMap((visitor) => hits.filter((place) => place.visitor === visitor));
    expect(read.map(({ visitor, at, suffix }) => ({ visitor, at, suffix }))).toEqual(
      wanted.map(({ visitor, at, suffix }) => ({ visitor, at, suffix })),
    );
  });

  it("finds a visitor's hits between two instants, both included, and nobody else's", async () => {
    const where = { day: DAY, shard: 3, from: TEST_NOW + 5_000, to: TEST_NOW + 9_000 };
    const read = await clicksOfVisitor(table, merchantId, ben, where);
    expect(read.map(({ visitor, at }) => [visitor, at])).toEqual(
      [5, 6, 7, 8, 9].map((s) => [ben, TEST_NOW + s * 1000]),
    );
    expect(await clicksOfVisitor(table, merchantId, '20261101be', where)).toEqual([]);
  });
});
