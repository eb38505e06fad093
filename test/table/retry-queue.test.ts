// The queue of events to be tried again, on a real engine: what is due, and two who take up the same.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dropRetry, dueRetries, enqueueRetry, type Retry, takeUpRetry } from '../../lib/table/retry-queue.ts';
import type { Table } from '../../lib/table/table.ts';
import { type TestTable, testTable } from '../support/engine.ts';
import { TEST_NOW } from '../support/service.ts';

let opened: TestTable;
let table: Table;
beforeAll(async () => {
  opened = await testTable();
  table = opened.table;
});
afterAll(() => opened.close());

let made = 0;
const aRetry = async (dueAt: number): Promise<Retry> => {
  const retry = { eventId: `evt_${String(++made).padStart(32, '0')}`, failures: 1, dueAt };
  await enqueueRetry(table, retry);
  return retry;
};
const clear = async () => {
  for (const retry of await dueRetries(table, Number.POSITIVE_INFINITY)) await dropRetry(table, retry);
};

describe('the queue', () => {
  it('gives what is due, whichever shard it lies in, the longest due first', async () => {
    const retries = [];
    for (let i = 0; i < 20; i++) retries.push(await aRetry(TEST_NOW - i));
    const later = await aRetry(TEST_NOW + 1);
    expect(await dueRetries(table, TEST_NOW)).toEqual(retries.toReversed());
    expect(await dueRetries(table, TEST_NOW + 1)).toEqual([...retries.toReversed(), later]);
    await clear();
  });

  it('lets one of two take up an entry', async () => {
    const seen = await aRetry(TEST_NOW);
    const next = { ...seen, failures: 2, dueAt: TEST_NOW + 300_000 };
    const taken = await Promise.all([1, 2, 3].map((i) => takeUpRetry(table, seen, { ...next, dueAt: next.dueAt + i })));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await dueRetries(table, TEST_NOW)).toEqual([]);
    await clear();
  });

  it('keeps an entry that was moved on, or put anew, from whoever saw it before', async () => {
    const seen = await aRetry(TEST_NOW);
    await enqueueRetry(table, { ...seen, dueAt: TEST_NOW + 60_000 });
    expect(await dropRetry(table, seen)).toBe(false);
    expect(await takeUpRetry(table, seen, seen)).toBe(false);
    expect(await dueRetries(table, TEST_NOW + 60_000)).toHaveLength(1);
    await clear();
  });

  it('does not take up again what is out of it', async () => {
    const seen = await aRetry(TEST_NOW);
    expect(await dropRetry(table, seen)).toBe(true);
    expect(await takeUpRetry(table, seen, { ...seen, dueAt: TEST_NOW + 1 })).toBe(false);
    expect(await dueRetries(table, Number.POSITIVE_INFINITY)).toEqual([]);
  });
});
