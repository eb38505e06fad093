// The scenarios that docs/scale.md quotes, each played over many ways its keys may fall on partitions.
import { createRandom } from '../../../infra/local/demo/random.ts';
import {
  clicksOfMerchants,
  indexOfOrders,
  MERCHANTS,
  marksOfMerchants,
  merchantIdOf,
  ordersOfMerchant,
  recordReads,
  type Step,
  viralClicks,
  zipfShares,
} from './load.ts';
import {
  isQuiet,
  NEW_TABLE_PARTITIONS,
  PARTITION_READS,
  PARTITION_WRITES,
  type Placement,
  play,
  SPLIT_AFTER_SECONDS,
  type Stream,
} from './partitions.ts';

export const VIRAL_CLICKS = 3_000;
/** Write units of an order event in the stated mix, and milliseconds of answering it: rounded up from the bench. */
export const EVENT_UNITS = 7.5;
const TEN_MINUTES = 600;
/** The first of many merchants: whose post it is. */
const MERCHANT = merchantIdOf(0);

/** Shares refused before splits come and after, over many placements. */
export interface Refusals {
  readonly median: { readonly early: number; readonly late: number };
  readonly worst: { readonly early: number; readonly late: number };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const spreadOf = (values: readonly number[]) => {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? 0, worst: sorted.at(-1) ?? 0 };
};

type Table = Pick<Placement, 'partitions' | 'limit'>;

const NEW_TABLE: Table = { partitions: NEW_TABLE_PARTITIONS, limit: PARTITION_WRITES };

/** Plays a load for ten minutes in so many placements, from the same seed each time. */
const refusalsOf = (streams: readonly Stream[], table: Table, placements: number): Refusals => {
  // What one partition takes all of, any number take.
  const all = streams.reduce((sum, { perSecond }) => sum + perSecond, 0);
  if (isQuiet(all, table.limit)) return { median: { early: 0, late: 0 }, worst: { early: 0, late: 0 } };
  const minutesBefore = SPLIT_AFTER_SECONDS / 60;
  const outcomes = Array.from({ length: placements }, (_, salt) => {
    const placement = { ...table, salt, seconds: TEN_MINUTES };
    const { refusedByMinute } = play(streams, placement, createRandom(salt));
    return {
      early: mean(refusedByMinute.slice(0, minutesBefore)),
      late: mean(refusedByMinute.slice(minutesBefore)),
    };
  });
  const early = spreadOf(outcomes.map((outcome) => outcome.early));
  const late = spreadOf(outcomes.map((outcome) => outcome.late));
  return {
    median: { early: early.median, late: late.median },
    worst: { early: early.worst, late: late.worst },
  };
};

const viralStreams = new Map<number, readonly Stream[]>();

/** A post gone viral: 3,000 clicks a second on one link, over so many shards and partitions. */
export const viralPost = (shards: number, partitions: number, placements = 60) => {
  const streams = viralStreams.get(shards) ?? viralClicks(MERCHANT, shards, VIRAL_CLICKS, createRandom(shards));
  viralStreams.set(shards, streams);
  const table = { partitions, limit: PARTITION_WRITES };
  const withBursts = Array.from({ length: placements }, (_, salt) => {
    const placement = { ...table, salt, seconds: TEN_MINUTES, burst: true };
    return play(streams, placement, createRandom(salt)).refused;
  });
  // Of all ten minutes, when every partition begins with a full bucket.
  return { ...refusalsOf(streams, table, placements), worstWithBurst: spreadOf(withBursts).worst };
};

/** Partitions of a table that has seen this peak before: on demand keeps room for twice of it. */
const grownTo = (writesPerSecond: number): number =>
  Math.max(NEW_TABLE_PARTITIONS, Math.ceil((2 * writesPerSecond) / PARTITION_WRITES));

/** The busiest minutes of all merchants, on a new table and on one grown for them. */
export const allMerchants = ({ peakClicks }: Step, shards = 8, placements = 3) => {
  const streams = clicksOfMerchants(peakClicks, shards);
  const grown = { partitions: grownTo(peakClicks), limit: PARTITION_WRITES };
  return {
    hottestKey: (peakClicks * (zipfShares(MERCHANTS)[0] ?? 0)) / shards,
    partitions: grown.partitions,
    fresh: refusalsOf(streams, NEW_TABLE, placements),
    grown: refusalsOf(streams, grown, placements),
  };
};

/** One merchant's Black Friday: what is refused of its index entries, its writes and the reads of its own record. */
export const blackFriday = (eventsPerSecond: number, placements = 60) => ({
  index: refusalsOf(indexOfOrders(MERCHANT, eventsPerSecond), NEW_TABLE, placements),
  writes: refusalsOf(
    ordersOfMerchant(MERCHANT, eventsPerSecond, EVENT_UNITS),
    { partitions: grownTo(eventsPerSecond * EVENT_UNITS), limit: PARTITION_WRITES },
    Math.ceil(placements / 10),
  ),
  reads: refusalsOf(recordReads(MERCHANT, eventsPerSecond), { ...NEW_TABLE, limit: PARTITION_READS }, placements),
});

/** Marks a second with so many processes, and what is refused of them on a new table that does nothing else. */
export const dirtyMarks = (eventsPerSecond: number, processes: number, placements = 60) => {
  const streams = marksOfMerchants(eventsPerSecond, processes);
  return {
    perSecond: streams.reduce((sum, { perSecond }) => sum + perSecond, 0),
    hottestKey: Math.max(...streams.map(({ perSecond }) => perSecond)),
    refusals: refusalsOf(streams, NEW_TABLE, placements),
  };
};
