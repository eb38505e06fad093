// Roll-ups: a day's rows and credits packed into compressed blocks, and a header, written last, that names them.
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Day } from '../domain/days.ts';
import type { DayRollup, RollupHeader } from '../domain/rollup.ts';
import type { Clock } from '../platform/clock.ts';
import { keys } from './keys.ts';
import {
  allItems,
  type Condition,
  getItem,
  getItems,
  type Item,
  type Key,
  putItem,
  type Table,
  writeItems,
} from './table.ts';

const BLOCK_BYTES = 300_000;

interface StoredHeader extends RollupHeader {
  readonly blocks: readonly string[];
}

const headerOf = (item: Item): StoredHeader => item.header as StoredHeader;

const blockName = (startedAt: number, run: string, part: number) => `${startedAt}-${run}-${part}`;

const placesOf = (merchantId: string, { day, blocks }: StoredHeader): Key[] =>
  blocks.map((name) => keys.rollupBlock(merchantId, day, name));

/** Blocks of runs that began earlier: replaced, or left by one that was cut short or came too late. */
const earlierBlocks = (table: Table, merchantId: string, { day, startedAt }: RollupHeader): Promise<Key[]> =>
  allItems(table, keys.rollupPartition(merchantId, day), {
    from: keys.rollupBlock(merchantId, day, '').sk,
    to: keys.rollupBlock(merchantId, day, String(startedAt)).sk,
  });

interface Computation {
  readonly merchantId: string;
  readonly header: RollupHeader;
  readonly packed: Uint8Array;
  readonly run: string;
}

/** Writes blocks, named after `since`, and then the header if `condition` holds; else the blocks go again. */
const putComputation = async (table: Table, computation: Computation, since: number, condition: Condition) => {
  const { merchantId, header, packed, run } = computation;
  const parts = Math.ceil(packed.length / BLOCK_BYTES);
  const blocks = Array.from({ length: parts }, (_, part) => blockName(since, run, part));
  const stored: StoredHeader = { ...header, blocks };
  const places = placesOf(merchantId, stored);
  await writeItems(
    table,
    places.map((place, part) => ({
      ...place,
      v: 1,
      bytes: packed.subarray(part * BLOCK_BYTES, (part + 1) * BLOCK_BYTES),
    })),
  );
  const key = keys.rollupHeader(merchantId, header.day);
  const item = { ...key, v: 1, startedAt: header.startedAt, header: stored };
  const written = await putItem(table, item, condition);
  if (!written) await writeItems(table, [], places);
  return written;
};

/**
 * Replaces a computation whose run began, by a clock ahead of ours, at a time that has not come yet: else it would keep
 * every other machine from writing the day until then.
 */
const replaceFuture = async (table: Table, computation: Computation, clock: Clock): Promise<boolean> => {
  const { merchantId, header } = computation;
  const item = await getItem(table, keys.rollupHeader(merchantId, header.day));
  // Asked only now: whatever a run with a clock like ours has written, it began before this instant.
  if (!item || headerOf(item).startedAt <= clock()) return false;
  const ahead = headerOf(item);
  // Blocks named by our own time would be cleared away as earlier ones by the run we replace, were it still at it.
  const written = await putComputation(table, computation, ahead.startedAt, {
    // Our own, when the request is repeated because its answer was lost.
    expression: 'startedAt = :seen OR startedAt = :mine',
    values: { ':seen': ahead.startedAt, ':mine': header.startedAt },
  });
  if (written) await writeItems(table, [], placesOf(merchantId, ahead));
  return written;
};

/**
 * Writes a day's computation: blocks first, header last, then the blocks of the one it replaces go. Answers false,
 * leaving the day as it is, when a run that began later has already written it.
 */
export const writeRollup = async (
  table: Table,
  merchantId: string,
  header: RollupHeader,
  day: DayRollup,
  run: string,
  clock: Clock,
): Promise<boolean> => {
  const computation = { merchantId, header, packed: gzipSync(JSON.stringify(day)), run };
  const written = await putComputation(table, computation, header.startedAt, {
    expression: 'attribute_not_exists(pk) OR startedAt <= :mine',
    values: { ':mine': header.startedAt },
  });
  if (!written) return replaceFuture(table, computation, clock);
  await writeItems(table, [], await earlierBlocks(table, merchantId, header));
  return true;
};

/** When, and under which rules, these days were last computed; days never computed are left out. */
export const readHeaders = async (table: Table, merchantId: string, days: readonly Day[]): Promise<RollupHeader[]> => {
  const items = await getItems(
    table,
    days.map((day) => keys.rollupHeader(merchantId, day)),
  );
  return items.map(headerOf);
};

/** A day as last computed. */
export interface ReadRollup {
  readonly header: RollupHeader;
  readonly day: DayRollup;
}

const READ_ATTEMPTS = 5;

/**
 * The computations of several days, each whole: a reader that finds a block gone reads the new header instead. Days
 * never computed are left out.
 */
export const readRollups = async (table: Table, merchantId: string, days: readonly Day[]): Promise<ReadRollup[]> => {
  const read = new Map<Day, ReadRollup>();
  let left = [...days];
  for (let attempt = 0; left.length > 0 && attempt < READ_ATTEMPTS; attempt++) {
    const headers = (
      await getItems(
        table,
        left.map((day) => keys.rollupHeader(merchantId, day)),
      )
    ).map(headerOf);
    const places = headers.flatMap((header) => placesOf(merchantId, header));
    const blocks = new Map((await getItems(table, places)).map((item) => [`${item.pk}#${item.sk}`, item]));
    left = [];
    for (const header of headers) {
      const parts = placesOf(merchantId, header).map(
        ({ pk, sk }) => blocks.get(`${pk}#${sk}`)?.bytes as Uint8Array | undefined,
      );
      if (parts.some((part) => part === undefined)) left.push(header.day);
      else {
        const packed = Buffer.concat(parts as Uint8Array[]);
        const { blocks: _blocks, ...rest } = header;
        read.set(header.day, { header: rest, day: JSON.parse(gunzipSync(packed).toString('utf8')) });
      }
    }
  }
  if (left.length > 0) throw new Error(`Roll-up of ${left[0]} names blocks that are gone`);
  return days.flatMap((day) => read.get(day) ?? []);
};
