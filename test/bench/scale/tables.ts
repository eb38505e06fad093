// The tables of docs/scale.md, each computed from the simulation and the arithmetic beside it.
import { tableOf } from '../../support/access/document.ts';
import { assumed } from '../assumptions.ts';
import { dollarsFor, prices } from '../prices.ts';
import { busy, concurrencyNeeded, limits, linkReads } from './limits.ts';
import { DAY_SECONDS, STEPS, type Step } from './load.ts';
import { nightOf, restating } from './night.ts';
import { NEW_TABLE_PARTITIONS, PARTITION_WRITES } from './partitions.ts';
import {
  allMerchants,
  blackFriday,
  dirtyMarks,
  EVENT_UNITS,
  type Refusals,
  VIRAL_CLICKS,
  viralPost,
} from './scenarios.ts';
import { sweepOf } from './sweep.ts';

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const small = (value: number): string => (value >= 10 ? whole(value) : String(Number(value.toPrecision(2))));
const percent = (share: number): string => (share < 0.0005 ? '0' : `${(100 * share).toFixed(1)} %`);
const dollars = (value: number): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const times = ({ times: factor }: Step): string => `${whole(factor)}x`;

const time = (seconds: number): string => {
  if (seconds < 90) return `${whole(seconds)} s`;
  return seconds < 5_400 ? `${whole(seconds / 60)} min` : `${(seconds / 3_600).toFixed(1)} h`;
};

const middleAndWorst = ({ median, worst }: Refusals, when: 'early' | 'late'): string =>
  worst[when] < 0.0005 ? '0' : `${percent(median[when])} / ${percent(worst[when])}`;

/** A table that has `warmThroughput` for so many writes a second has a partition for each thousand. */
const VIRAL_TABLES = [NEW_TABLE_PARTITIONS, 6, 12, 24];

const viral = (): string => {
  const row = (partitions: number, shards: number) => {
    const refusals = viralPost(shards, partitions);
    const takes = `${whole(partitions * PARTITION_WRITES)}${partitions === NEW_TABLE_PARTITIONS ? ' (new)' : ''}`;
    const shares = [middleAndWorst(refusals, 'early'), middleAndWorst(refusals, 'late')];
    return [takes, String(shards), ...shares, percent(refusals.worstWithBurst)];
  };
  return tableOf(
    [
      'Table takes, WRU/s',
      'Shards',
      'Refused, minutes 1-5',
      'Refused, minutes 6-10',
      'Worst with full bursts, all ten',
    ],
    VIRAL_TABLES.flatMap((partitions) => [row(partitions, 8), row(partitions, 64)]),
  );
};

const merchants = (): string =>
  tableOf(
    [
      'Load',
      'Clicks/s, busiest',
      'Hottest shard, WRU/s',
      'Refused on a new table',
      'Partitions once grown',
      'Refused then',
    ],
    STEPS.map((step) => {
      const { hottestKey, partitions, fresh, grown } = allMerchants(step);
      const cells = [times(step), whole(step.peakClicks), small(hottestKey), middleAndWorst(fresh, 'early')];
      return [...cells, String(partitions), middleAndWorst(grown, 'early')];
    }),
  );

const FRIDAY_EVENTS = [50, 200, 500, 700, 1_000, 1_500, 2_000];

const friday = (): string =>
  tableOf(
    [
      'Events/s of one merchant',
      'Orders/h',
      'Index, minutes 1-5',
      'Index, minutes 6-10',
      'Table writes',
      "Reads of the merchant's record",
    ],
    FRIDAY_EVENTS.map((events) => {
      const { index, writes, reads } = blackFriday(events);
      const ofIndex = [middleAndWorst(index, 'early'), middleAndWorst(index, 'late')];
      return [
        whole(events),
        whole(events * 1_800),
        ...ofIndex,
        middleAndWorst(writes, 'early'),
        middleAndWorst(reads, 'early'),
      ];
    }),
  );

const marks = (): string =>
  tableOf(
    [
      'Load',
      'Order events/s, busiest',
      'Webhook processes',
      'Marks/s',
      'Hottest of 8 keys',
      'Refused, minutes 1-5',
      'Minutes 6-10',
    ],
    STEPS.map((step) => {
      const processes = Math.max(1, Math.ceil(busy(step.peakEvents, assumed.orderEventMs)));
      const { perSecond, hottestKey, refusals } = dirtyMarks(step.peakEvents, processes);
      const sums = [small(step.peakEvents), whole(processes), small(perSecond), small(hottestKey)];
      return [times(step), ...sums, middleAndWorst(refusals, 'early'), middleAndWorst(refusals, 'late')];
    }),
  );

const accounts = (): string => {
  const over = (value: number, limit: number) => (value > limit ? `**${whole(value)}**` : whole(value));
  return tableOf(
    [
      'Load',
      'Requests/s',
      'redirect: busy',
      'redirect: needs',
      'webhook: busy',
      'webhook: needs',
      'WRU/s',
      'Reads/s of one link',
    ],
    STEPS.map((step) => {
      const { peakClicks, peakEvents } = step;
      const needs = [
        small(busy(peakClicks, assumed.clickMs)),
        over(concurrencyNeeded(peakClicks, assumed.clickMs), limits.concurrency),
        small(busy(peakEvents, assumed.orderEventMs)),
        over(concurrencyNeeded(peakEvents, assumed.orderEventMs), limits.concurrency),
      ];
      const writes = over(peakClicks + EVENT_UNITS * peakEvents, limits.tableUnits);
      return [
        times(step),
        over(peakClicks + peakEvents, limits.apiRequests),
        ...needs,
        writes,
        small(linkReads(peakClicks, assumed.clickMs)),
      ];
    }),
  );
};

const night = (): string =>
  tableOf(
    [
      'Load',
      'Clicks a day',
      'Work, one vCPU',
      "Largest merchant's day",
      'Duration, 100 workers',
      'USD a night',
      'USD a million clicks',
    ],
    STEPS.map((step) => {
      const clicks = step.clicks * DAY_SECONDS;
      const { work, largest, duration, dollars: price } = nightOf(clicks);
      const alone = largest > limits.runSeconds ? `**${time(largest)}**` : time(largest);
      const prices = [dollars(price), dollars(price / (clicks / 1e6))];
      return [times(step), whole(clicks), time(work), alone, time(duration), ...prices];
    }),
  );

const MERCHANT_DAYS = [10_000, 100_000, 1_000_000, 10_000_000];

const restated = (): string =>
  tableOf(
    [
      'Clicks a day of one merchant',
      'Every hour: days a run',
      'a run takes',
      'USD a day',
      'Once a night: days',
      'it takes',
      'USD a day',
    ],
    MERCHANT_DAYS.map((clicks) => {
      const told = (runs: number) => {
        const { daysARun, secondsARun, dollarsADay } = restating(clicks, runs);
        return [
          small(daysARun),
          secondsARun > limits.runSeconds ? `**${time(secondsARun)}**` : time(secondsARun),
          dollars(dollarsADay),
        ];
      };
      return [whole(clicks), ...told(24), ...told(1)];
    }),
  );

const sweeps = (): string =>
  tableOf(
    ['Load', 'Order events/s, busiest', 'A round takes', 'RRU a round', 'USD a month of reads, at the mean rate'],
    STEPS.map((step) => {
      const { seconds, readUnits } = sweepOf(step.peakEvents);
      const rounds = ((365.25 / 12) * 24 * 60) / assumed.sweepMinutes;
      const price = dollarsFor(prices.readUnits, sweepOf(step.peakEvents / 4).readUnits * rounds);
      const takes = seconds > assumed.sweepMinutes * 60 ? `**${time(seconds)}**` : time(seconds);
      return [times(step), small(step.peakEvents), takes, whole(readUnits), dollars(price)];
    }),
  );

/** Every table by the name its place in the document has. */
export const scaleTables: Readonly<Record<string, () => string>> = {
  ...{ viral, merchants, friday, marks, accounts, night, restated, sweeps },
};

/** What each table is of, for those who read it outside the document. */
export const titles: Readonly<Record<string, string>> = {
  viral: `A post gone viral: ${whole(VIRAL_CLICKS)} clicks/s on one link (typical / worst placement)`,
  merchants: '5,000 merchants, by Zipf, in their busiest minutes',
  friday: 'Black Friday of one merchant: share refused (typical / worst placement)',
  marks: 'Dirty marks of 5,000 merchants',
  accounts: 'What the account is asked for; bold is over its default quota',
  night: 'A night that closes every merchant once; bold is over fifteen minutes',
  restated: 'Days computed again because orders of theirs were refunded',
  sweeps: 'A round of the sweep; bold is over five minutes',
};
