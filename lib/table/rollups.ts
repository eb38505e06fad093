// Roll-ups: a day's rows and credits, and each family of narrow rows and of click rows by itself, packed into compressed blocks, and a
// header, written last, that names them.
import { gunzipSync, gzipSync } from 'node:zlib';
import { CLICK_DIMENSIONS } from '../domain/clicks/dimensions.ts';
import type { Day } from '../domain/days.ts';
import {
  type AnyFamily,
  type ComputedDay,
  type DayRollup,
  FAMILIES,
  type FamilyRows,
  type RollupHeader,
} from '../domain/rollup.ts';
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
  /** The blocks of each family of rows; absent of days computed before there was any, or before there was that one. */
  readonly narrow?: Readonly<Partial<Record<AnyFamily, readonly string[]>>>;
}

const headerOf = (item: Item): StoredHeader => item.header as StoredHeader;

const placesNamed = (merchantId: string, day: Day, blocks: readonly string[]): Key[] =>
  blocks.map((name) => keys.rollupBlock(merchantId, day, name));

const placesOf = (merchantId: string, { day, blocks, narrow }: StoredHeader): Key[] =>
  placesNamed(merchantId, day, [...blocks, ...Object.values(narrow ?? {}).flat()]);

/** Blocks of runs that began earlier: replaced, or left by one that was cut short or came too late. */
const earlierBlocks = (table: Table, merchantId: string, { day, startedAt }: RollupHeader): Promise<Key[]> =>
  allItems(table, keys.rollupPartition(merchantId, day), {
    from: keys.rollupBlock(merchantId, day, '').sk,
    to: keys.rollupBlock(merchantId, day, String(startedAt)).sk,
  });

interface Computation {
  readonly merchantId: string;
  readonly header: RollupHeader;
  readonly main: Uint8Array;
  readonly narrow: Readonly<Record<AnyFamily, Uint8Array>>;
  readonly run: string;
}

const packed = (rows: unknown): Uint8Array => gzipSync(JSON.stringify(rows));

/** A family's rows; of a day without any there is nothing to store. */
const packedFamily = (rows: readonly unknown[]): Uint8Array => (rows.length === 0 ? new Uint8Array() : packed(rows));

const ALL_FAMILIES: readonly AnyFamily[] = [...FAMILIES, ...CLICK_DIMENSIONS];

const byFamily = <T>(of: (family: AnyFamily) => T): Readonly<Record<AnyFamily, T>> =>
  Object.fromEntries(ALL_FAMILIES.map((family) => [family, of(family)])) as Readonly<Record<AnyFamily, T>>;

interface Block {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const blocksOf = (prefix: string, bytes: Uint8Array): Block[] =>
  Array.from({ length: Math.ceil(bytes.length / BLOCK_BYTES) }, (_, part) => ({
    name: `${prefix}-${part}`,
    bytes: bytes.subarray(part * BLOCK_BYTES, (part + 1) * BLOCK_BYTES),
  }));

const namesOf = (blocks: readonly Block[]): string[] => blocks.map(({ name }) => name);

/** Writes blocks, named after `since`, and then the header if `condition` holds; else the blocks go again. */
const putComputation = async (table: Table, computation: Computation, since: number, condition: Condition) => {
  const { merchantId, header, run } = computation;
  const { day } = header;
  const main = blocksOf(`${since}-${run}`, computation.main);
  const narrow = byFamily((family) => blocksOf(`${since}-${run}-${family}`, computation.narrow[family]));
  const blocks = [...main, ...Object.values(narrow).flat()];
  await writeItems(
    table,
    blocks.map(({ name, bytes }) => ({ ...keys.rollupBlock(merchantId, day, name), v: 1, bytes })),
  );
  const stored: StoredHeader = { ...header, blocks: namesOf(main), narrow: byFamily((name) => namesOf(narrow[name])) };
  const item = { ...keys.rollupHeader(merchantId, day), v: 1, startedAt: header.startedAt, header: stored };
  const written = await putItem(table, item, condition);
  if (!written) await writeItems(table, [], placesOf(merchantId, stored));
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
  { narrow: sales, clicks, ...day }: ComputedDay,
  run: string,
  clock: Clock,
): Promise<boolean> => {
  const families = { ...sales, ...clicks };
  const narrow = byFamily((family) => packedFamily(families[family]));
  const computation = { merchantId, header, main: packed(day), narrow, run };
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
  /** The families asked for; absent where none is or the day was computed before there were all of them. */
  readonly narrow?: Partial<FamilyRows>;
}

const READ_ATTEMPTS = 5;

const unpackedFrom = <T>(blocks: readonly Uint8Array[], nothing: T): T =>
  blocks.length === 0 ? nothing : JSON.parse(gunzipSync(Buffer.concat(blocks)).toString('utf8'));

/** A day of the blocks that were read; undefined when one of those it needs is gone. */
const readFrom = (
  { blocks, narrow, ...header }: StoredHeader,
  families: readonly AnyFamily[],
  bytesOf: (name: string) => Uint8Array | undefined,
): ReadRollup | undefined => {
  const wanted = families.every((family) => narrow?.[family]) ? families : [];
  const names = [...blocks, ...wanted.flatMap((family) => narrow?.[family] ?? [])];
  if (names.some((name) => bytesOf(name) === undefined)) return undefined;
  const bytes = (of: readonly string[] = []) => of.map((name) => bytesOf(name) as Uint8Array);
  const rows = wanted.map((family) => [family, unpackedFrom<unknown[]>(bytes(narrow?.[family]), [])]);
  const day = unpackedFrom<DayRollup>(bytes(blocks), { rows: [], credits: [], stores: [] });
  return { header, day, ...(wanted.length > 0 && { narrow: Object.fromEntries(rows) }) };
};

/**
 * The computations of several days, each whole: a reader that finds a block gone reads the new header instead. Days
 * never computed are left out. Families of narrow rows are read where asked for, and cost nothing else.
 */
export const readRollups = async (
  table: Table,
  merchantId: string,
  days: readonly Day[],
  families: readonly AnyFamily[] = [],
): Promise<ReadRollup[]> => {
  const read = new Map<Day, ReadRollup>();
  let left = [...days];
  for (let attempt = 0; left.length > 0 && attempt < READ_ATTEMPTS; attempt++) {
    const headers = (
      await getItems(
        table,
        left.map((day) => keys.rollupHeader(merchantId, day)),
      )
    ).map(headerOf);
    const places = headers.flatMap(({ day, blocks, narrow }) =>
      placesNamed(merchantId, day, [...blocks, ...families.flatMap((family) => narrow?.[family] ?? [])]),
    );
    const found = new Map((await getItems(table, places)).map((item) => [`${item.pk}#${item.sk}`, item]));
    left = [];
    for (const header of headers) {
      const whole = readFrom(header, families, (name) => {
        const { pk, sk } = keys.rollupBlock(merchantId, header.day, name);
        return found.get(`${pk}#${sk}`)?.bytes as Uint8Array | undefined;
      });
      if (whole) read.set(header.day, whole);
      else left.push(header.day);
    }
  }
  if (left.length > 0) throw new Error(`Roll-up of ${left[0]} names blocks that are gone`);
  return days.flatMap((day) => read.get(day) ?? []);
};
