// Orders on a real engine: one writer at a time, entries that follow the fold, days and lists in their order.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foldOrder } from '../../lib/domain/orders/fold.ts';
import type { LedgerEntry } from '../../lib/domain/orders/ledger.ts';
import { entriesBetween, entriesInState, writeEntries } from '../../lib/table/ledger-entries.ts';
import {
  adoptEvent,
  orderById,
  ordersBetween,
  ordersById,
  readOrderPartition,
  type StoredOrder,
  writeOrder,
} from '../../lib/table/orders.ts';
import type { Table } from '../../lib/table/table.ts';
import { inTurns, type TestTable, testTable } from '../support/engine.ts';
import { aLine, anEvent, aRefund, aSnapshot } from '../support/payloads/order-events.ts';
import { MERCHANT_ID } from '../support/records.ts';
import { TEST_NOW } from '../support/service.ts';
import { wrappedTable } from '../support/wrapped-table.ts';

let opened: TestTable;
let table: Table;
beforeAll(async () => {
  opened = await testTable();
  table = opened.table;
});
afterAll(() => opened.close());

let made = 0;
const anOrder = (over: Partial<StoredOrder> = {}): StoredOrder => {
  const { entries: _entries, ...fold } = foldOrder([anEvent(aSnapshot())]);
  const externalId = String(++made);
  const id = `ord_${externalId.padStart(16, '0')}`;
  return {
    ...{ id, merchantId: MERCHANT_ID, storeId: 'sto_1', externalId, listedAt: TEST_NOW, version: 1, fold },
    ...{ entries: [], folded: [] },
    ...over,
  };
};

const entriesOf = (...refunds: { id: string; items: number }[]): readonly LedgerEntry[] =>
  foldOrder([anEvent(aSnapshot()), ...refunds.map((refund) => anEvent({ type: 'refund', refund: aRefund(refund) }))])
    .entries;

const byId = (entries: readonly LedgerEntry[]) => entries.toSorted((a, b) => (a.id < b.id ? -1 : 1));
const storedEntries = async (order: StoredOrder) => byId((await readOrderPartition(table, order.id)).entries);

/** Writes what follows from the entries, and the state that holds as many of them as it has room for. */
const write = async (order: StoredOrder, entries: readonly LedgerEntry[], on = table) => {
  const before = await readOrderPartition(on, order.id);
  const version = (before.order?.version ?? 0) + 1;
  const after = { ...order, version, entries: entriesInState(before, entries) };
  await writeEntries(on, after, before, entries);
  await writeOrder(on, after, before.order?.version);
  return after;
};

/** So many refunds of different instants. */
const refunds = (count: number, items = 1): LedgerEntry[] =>
  Array.from({ length: count }, (_, i) => ({
    ...(entriesOf({ id: `r${String(i).padStart(3, '0')}`, items })[0] as LedgerEntry),
    at: TEST_NOW + i,
  }));

describe('the state of an order', () => {
  it('is read back as written', async () => {
    const order = anOrder();
    await writeOrder(table, order, undefined);
    expect(await orderById(table, order.id)).toEqual(order);
    expect((await readOrderPartition(table, order.id)).order).toEqual(order);
    expect(await ordersById(table, [order.id, 'ord_nowhere'])).toEqual([order]);
    expect(await orderById(table, 'ord_nowhere')).toBeUndefined();
  });

  it('is written by one of many that saw the same version', async () => {
    const order = anOrder();
    const write = (version: number, seen?: number) => writeOrder(table, { ...order, version }, seen);
    const firsts = await Promise.all(Array.from({ length: 8 }, () => write(1)));
    expect(firsts.filter(Boolean)).toHaveLength(1);
    const seconds = await Promise.all(Array.from({ length: 8 }, () => write(2, 1)));
    expect(seconds.filter(Boolean)).toHaveLength(1);
    expect(await write(2, 1)).toBe(false);
    expect((await orderById(table, order.id))?.version).toBe(2);
  });

  it('of thousands of lines is kept whole', async () => {
    const order = anOrder();
    const lines = Array.from({ length: 4000 }, (_, i) =>
      aLine({ id: String(i), title: `Protein ${i} ${'x'.repeat(80)}` }),
    );
    const large = { ...order, fold: { ...order.fold, lines } };
    await writeOrder(table, large, undefined);
    expect(await orderById(table, order.id)).toEqual(large);
  });
});

describe('ledger entries', () => {
  it('follow the fold: new ones come, changed ones change, others go', async () => {
    const order = anOrder();
    const first = entriesOf({ id: 'r1', items: 1000 }, { id: 'r2', items: 2000 });
    await write(order, first);
    expect(await storedEntries(order)).toEqual(byId(first));
    const second = entriesOf({ id: 'r1', items: 1500 }, { id: 'r3', items: 500 });
    await write(order, second);
    expect(await storedEntries(order)).toEqual(byId(second));
    await write(order, []);
    expect(await storedEntries(order)).toEqual([]);
  });

  it('beyond those that a state has room for are items of their own, and follow the fold like the others', async () => {
    const order = anOrder({ merchantId: 'mer_manyentries' });
    const between = async () =>
      byId((await entriesBetween(table, order.merchantId, 0, TEST_NOW + 1000)).map(({ entry }) => entry));
    const earlier = { ...(entriesOf({ id: 'early', items: 5 })[0] as LedgerEntry), at: TEST_NOW - 1 };
    const tellings = [
      refunds(40),
      [earlier, ...refunds(40)],
      refunds(50, 7),
      refunds(20),
      [earlier, ...refunds(33)],
      [],
    ];
    for (const entries of tellings) {
      const { entries: inState } = await write(order, entries);
      expect(inState.length).toBeLessThanOrEqual(32);
      expect(await storedEntries(order)).toEqual(byId(entries));
      expect(await between()).toEqual(byId(entries));
    }
  });

  it('that stayed the same cost nothing, whatever order their attributes come back in', async () => {
    const order = anOrder();
    const entries = refunds(34);
    await write(order, entries);
    const written: string[] = [];
    const watched = wrappedTable(table, async (request, send) => {
      if (request.operation === 'BatchWrite') written.push(request.operation);
      const answer = await send();
      return JSON.parse(JSON.stringify(answer), (_key, value) =>
        value?.type === 'refund' ? Object.fromEntries(Object.entries(value).toReversed()) : value,
      );
    });
    const before = await readOrderPartition(table, order.id);
    const { entryItems } = await readOrderPartition(watched, order.id);
    expect(entryItems).toHaveLength(2);
    await writeEntries(watched, before.order as StoredOrder, { ...before, entryItems }, entries);
    expect(written).toEqual([]);
  });

  it('are found by when they happened, from an instant to before another', async () => {
    const merchantId = 'mer_ledger';
    const order = anOrder({ merchantId });
    const at = (ms: number, id: string): LedgerEntry => ({
      ...(entriesOf({ id, items: 100 })[0] as LedgerEntry),
      at: TEST_NOW + ms,
    });
    const entries = [at(-1, 'a'), at(0, 'b'), at(500, 'c'), at(500, 'c2'), at(999, 'd'), at(1000, 'e')];
    await write(order, entries);
    await write(anOrder({ merchantId: 'mer_ledger2' }), [at(500, 'x')]);
    const found = await entriesBetween(table, merchantId, TEST_NOW, TEST_NOW + 1000);
    expect(found.map(({ entry }) => entry.id).sort()).toEqual(['refund-b', 'refund-c', 'refund-c2', 'refund-d']);
    expect(found.every(({ orderId }) => orderId === order.id)).toBe(true);
  });

  it('that a writer prepared and never put into a state are none', async () => {
    const order = anOrder({ merchantId: 'mer_cutshort' });
    const before = await write(order, refunds(1));
    const known = await readOrderPartition(table, order.id);
    await writeEntries(table, { ...before, entries: refunds(3) }, known, refunds(3));
    expect(await entriesBetween(table, order.merchantId, 0, TEST_NOW + 1000)).toHaveLength(1);
    expect(await storedEntries(order)).toEqual(refunds(1));
  });
});

describe('an adopted event', () => {
  it('lies with its order once, however often it is adopted', async () => {
    const order = anOrder();
    const event = anEvent(aSnapshot(), { id: `evt_${'o'.repeat(16)}${'e'.repeat(16)}` });
    await adoptEvent(table, order.id, event);
    await adoptEvent(table, order.id, event);
    expect((await readOrderPartition(table, order.id)).events).toEqual([event]);
  });
});

describe('a list of orders', () => {
  const merchantId = 'mer_orders';
  const orders = Array.from({ length: 120 }, (_, i) => anOrder({ merchantId, listedAt: TEST_NOW + (i % 50) * 1000 }));
  beforeAll(async () => {
    await inTurns(orders, (order) => writeOrder(table, order, undefined));
    await writeOrder(table, anOrder({ merchantId: 'mer_orders2' }), undefined);
  });

  const ids = async (span: Parameters<typeof ordersBetween>[2]) =>
    (await Array.fromAsync(ordersBetween(table, merchantId, span))).map(({ order }) => order.id);
  const expected = (from = -Infinity, to = Infinity) =>
    orders
      .filter(({ listedAt }) => listedAt >= from && listedAt < to)
      .toSorted((a, b) => b.listedAt - a.listedAt || (a.id < b.id ? 1 : -1))
      .map(({ id }) => id);

  it('runs newest first from an instant to before another', async () => {
    expect(await ids({})).toEqual(expected());
    const [from, to] = [TEST_NOW + 10_000, TEST_NOW + 20_000];
    expect(await ids({ from, to })).toEqual(expected(from, to));
    expect(await ids({ from })).toEqual(expected(from));
    expect(await ids({ to })).toEqual(expected(undefined, to));
  });

  it('goes on after any position, within its bounds', async () => {
    const from = TEST_NOW + 5_000;
    const listed = await Array.fromAsync(ordersBetween(table, merchantId, { from }));
    for (const at of [0, 57, 99, 100, listed.length - 1]) {
      expect(await ids({ from, position: listed[at]?.position })).toEqual(expected(from).slice(at + 1));
    }
  });

  it('holds an order once after its place in time has moved', async () => {
    const order = anOrder({ merchantId: 'mer_moving' });
    await writeOrder(table, order, undefined);
    await writeOrder(table, { ...order, listedAt: TEST_NOW + 5_000, version: 2 }, 1);
    const listed = await Array.fromAsync(ordersBetween(table, 'mer_moving', {}));
    expect(listed.map(({ order: { version } }) => version)).toEqual([2]);
  });
});
