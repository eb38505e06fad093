// Roll-ups: a day's rows and credits packed into compressed blocks, and a header, written last, that names them.
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Day } from '../domain/days.ts';
import type { DayRollup, RollupHeader } from '../domain/rollup.ts';
import { keys } from './keys.ts';
import { allItems, getItems, type Item, type Key, putItem, type Table, writeItems } from './table.ts';

const BLOCK_BYTES = 300_000;

interface StoredHeader extends RollupHeader {
  readonly blocks: readonly string[];
}

const headerOf = (item: Item): StoredHeader => item.header as StoredHeader;

const blockName = (startedAt: number, run: string, part: number) => `${startedAt}-${run}-${part}`;

/** Blocks of runs that began earlier: replaced, or left by one that was cut short or came too late. */
const earlierBlocks = (table: Table, merchantId: string, { day, startedAt }: RollupHeader): Promise<Key[]> =>
  allItems(table, keys.rollupPartition(merchantId, day), {
    from: keys.rollupBlock(merchantId, day, '').sk,
    to: keys.rollupBlock(merchantId, day, String(startedAt)).sk,
  });

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
): Promise<boolean> => {
  const key = keys.rollupHeader(merchantId, header.day);
  const packed = gzipSync(JSON.stringify(day));
  const parts = Math.ceil(packed.length / BLOCK_BYTES);
  const blocks = Array.from({ length: parts }, (_, part) => blockName(header.startedAt, run, part));
  const places = blocks.map((name) => keys.rollupBlock(merchantId, header.day, name));
  await writeItems(
    table,
    places.map((place, part) => ({
      ...place,
      v: 1,
      bytes: packed.subarray(part * BLOCK_BYTES, (part + 1) * BLOCK_BYTES),
    })),
  );
  const stored: StoredHeader = { ...header, blocks };
  const written = await putItem(
    table,
    { ...key, v: 1, startedAt: header.startedAt, header: stored },
    { expression: 'attribute_not_exists(pk) OR startedAt <= :mine', values: { ':mine': header.startedAt } },
  );
  await writeItems(table, [], written ? await earlierBlocks(table, merchantId, header) : places);
  return written;
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
    const places = headers.flatMap((header) =>
      header.blocks.map((name) => keys.rollupBlock(merchantId, header.day, name)),
    );
    const blocks = new Map((await getItems(table, places)).map((item) => [`${item.pk}#${item.sk}`, item]));
    left = [];
    for (const header of headers) {
      const parts = header.blocks.map((name) => {
        const place = keys.rollupBlock(merchantId, header.day, name);
        return blocks.get(`${place.pk}#${place.sk}`)?.bytes as Uint8Array | undefined;
      });
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
