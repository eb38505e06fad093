// Roll-ups on a real engine: a reader always sees one whole computation, whoever writes meanwhile.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptySales } from '../../lib/domain/report-rows.ts';
import type { DayRollup, RollupHeader } from '../../lib/domain/rollup.ts';
import { keys } from '../../lib/table/keys.ts';
import { dequeueRollup, enqueueRollup, queuedRollups } from '../../lib/table/rollup-queue.ts';
import { readRollups, writeRollup } from '../../lib/table/rollups.ts';
import { allItems, getItem, putItem, type Table } from '../../lib/table/table.ts';
import { aComputedDay } from '../support/computed-day.ts';
import { type TestTable, testTable } from '../support/engine.ts';
import { MERCHANT_ID } from '../support/records.ts';
import { TEST_NOW } from '../support/service.ts';
import { failingTable, TableDown, wrappedTable } from '../support/wrapped-table.ts';

const DAY = '2026-11-20';

let opened: TestTable;
let table: Table;
beforeAll(async () => {
  opened = await testTable();
  table = opened.table;
});
afterAll(() => opened.close());

/** Days without narrow rows, which have tests of their own. */
const writeDay = (
  to: Table,
  merchantId: string,
  header: RollupHeader,
  day: DayRollup,
  run: string,
  now: () => number,
) => writeRollup(to, merchantId, header, aComputedDay(day), run, now);

let merchants = 0;
const aMerchantId = () => `mer_rollups${++merchants}`;

/** A minute after the runs of these tests, all of whose clocks agree unless a test says otherwise. */
const clock = () => TEST_NOW + 60_000;

const aHeader = (over: Partial<RollupHeader> = {}): RollupHeader => ({
  day: DAY,
  startedAt: TEST_NOW,
  computedAt: TEST_NOW + 500,
  clickRules: 'clicks-1',
  attributionRules: 'rul_1',
  ...over,
});

/** A computation that names its run in every part; random ids keep it from compressing. */
const aDay = (run: string, credits = 1): DayRollup => ({
  rows: [],
  credits: Array.from({ length: credits }, () => ({
    orderId: randomBytes(48).toString('base64'),
    creatorId: run,
    campaignId: null,
    linkId: null,
    codeId: null,
    conflict: false,
    reason: null,
  })),
  stores: [],
});

/** Enough credits for three blocks. */
const SEVERAL_BLOCKS = 14_000;

const blocksOf = async (merchantId: string, day = DAY) =>
  (await allItems(table, keys.rollupPartition(merchantId, day))).filter(({ sk }) => sk !== 'HEAD');

describe("a day's roll-up", () => {
  it('is read back as written, header and rows', async () => {
    const merchantId = aMerchantId();
    const day = aDay('run');
    expect(await writeDay(table, merchantId, aHeader(), day, 'run', clock)).toBe(true);
    expect(await readRollups(table, merchantId, [DAY])).toEqual([{ header: aHeader(), day }]);
  });

  it('of any size is packed into blocks that fit and read whole', async () => {
    const merchantId = aMerchantId();
    const day = aDay('large', SEVERAL_BLOCKS);
    await writeDay(table, merchantId, aHeader(), day, 'large', clock);
    const blocks = await blocksOf(merchantId);
    expect(blocks.length).toBeGreaterThan(2);
    expect(Math.max(...blocks.map(({ bytes }) => (bytes as Uint8Array).length))).toBeLessThanOrEqual(300_000);
    expect(await readRollups(table, merchantId, [DAY])).toEqual([{ header: aHeader(), day }]);
  });

  it('holds families of narrow rows in blocks of their own, read only where asked for', async () => {
    const merchantId = aMerchantId();
    const about = { creatorId: null, campaignId: null, storeId: 'sto_1', customerType: 'new', country: 'DE' } as const;
    const row = (line: string | null) => ({ ...about, channel: 'web', line, booked: emptySales(), settled: null });
    const narrow = { order: [row(null)], sku: [row('A'), row('B')], product: [], collection: [] };
    await writeRollup(table, merchantId, aHeader(), aComputedDay({ narrow }), 'run', clock);
    expect(await blocksOf(merchantId)).toHaveLength(3);
    const read: string[] = [];
    const watched = wrappedTable(table, async ({ operation, input }, send) => {
      if (operation === 'BatchGet') read.push(...(JSON.stringify(input).match(/BLK#[\w-]+/g) ?? []));
      return send();
    });
    expect(await readRollups(watched, merchantId, [DAY])).toEqual([{ header: aHeader(), day: aDay('none', 0) }]);
    expect(read).toEqual([`BLK#${TEST_NOW}-run-0`]);
    read.length = 0;
    const [withSkus] = await readRollups(watched, merchantId, [DAY], ['sku', 'product']);
    expect(withSkus?.narrow).toEqual({ sku: narrow.sku, product: [] });
    expect(read).toEqual([`BLK#${TEST_NOW}-run-0`, `BLK#${TEST_NOW}-run-sku-0`]);
    // The next computation takes the place of all of them.
    await writeRollup(table, merchantId, aHeader({ startedAt: TEST_NOW + 1 }), aComputedDay(), 'next', clock);
    expect(await blocksOf(merchantId)).toHaveLength(1);
  });

  it('computed before there were narrow rows has none, which is not the same as none sold', async () => {
    const merchantId = aMerchantId();
    await writeDay(table, merchantId, aHeader(), aDay('run'), 'run', clock);
    const place = keys.rollupHeader(merchantId, DAY);
    const item = await getItem(table, place);
    const { narrow: _narrow, ...header } = { ...(item?.header as Record<string, unknown>) };
    expect((await readRollups(table, merchantId, [DAY], ['sku']))[0]?.narrow).toEqual({ sku: [] });
    await putItem(table, { ...place, v: 1, startedAt: TEST_NOW, header });
    const [read] = await readRollups(table, merchantId, [DAY], ['sku']);
    expect([read?.narrow, read?.day.credits.length]).toEqual([undefined, 1]);
  });

  it('comes with those of other days in the order asked for; days never computed are left out', async () => {
    const merchantId = aMerchantId();
    const days = ['2026-11-18', '2026-11-20'];
    for (const day of days) await writeDay(table, merchantId, aHeader({ day }), aDay(day), day, clock);
    const read = await readRollups(table, merchantId, ['2026-11-17', '2026-11-18', '2026-11-19', '2026-11-20']);
    expect(read.map(({ header }) => header.day)).toEqual(days);
    expect(await readRollups(table, MERCHANT_ID, days)).toEqual([]);
  });

  it('is replaced by a run that began later, which leaves no blocks of the earlier', async () => {
    const merchantId = aMerchantId();
    await writeDay(table, merchantId, aHeader(), aDay('old', SEVERAL_BLOCKS), 'old', clock);
    const later = aHeader({ startedAt: TEST_NOW + 1000 });
    const day = aDay('new');
    expect(await writeDay(table, merchantId, later, day, 'new', clock)).toBe(true);
    expect(await readRollups(table, merchantId, [DAY])).toEqual([{ header: later, day }]);
    expect(await blocksOf(merchantId)).toHaveLength(1);
  });

  it('stays when a run that began earlier comes late, and that run leaves nothing', async () => {
    const merchantId = aMerchantId();
    const later = aHeader({ startedAt: TEST_NOW + 1000 });
    const day = aDay('later');
    await writeDay(table, merchantId, later, day, 'later', clock);
    expect(await writeDay(table, merchantId, aHeader(), aDay('late'), 'late', clock)).toBe(false);
    expect(await readRollups(table, merchantId, [DAY])).toEqual([{ header: later, day }]);
    expect(await blocksOf(merchantId)).toHaveLength(1);
  });

  it('is replaced by a run of now when a clock ahead of ours dated it in time to come, and leaves no blocks', async () => {
    const merchantId = aMerchantId();
    const ahead = aHeader({ startedAt: TEST_NOW + 3_600_000 });
    await writeDay(table, merchantId, ahead, aDay('ahead'), 'ahead', () => ahead.startedAt);
    const day = aDay('now');
    expect(await writeDay(table, merchantId, aHeader(), day, 'now', clock)).toBe(true);
    expect(await readRollups(table, merchantId, [DAY])).toEqual([{ header: aHeader(), day }]);
    expect(await blocksOf(merchantId)).toHaveLength(1);
    const next = aHeader({ startedAt: TEST_NOW + 1000 });
    expect(await writeDay(table, merchantId, next, aDay('next'), 'next', clock)).toBe(true);
    // What a run of that clock finds there is an earlier one's, as ever.
    const later = aHeader({ startedAt: ahead.startedAt + 1 });
    expect(await writeDay(table, merchantId, later, aDay('later'), 'later', () => later.startedAt)).toBe(true);
    expect(await blocksOf(merchantId)).toHaveLength(1);
  });

  it('is whole though the run it replaces, dated in time to come, clears earlier blocks away only afterwards', async () => {
    const merchantId = aMerchantId();
    const ahead = aHeader({ startedAt: TEST_NOW + 3_600_000 });
    const day = aDay('now');
    let replaced = false;
    const interrupted = wrappedTable(table, async ({ operation }, send) => {
      if (operation === 'Query') replaced = await writeDay(table, merchantId, aHeader(), day, 'now', clock);
      return send();
    });
    await writeDay(interrupted, merchantId, ahead, aDay('ahead'), 'ahead', () => ahead.startedAt);
    expect(replaced).toBe(true);
    expect(await readRollups(table, merchantId, [DAY])).toEqual([{ header: aHeader(), day }]);
  });

  it.each([1, 2, 3])(
    'is the old one or the new one, never half, when its writer crashes before request %i',
    async (nth) => {
      const merchantId = aMerchantId();
      const old = aDay('old');
      await writeDay(table, merchantId, aHeader(), old, 'old', clock);
      const broken = failingTable(table, (count) => count >= nth);
      const later = aHeader({ startedAt: TEST_NOW + 1000 });
      const next = aDay('next');
      await expect(writeDay(broken, merchantId, later, next, 'next', clock)).rejects.toThrow(TableDown);
      const [read] = await readRollups(table, merchantId, [DAY]);
      expect(read?.day).toEqual(nth < 3 ? old : next);
      // The next run clears away what the crash left.
      await writeDay(table, merchantId, aHeader({ startedAt: TEST_NOW + 2000 }), aDay('last'), 'last', clock);
      expect(await blocksOf(merchantId)).toHaveLength(1);
    },
  );

  it('is one whole computation to every reader while writers replace it', async () => {
    const merchantId = aMerchantId();
    await writeDay(table, merchantId, aHeader(), aDay('run-0', 5000), 'run-0', clock);
    let writing = true;
    const writes = (async () => {
      for (let i = 1; i <= 10; i++) {
        const pair = [2 * i, 2 * i + 1].map((n) =>
          writeDay(table, merchantId, aHeader({ startedAt: TEST_NOW + n }), aDay(`run-${n}`, 5000), `run-${n}`, clock),
        );
        await Promise.all(pair);
      }
      writing = false;
    })();
    const seen: number[] = [];
    while (writing) {
      const [read] = await readRollups(table, merchantId, [DAY]);
      const runs = new Set(read?.day.credits.map(({ creatorId }) => creatorId));
      expect([...runs]).toEqual([`run-${(read?.header.startedAt ?? 0) - TEST_NOW}`]);
      expect(read?.day.credits).toHaveLength(5000);
      seen.push(read?.header.startedAt ?? 0);
    }
    await writes;
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(new Set(seen).size).toBeGreaterThan(1);
  });
});

describe('the queue of roll-ups', () => {
  it('holds each until it is taken out', async () => {
    await enqueueRollup(table, 'rup_1', TEST_NOW);
    await enqueueRollup(table, 'rup_2', TEST_NOW);
    await enqueueRollup(table, 'rup_1', TEST_NOW + 1);
    expect(await queuedRollups(table)).toEqual(['rup_1', 'rup_2']);
    await dequeueRollup(table, 'rup_1');
    await dequeueRollup(table, 'rup_never');
    expect(await queuedRollups(table)).toEqual(['rup_2']);
  });
});
