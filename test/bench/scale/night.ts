// How long the night takes and what it costs: workers with a share of merchants each, days read back click by click, and
// days that are computed again because an order of theirs was refunded.
import type { ClickPlace } from '../../../lib/domain/clicks/click-key.ts';
import { clickItem } from '../../../lib/table/clicks.ts';
import { DAY, USER_AGENT } from '../../support/access/world.ts';
import { itemBytes } from '../../support/item-size.ts';
import { assumed } from '../assumptions.ts';
import { dollarsFor, prices } from '../prices.ts';
import { limits } from './limits.ts';
import { MERCHANTS, zipfShares } from './load.ts';

/** One vCPU reads, classifies and counts so many clicks a second. */
export const CLICKS_PER_SECOND = 1_000_000 / 60;
/** Workers at once: what is left of the account's concurrency to a job nobody waits for. */
const WORKERS = 100;
/** Requests of closing one merchant's day, one after another; the bench measures them. */
const CLOSING_REQUESTS = 20;
/** An order event for ten clicks (the base load) and 272 for a hundred orders, eight of them refunds (the mix). */
const ORDERS_PER_CLICK = 0.1 / 2.72;
const REFUNDS_PER_ORDER = 0.08;
/**
 * Crediting an order, measured: without a click one request of 2 RRU, with one four of 5 RRU, and one more of each for
 * every day its visitor is old; sixteen orders at once. Taken for all: half have a click, of a visitor two days old.
 */
const ORDER_READ_UNITS = 4.5;
const ORDER_REQUESTS = 3.5;
const ORDERS_AT_ONCE = 16;
/** One vCPU's own part in each of those requests. */
const REQUEST_CPU_MS = 0.5;
/** Refunds come within weeks of the sale: half of them within a week, hardly any after two months. */
const MEAN_REFUND_DAYS = 10;
const LAST_REFUND_DAY = 60;

const place: ClickPlace = {
  ...{ day: DAY, shard: 3, at: Date.parse(DAY), suffix: '00c0ffee' },
  visitor: `${DAY.replaceAll('-', '')}${'A'.repeat(22)}`,
};
const facts = {
  ...({ linkId: `lnk_${'0'.repeat(18)}`, method: 'GET', userAgent: USER_AGENT, purpose: null } as const),
  ...{ referrerHost: 'l.instagram.com', country: 'US', externalId: null },
};
export const CLICK_BYTES = itemBytes(clickItem(`mer_${'0'.repeat(18)}`, place, facts));

const vcpuDollars = (seconds: number) => dollarsFor(prices.lambdaDuration, seconds * assumed.nightMemoryGb);

/** Seconds of one vCPU, and dollars, of computing days of so many clicks, and the orders beside them, together. */
export const computing = (clicks: number) => {
  const orders = clicks * ORDERS_PER_CLICK;
  const orderMs = ORDER_REQUESTS * Math.max(assumed.tableRequestMs / ORDERS_AT_ONCE, REQUEST_CPU_MS);
  const seconds = clicks / CLICKS_PER_SECOND + (orders * orderMs) / 1000;
  // Clicks are read eventually consistent: half a unit for 4 kB.
  const readUnits = (clicks * CLICK_BYTES) / 4096 / 2 + orders * ORDER_READ_UNITS;
  return { seconds, dollars: vcpuDollars(seconds) + dollarsFor(prices.readUnits, readUnits) };
};

/** Clicks of one merchant's day that one worker gets through, with its orders, in the fifteen minutes a function has. */
export const CLICKS_PER_WORKER = limits.runSeconds / computing(1).seconds;

export interface Night {
  /** Seconds of one vCPU, all workers together. */
  readonly work: number;
  /** From start to end, with a hundred workers; never less than the largest merchant's own day takes. */
  readonly duration: number;
  readonly largest: number;
  readonly dollars: number;
}

/** One night that closes every merchant's day once. */
export const nightOf = (clicksADay: number): Night => {
  const closing = (MERCHANTS * CLOSING_REQUESTS * assumed.tableRequestMs) / 1000;
  const starting = (Math.ceil(MERCHANTS / assumed.merchantsPerWorker) * assumed.workerStartMs) / 1000;
  const days = computing(clicksADay);
  const largest = computing(clicksADay * (zipfShares(MERCHANTS)[0] ?? 0)).seconds;
  const work = closing + starting + days.seconds;
  return {
    ...{ work, largest, duration: Math.max(largest, work / WORKERS) },
    dollars: days.dollars + vcpuDollars(closing + starting),
  };
};

/** Days before today that so many refunds, each of an order some days old, are of: as many as one run computes again. */
export const daysRefunded = (refunds: number): number => {
  const rate = 1 / MEAN_REFUND_DAYS;
  const weights = Array.from({ length: LAST_REFUND_DAY }, (_, i) => Math.exp(-rate * (i + 1)));
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.reduce((sum, weight) => sum + 1 - Math.exp((-refunds * weight) / all), 0);
};

/** Days that one merchant's refunds make a run compute again, when it runs so many times a day. */
export const restating = (clicksADay: number, runsADay: number) => {
  const daysARun = daysRefunded((clicksADay * ORDERS_PER_CLICK * REFUNDS_PER_ORDER) / runsADay);
  const run = computing(daysARun * clicksADay);
  return { daysARun, secondsARun: run.seconds, dollarsADay: run.dollars * runsADay };
};
