// The model of DynamoDB's partitions against cases whose outcome can be worked out by hand.
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../infra/local/demo/random.ts';
import { concurrencyNeeded } from './limits.ts';
import { marksPerSecond } from './load.ts';
import { computing, daysRefunded } from './night.ts';
import { type Placement, play, type Stream } from './partitions.ts';

const ONE: Placement = { partitions: 1, limit: 1_000, seconds: 1_200, salt: 0 };
const spread = (perSecond: number, pk = 'CLK#mer#day#00'): Stream => ({ pk, perSecond, shape: 'spread' });
const point = (perSecond: number, pk = 'mer#orders'): Stream => ({ pk, perSecond, shape: 'point' });
const played = (streams: readonly Stream[], over: Partial<Placement> = {}) =>
  play(streams, { ...ONE, ...over }, createRandom(1));

describe('a partition', () => {
  it('takes all that is below its limit, and of twice the limit half', () => {
    expect(played([spread(800)]).refused).toBe(0);
    expect(played([spread(2_000)], { seconds: 60 }).refused).toBeCloseTo(0.5, 2);
  });

  it('is split after five minutes of heat, and its halves take twice as much', () => {
    const { refusedByMinute, partitions } = played([spread(1_800)]);
    expect(refusedByMinute[4]).toBeCloseTo(800 / 1_800, 2);
    expect(refusedByMinute[5]).toBeLessThan(0.01);
    expect(partitions).toBeGreaterThanOrEqual(2);
  });

  it('cannot share the load of one item, or of the end of a listing, however long that lasts', () => {
    const { refusedByMinute, partitions } = played([point(2_000)]);
    expect(refusedByMinute.at(-1)).toBeCloseTo(0.5, 2);
    expect(partitions).toBe(1);
  });

  it('is split between two listings, each of which then has a partition', () => {
    const { refusedByMinute, partitions } = played([point(900, 'mer#orders'), point(900, 'mer#webhook-events')]);
    expect(refusedByMinute[0]).toBeCloseTo(800 / 1_800, 2);
    expect(refusedByMinute.at(-1)).toBeLessThan(0.01);
    expect(partitions).toBe(2);
  });

  it('has 300 seconds of its limit to spend on a burst when it was quiet before', () => {
    const { refusedByMinute } = played([point(2_000)], { burst: true });
    expect(refusedByMinute.slice(0, 4)).toEqual([0, 0, 0, 0]);
    expect(refusedByMinute[6]).toBeCloseTo(0.5, 2);
  });

  it('loses no load in splits: what is asked is asked of somebody', () => {
    const streams = Array.from({ length: 50 }, (_, i) => (i % 3 ? spread(100, `s${i}`) : point(100, `p${i}`)));
    const { hottest } = played(streams);
    expect(hottest).toBe(5_000);
    expect(played(streams, { seconds: 3_600 }).refusedByMinute.at(-1)).toBe(0);
  });
});

describe('placements', () => {
  const streams = Array.from({ length: 8 }, (_, i) => spread(375, `CLK#mer#day#0${i}`));

  it('repeat themselves from the same seed, and differ by the salt', () => {
    const outcome = (salt: number) => play(streams, { ...ONE, partitions: 4, salt }, createRandom(7));
    expect(outcome(3)).toEqual(outcome(3));
    expect(new Set(Array.from({ length: 20 }, (_, salt) => outcome(salt).hottest)).size).toBeGreaterThan(1);
  });

  it('fill partitions evenly when keys are many', () => {
    const many = Array.from({ length: 10_000 }, (_, i) => spread(1, `ORD#${i}`));
    expect(played(many, { partitions: 20, seconds: 1 }).hottest).toBeLessThan(600);
  });
});

describe('the arithmetic beside it', () => {
  it('needs a tenth of the rate as concurrency, or rate times duration where that is more', () => {
    expect(concurrencyNeeded(3_000, 12)).toBe(300);
    expect(concurrencyNeeded(100, 3_000)).toBe(300);
  });

  it('sets a mark for nearly every event of a quiet merchant, and one a process in 20 s for a busy one', () => {
    expect(marksPerSecond(0.001, 10)).toBeCloseTo(0.001, 4);
    expect(marksPerSecond(100_000, 100)).toBeCloseTo(5, 2);
  });

  it('computes no more days again than refunds came, nor than refunds reach back to', () => {
    expect(daysRefunded(1)).toBeLessThan(1);
    expect(daysRefunded(1)).toBeGreaterThan(0.9);
    expect(daysRefunded(1_000_000)).toBeCloseTo(60, 0);
  });

  it('prices a day by its clicks', () => {
    expect(computing(2_000_000).dollars).toBeCloseTo(2 * computing(1_000_000).dollars, 10);
  });
});
