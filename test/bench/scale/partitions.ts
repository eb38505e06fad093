// A model of how DynamoDB shares load out among partitions: each takes so many units a second, keys fall where their hash
// says, and a partition that stays hot is split in two. Reads and writes are modelled one at a time.
import { createHash } from 'node:crypto';
import type { Random } from '../../../infra/local/demo/random.ts';

/** Units a second on one partition key. */
export interface Stream {
  readonly pk: string;
  readonly perSecond: number;
  /**
   * `spread`: sort keys lie all over, so a split shares the load. `point`: all of it meets one place at any moment, a
   * single item or the growing end of a listing by time, and no split helps.
   */
  readonly shape: 'spread' | 'point';
}

/** What one partition takes. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html */
export const PARTITION_WRITES = 1_000;
export const PARTITION_READS = 3_000;
/** A new on-demand table takes 4,000 write units a second, as four partitions do. */
export const NEW_TABLE_PARTITIONS = 4;
/** Unused throughput of this many seconds may be kept for a burst: best effort, nothing AWS promises. */
const BURST_SECONDS = 300;
/** AWS publishes no time: measurements of others saw splits after some minutes of heat. */
export const SPLIT_AFTER_SECONDS = 300;
/** Of a partition's limit. */
const HOT = 0.9;

export interface Placement {
  readonly partitions: number;
  readonly limit: number;
  readonly seconds: number;
  /** AWS publishes no hash either: a salt stands for one of the ways keys may fall. */
  readonly salt: number;
  readonly burst?: boolean;
}

export interface Outcome {
  /** Share of all units refused at the first attempt, minute by minute. */
  readonly refusedByMinute: readonly number[];
  readonly refused: number;
  readonly partitions: number;
  /** Units a second asked of the hottest partition at the start. */
  readonly hottest: number;
}

interface Part {
  readonly stream: Stream;
  readonly hash: number;
  readonly perSecond: number;
}

interface Partition {
  readonly parts: readonly Part[];
  readonly load: number;
  kept: number;
  hotFor: number;
}

const keyHashes = new Map<string, number>();

/** From 0 to below 1. The key's own hash is kept, since the same keys are placed many times. */
const hashOf = (salt: number, pk: string): number => {
  const own = keyHashes.get(pk) ?? createHash('sha256').update(pk).digest().readUInt32BE(0);
  keyHashes.set(pk, own);
  // The finaliser of MurmurHash3: every bit of key and salt changes every bit of the place.
  let mixed = (own ^ Math.imul(salt + 1, 0x9e3779b1)) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
};

const partitionOf = (parts: readonly Part[], kept: number): Partition => ({
  ...{ parts, kept, hotFor: 0 },
  load: parts.reduce((sum, { perSecond }) => sum + perSecond, 0),
});

/** Keys by their hashes, in ranges of equal width. */
const placed = (streams: readonly Stream[], { partitions, salt, limit, burst }: Placement): Partition[] => {
  const ranges = Array.from({ length: partitions }, (): Part[] => []);
  for (const stream of streams) {
    const hash = hashOf(salt, stream.pk);
    ranges[Math.floor(hash * partitions)]?.push({ stream, hash, perSecond: stream.perSecond });
  }
  return ranges.map((parts) => partitionOf(parts, burst ? limit * BURST_SECONDS : 0));
};

/** Two halves of a partition's load, cut within a partition key where its sort keys allow; one when nothing can be cut. */
const halves = ({ parts, load }: Partition): Partition[] => {
  const left: Part[] = [];
  const right: Part[] = [];
  let taken = 0;
  for (const part of parts.toSorted((a, b) => a.hash - b.hash)) {
    const room = load / 2 - taken;
    taken += part.perSecond;
    if (part.perSecond <= room) left.push(part);
    else if (room <= 0) right.push(part);
    else if (part.stream.shape === 'spread') {
      left.push({ ...part, perSecond: room });
      right.push({ ...part, perSecond: part.perSecond - room });
    } else if (left.length > 0 && room < part.perSecond / 2) right.push(part);
    else left.push(part);
  }
  return [left, right].filter((half) => half.length > 0).map((half) => partitionOf(half, 0));
};

/** True for a load that no chance brings near the limit. */
export const isQuiet = (load: number, limit: number): boolean => load + 8 * Math.sqrt(load) < HOT * limit;

/** Arrivals of a second: a Poisson number, by its normal neighbour; the mean itself where chance can't matter. */
const arrivals = (mean: number, limit: number, random: Random): number => {
  if (isQuiet(mean, limit)) return mean;
  const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  return Math.max(0, mean + Math.sqrt(mean) * normal);
};

/** One second of one partition: units asked and units refused. */
const serve = (partition: Partition, { limit, burst }: Placement, random: Random) => {
  const asked = arrivals(partition.load, limit, random);
  const served = Math.min(asked, limit + partition.kept);
  if (burst) partition.kept = Math.min(limit * BURST_SECONDS, partition.kept + limit - served);
  partition.hotFor = asked > HOT * limit ? partition.hotFor + 1 : 0;
  return { asked, refused: asked - served };
};

/**
 * Plays the load for some seconds. What is refused is not asked again: the SDK's retries smooth a second, and do nothing
 * for minutes of too much.
 */
export const play = (streams: readonly Stream[], placement: Placement, random: Random): Outcome => {
  let partitions = placed(streams, placement);
  const hottest = Math.max(...partitions.map(({ load }) => load));
  const minutes = Array.from({ length: Math.ceil(placement.seconds / 60) }, () => ({ asked: 0, refused: 0 }));
  if (isQuiet(hottest, placement.limit)) {
    return { refusedByMinute: minutes.map(() => 0), refused: 0, partitions: partitions.length, hottest };
  }
  for (let second = 0; second < placement.seconds; second++) {
    const minute = minutes[Math.floor(second / 60)] as { asked: number; refused: number };
    for (const partition of partitions) {
      const { asked, refused } = serve(partition, placement, random);
      minute.asked += asked;
      minute.refused += refused;
    }
    if (partitions.some(({ hotFor }) => hotFor >= SPLIT_AFTER_SECONDS)) {
      partitions = partitions.flatMap((one) => (one.hotFor >= SPLIT_AFTER_SECONDS ? halves(one) : [one]));
    }
  }
  const all = minutes.reduce((sum, { asked, refused }) => ({
    asked: sum.asked + asked,
    refused: sum.refused + refused,
  }));
  const share = ({ asked, refused }: { asked: number; refused: number }) => (asked > 0 ? refused / asked : 0);
  return { refusedByMinute: minutes.map(share), refused: share(all), partitions: partitions.length, hottest };
};
