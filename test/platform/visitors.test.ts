// Visitors and click ids: found again by whoever minted them, opaque and unforgeable to everybody else.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClickPlace } from '../../lib/domain/clicks/click-key.ts';
import { placeOfClickId } from '../../lib/platform/click-places.ts';
import {
  birthOf,
  clickIdOf,
  isVisitorCookie,
  newVisitorCookie,
  visitorKey,
  visitorOf,
} from '../../lib/platform/visitors.ts';

const MASTER = { version: 1, key: Buffer.alloc(32, 7) };
const NOW = Date.parse('2026-11-20T12:00:00Z');
const DAY_MS = 86_400_000;

const digest = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('base64url'));
const places: fc.Arbitrary<ClickPlace> = fc.record({
  day: fc.integer({ min: 10, max: 60_000 }).map((n) => new Date(n * DAY_MS).toISOString().slice(0, 10)),
  shard: fc.integer({ min: 0, max: 63 }),
  visitor: fc.oneof(
    fc.constant(null),
    digest.map((hash) => `20261119${hash}`),
    digest.map((hash) => `x${hash}`),
  ),
  at: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
  suffix: fc.stringMatching(/^[0-9a-f]{8}$/),
});

const aPlace: ClickPlace = {
  ...{ day: '2026-11-20', shard: 5, at: NOW, suffix: '00c0ffee' },
  visitor: `20261119${Buffer.alloc(16, 3).toString('base64url')}`,
};

describe('a click id', () => {
  it('leads back to its place, and equal places have equal ids', () => {
    fc.assert(
      fc.property(places, (place) => {
        const id = clickIdOf(place, MASTER, 'mer_1');
        expect(id).toMatch(/^clk_[A-Za-z0-9_-]{54}$/);
        expect(placeOfClickId(id, MASTER, 'mer_1')).toEqual(place);
        expect(clickIdOf(place, MASTER, 'mer_1')).toBe(id);
      }),
    );
  });

  it('leads nowhere for another merchant or under another key', () => {
    const id = clickIdOf(aPlace, MASTER, 'mer_1');
    expect(placeOfClickId(id, MASTER, 'mer_2')).toBeUndefined();
    expect(placeOfClickId(id, { version: 1, key: Buffer.alloc(32, 8) }, 'mer_1')).toBeUndefined();
  });

  it('leads nowhere with any bit of it changed', () => {
    const bytes = Buffer.from(clickIdOf(aPlace, MASTER, 'mer_1').slice(4), 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const forged = Buffer.from(bytes);
      forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(placeOfClickId(`clk_${forged.toString('base64url')}`, MASTER, 'mer_1')).toBeUndefined();
    }
  });

  it('leads nowhere cut short, drawn out or made up', () => {
    const id = clickIdOf(aPlace, MASTER, 'mer_1');
    const wrong = [id.slice(0, -1), `${id}A`, id.slice(4), id.toUpperCase(), 'clk_', '', `clk_${'A'.repeat(54)}`];
    for (const text of wrong) expect(placeOfClickId(text, MASTER, 'mer_1')).toBeUndefined();
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (text) => {
        expect(placeOfClickId(text, MASTER, 'mer_1')).toBeUndefined();
        expect(placeOfClickId(`clk_${text}`, MASTER, 'mer_1')).toBeUndefined();
      }),
    );
  });

  it('shows nothing of the visitor: neighbouring clicks have unlike ids', () => {
    const next = clickIdOf({ ...aPlace, at: NOW + 1 }, MASTER, 'mer_1');
    const same = [...clickIdOf(aPlace, MASTER, 'mer_1')].filter((letter, i) => i > 3 && letter === next[i]);
    expect(same.length).toBeLessThan(12);
  });
});

describe('the cookie', () => {
  it('is one of ours for as long as browsers keep it', () => {
    const cookie = newVisitorCookie(NOW);
    expect(cookie).toMatch(/^20261120\.[A-Za-z0-9_-]{22}$/);
    expect(isVisitorCookie(cookie, NOW)).toBe(true);
    expect(isVisitorCookie(cookie, NOW + 400 * DAY_MS)).toBe(true);
    expect(isVisitorCookie(cookie, NOW + 402 * DAY_MS)).toBe(false);
    expect(newVisitorCookie(NOW)).not.toBe(cookie);
  });

  it.each([
    ['empty', ''],
    ['without its day', 'a'.repeat(22)],
    ['short', `20261120.${'a'.repeat(21)}`],
    ['long', `20261120.${'a'.repeat(23)}`],
    ['with a character of no id', `20261120.${'a'.repeat(21)}#`],
    ['born on no day', `20261132.${'a'.repeat(22)}`],
    ['born in the year 0000', `00001120.${'a'.repeat(22)}`],
    ['born in the future', `20261123.${'a'.repeat(22)}`],
    ['older than browsers keep it', `20200101.${'a'.repeat(22)}`],
    ['with a line break', `20261120.${'a'.repeat(22)}\n`],
  ])('%s is not one of ours', (_what, value) => {
    expect(isVisitorCookie(value, NOW)).toBe(false);
  });
});

describe('a stored visitor', () => {
  const cookie = newVisitorCookie(NOW);

  it('is the same for the same cookie and merchant, and unlike for another merchant', () => {
    const [one, two] = ['mer_1', 'mer_2'].map((id) => visitorOf(cookie, visitorKey(MASTER, id)));
    expect(visitorOf(cookie, visitorKey(MASTER, 'mer_1'))).toBe(one);
    expect(one).not.toBe(two);
  });

  it('begins with the day it was born and holds nothing else of the cookie', () => {
    const visitor = visitorOf(cookie, visitorKey(MASTER, 'mer_1'));
    expect(birthOf(visitor)).toBe('2026-11-20');
    expect(visitor).toHaveLength(30);
    expect(visitor).not.toContain(cookie.slice(9));
  });

  it('that another tool named has no known birth', () => {
    expect(birthOf(`x${'a'.repeat(22)}`)).toBeNull();
  });
});
