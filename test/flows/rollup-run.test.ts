// The run of a roll-up: one at a time, that shows it is alive, knows its own writes, and stops when another takes over.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addDays, type Day, dayOf, daysFrom } from '../../lib/domain/days.ts';
import type { RollupData } from '../../lib/domain/entities.ts';
import { resumeRollups, runRollup } from '../../lib/flows/roll-up.ts';
import type { Service } from '../../lib/flows/service.ts';
import { recordById, replaceRecord, type StoredRecord } from '../../lib/table/records.ts';
import { enqueueRollup, queuedRollups } from '../../lib/table/rollup-queue.ts';
import { readRollups } from '../../lib/table/rollups.ts';
import type { Table } from '../../lib/table/table.ts';
import { aRecord, stored } from '../support/records.ts';
import { TEST_NOW, type TestService, testService } from '../support/service.ts';
import { aShop, type Shop } from '../support/shop.ts';
import { beforeFirst, failingTable, sortKeyPut, wrappedTable } from '../support/wrapped-table.ts';

const DAY = dayOf(TEST_NOW, 'UTC');

let world: TestService;
let service: Service;
let shop: Shop;
beforeEach(async () => {
  world = await testService();
  service = world.service;
  shop = await aShop(service);
});
afterEach(() => world.close());

const aQueuedRollup = async (to: Day): Promise<string> => {
  const progress = { startedAt: null, finishedAt: null, daysDone: 0, error: null };
  const data: RollupData = { from: DAY, to, state: 'queued', ...progress };
  const record = await stored(service.table, aRecord('rollup', data, { merchantId: shop.merchant.id }));
  await enqueueRollup(service.table, record.id, world.clock.now);
  return record.id;
};

const runOn = (table: Table, id: string) => runRollup({ ...service, table }, id);

const recordOf = async (id: string) => (await recordById<RollupData>(service.table, id)) as StoredRecord<RollupData>;

it('that dies is followed by another two minutes later, not before', async () => {
  const id = await aQueuedRollup(DAY);
  await resumeRollups(service);
  await world.settled();
  expect((await recordOf(id)).data.state).toBe('queued');
  world.clock.advance(120_000);
  await resumeRollups(service);
  await world.settled();
  expect((await recordOf(id)).data.state).toBe('done');
  expect(await readRollups(service.table, shop.merchant.id, [DAY])).toHaveLength(1);
});

it('that fails says so', async () => {
  const id = await aQueuedRollup(DAY);
  await runOn(
    failingTable(service.table, (_count, { input }) => JSON.stringify(input).includes('CLK#')),
    id,
  );
  expect((await recordOf(id)).data).toMatchObject({ state: 'failed', error: 'internal_error' });
  expect(await queuedRollups(service.table)).toEqual([]);
});

it('knows its own write again when the answer was lost and the request is repeated', async () => {
  const id = await aQueuedRollup(addDays(DAY, 20));
  const repeating = wrappedTable(service.table, async ({ operation, input }, send) => {
    const answer = await send();
    if (operation !== 'Put' || (input.Item as { id?: string }).id !== id) return answer;
    return send();
  });
  await runOn(repeating, id);
  expect((await recordOf(id)).data).toMatchObject({ state: 'done', daysDone: 21 });
  expect(await queuedRollups(service.table)).toEqual([]);
});

it('stops once another has taken over, and leaves the queue to that one', async () => {
  const id = await aQueuedRollup(addDays(DAY, 2));
  const displaced = beforeFirst(service.table, 'HEAD', async () => {
    world.clock.advance(30_000);
    const record = await recordOf(id);
    await replaceRecord(service.table, { ...record, data: { ...record.data, runner: 'another' } });
  });
  await runOn(displaced, id);
  const days = daysFrom(DAY, addDays(DAY, 2));
  expect(await readRollups(service.table, shop.merchant.id, days)).toHaveLength(1);
  expect((await recordOf(id)).data).toMatchObject({ state: 'running', runner: 'another' });
  expect(await queuedRollups(service.table)).toEqual([id]);
  world.clock.advance(120_000);
  await resumeRollups(service);
  await world.settled();
  expect((await recordOf(id)).data).toMatchObject({ state: 'done', daysDone: 3 });
  expect(await queuedRollups(service.table)).toEqual([]);
});

it('is one of two that take a roll-up up at the same instant', async () => {
  const id = await aQueuedRollup(DAY);
  let computed = 0;
  const counting = wrappedTable(service.table, (request, send) => {
    if (sortKeyPut(request) === 'HEAD') computed += 1;
    return send();
  });
  // The slower has read the record before the faster has taken it up.
  await runOn(
    beforeFirst(counting, 'ENT', () => runOn(counting, id)),
    id,
  );
  expect(computed).toBe(1);
  expect((await recordOf(id)).data.state).toBe('done');
});

it('writes a sign of life every half minute, however long one day takes', async () => {
  const id = await aQueuedRollup(DAY);
  const signs: number[] = [];
  const slow = beforeFirst(service.table, 'HEAD', async () => {
    for (let i = 0; i < 2; i++) {
      world.clock.advance(30_000);
      const { now } = world.clock;
      await expect.poll(async () => (await recordOf(id)).updatedAt, { timeout: 10_000 }).toBe(now);
      signs.push(now);
    }
  });
  await runOn(slow, id);
  expect(signs).toHaveLength(2);
  expect((await recordOf(id)).data).toMatchObject({ state: 'done', daysDone: 1 });
});

it('writes how many days are done once half a minute has passed', async () => {
  const id = await aQueuedRollup(addDays(DAY, 3));
  const progress: unknown[] = [];
  const watched = wrappedTable(service.table, (request, send) => {
    if (sortKeyPut(request) === 'HEAD') world.clock.advance(15_000);
    const item = request.input.Item as { id?: string; data?: RollupData } | undefined;
    if (item?.id === id) progress.push([item.data?.state, item.data?.daysDone]);
    return send();
  });
  await runOn(watched, id);
  expect(progress).toEqual([
    ['running', 0],
    ['running', 2],
    ['running', 4],
    ['done', 4],
  ]);
});
