// The loads that are played: what merchants' shoppers and shops ask of which partition keys, by the real key builders.
import type { Random } from '../../../infra/local/demo/random.ts';
import { derivedId } from '../../../lib/platform/ids.ts';
import { visitorKey, visitorOf } from '../../../lib/platform/visitors.ts';
import { clickShard } from '../../../lib/table/click-path-keys.ts';
import { keys, listings } from '../../../lib/table/keys.ts';
import { TEST_MASTER_KEY } from '../../support/service.ts';
import type { Stream } from './partitions.ts';

export const MERCHANTS = 5_000;
const DAY = '2026-11-27';
const SAMPLED_VISITORS = 20_000;
/** Orders are many keys of a few writes each: so many stand for them all. */
const SAMPLED_ORDERS = 500;

/** One load, in requests a second, averaged over the day and in its busiest minute. */
export interface Step {
  readonly times: number;
  readonly clicks: number;
  readonly peakClicks: number;
  readonly peakEvents: number;
}

/** The base: 5,000 merchants with a click a second between them, busiest at four times that, and an order event in ten. */
export const STEPS: readonly Step[] = [1, 10, 100, 1_000, 10_000].map((times) => ({
  ...{ times, clicks: times, peakClicks: 4 * times, peakEvents: 0.4 * times },
}));

export const DAY_SECONDS = 86_400;

export const merchantIdOf = (number: number): string => derivedId('mer', 'scale', String(number));

/** Shares of merchants by size: the second is half the first, the third a third (Zipf). */
export const zipfShares = (count: number): number[] => {
  const weights = Array.from({ length: count }, (_, i) => 1 / (i + 1));
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / all);
};

/** How a post's visitors fall on shards: cookies as the redirect sets them, hashed as it hashes them. */
const shardShares = (merchantId: string, shards: number, random: Random): number[] => {
  const key = visitorKey(TEST_MASTER_KEY, merchantId);
  const counts = Array.from({ length: shards }, () => 0);
  for (let i = 0; i < SAMPLED_VISITORS; i++) {
    const bits = Buffer.from(Array.from({ length: 4 }, () => Math.floor(random.next() * 2 ** 32)).join('.'));
    const cookie = `${DAY.replaceAll('-', '')}.${bits.toString('base64url').slice(0, 22)}`;
    const shard = clickShard(visitorOf(cookie, key), shards);
    counts[shard] = (counts[shard] ?? 0) + 1;
  }
  return counts.map((count) => count / SAMPLED_VISITORS);
};

/** Clicks on one merchant's links: one write unit each. */
export const viralClicks = (merchantId: string, shards: number, perSecond: number, random: Random): Stream[] =>
  shardShares(merchantId, shards, random).map((share, shard) => ({
    ...{ pk: keys.clicksOfShard(merchantId, DAY, shard), perSecond: perSecond * share, shape: 'spread' },
  }));

/** Clicks of all merchants, each over its eight shards evenly. */
export const clicksOfMerchants = (perSecond: number, shards: number): Stream[] =>
  zipfShares(MERCHANTS).flatMap((share, number) =>
    Array.from({ length: shards }, (_, shard): Stream => {
      const pk = keys.clicksOfShard(merchantIdOf(number), DAY, shard);
      return { pk, perSecond: (perSecond * share) / shards, shape: 'spread' };
    }),
  );

/** What one merchant's order events put into the index: each event its entry, every second one that of its order. */
export const indexOfOrders = (merchantId: string, eventsPerSecond: number): Stream[] => [
  { pk: listings.webhookEvents(merchantId), perSecond: eventsPerSecond, shape: 'point' },
  { pk: listings.orders(merchantId), perSecond: eventsPerSecond / 2, shape: 'point' },
];

/** What they write to the table itself, `units` each: one partition key an order. */
export const ordersOfMerchant = (merchantId: string, eventsPerSecond: number, units: number): Stream[] =>
  Array.from({ length: SAMPLED_ORDERS }, (_, number) => ({
    pk: keys.orderPartition(derivedId('ord', merchantId, String(number))),
    ...{ perSecond: (eventsPerSecond * units) / SAMPLED_ORDERS, shape: 'spread' },
  }));

/** The merchant's own record, read twice for each event, and its store's, read once. */
export const recordReads = (merchantId: string, eventsPerSecond: number): Stream[] => [
  { pk: keys.entity(merchantId).pk, perSecond: 2 * eventsPerSecond, shape: 'point' },
  { pk: keys.entity(derivedId('sto', merchantId)).pk, perSecond: eventsPerSecond, shape: 'point' },
];

/** A process sets a mark at most once in 20 s for a merchant's day. */
const MARK_SECONDS = 20;

/**
 * Marks a second that `processes` set for a merchant: each waits 20 s after one, and then for its next event of that
 * merchant.
 */
export const marksPerSecond = (eventsPerSecond: number, processes: number): number =>
  processes / (MARK_SECONDS + processes / eventsPerSecond);

/** The marks of all merchants, in their eight partition keys. */
export const marksOfMerchants = (eventsPerSecond: number, processes: number): Stream[] => {
  const marks = new Map<string, number>();
  for (const [number, share] of zipfShares(MERCHANTS).entries()) {
    const pk = keys.dirtyPartition(merchantIdOf(number));
    marks.set(pk, (marks.get(pk) ?? 0) + marksPerSecond(eventsPerSecond * share, processes));
  }
  return [...marks].map(([pk, perSecond]) => ({ pk, perSecond, shape: 'spread' }));
};
