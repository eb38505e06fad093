// Customers by keyed hash: the orders that came before one, and the orders that an earlier one changes.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CustomerOrder,
  customersInStep,
  forgetCustomerOrder,
  knownSince,
  knowSince,
  laterOrders,
  recordCustomerOrder,
  salesUpTo,
} from '../../lib/table/customers.ts';
import type { Table } from '../../lib/table/table.ts';
import { type TestTable, testTable } from '../support/engine.ts';
import { MERCHANT_ID } from '../support/records.ts';
import { TEST_NOW } from '../support/service.ts';

const DAY_MS = 86_400_000;

let opened: TestTable;
let table: Table;
beforeAll(async () => {
  opened = await testTable();
  table = opened.table;
});
afterAll(() => opened.close());

const anOrder = (day: number, over: Partial<CustomerOrder> = {}): CustomerOrder => ({
  orderId: `ord_${day}`,
  placedAt: TEST_NOW + day * DAY_MS,
  counts: true,
  ...over,
});

const record = (key: string, ...orders: CustomerOrder[]) =>
  Promise.all(orders.map((order) => recordCustomerOrder(table, MERCHANT_ID, key, order)));

const upTo = async (key: string, day: number, merchantId = MERCHANT_ID) =>
  (await Array.fromAsync(salesUpTo(table, merchantId, key, anOrder(day).placedAt))).map((known) =>
    'orderId' in known ? known.orderId : known.firstOrderAt,
  );

describe("a customer's orders up to an instant", () => {
  it('are those placed by then that may count, the oldest first, in whatever order they came', async () => {
    await record('k1', anOrder(3), anOrder(1), anOrder(0, { counts: false }), anOrder(2));
    expect(await upTo('k1', 2)).toEqual(['ord_1', 'ord_2']);
    expect(await upTo('k1', 0)).toEqual([]);
  });

  it('are found behind more that do not count than one request reads', async () => {
    const gifts = Array.from({ length: 30 }, (_, i) => anOrder(i, { counts: false }));
    await record('k2', ...gifts, anOrder(40), anOrder(41));
    expect(await upTo('k2', 40)).toEqual(['ord_40']);
  });

  it('are none of a customer never seen', async () => {
    expect(await upTo('never-seen', 9)).toEqual([]);
  });

  it("are not another merchant's", async () => {
    await record('k4', anOrder(1));
    expect(await upTo('k4', 9, 'mer_other')).toEqual([]);
  });

  it('move when one is taken back from where it was not placed', async () => {
    await record('k5', anOrder(1, { orderId: 'ord_moved' }), anOrder(2));
    await forgetCustomerOrder(table, MERCHANT_ID, 'k5', { orderId: 'ord_moved', placedAt: anOrder(1).placedAt });
    expect(await upTo('k5', 9)).toEqual(['ord_2']);
  });

  it('are recorded once however often they are told', async () => {
    await record('k6', anOrder(1), anOrder(1), anOrder(1));
    expect(await laterOrders(table, MERCHANT_ID, 'k6', 0)).toHaveLength(1);
  });
});

describe('later orders', () => {
  it('are those placed after an instant, not at it', async () => {
    await record('k7', anOrder(0), anOrder(1), anOrder(2));
    const later = await laterOrders(table, MERCHANT_ID, 'k7', anOrder(1).placedAt);
    expect(later.map(({ orderId }) => orderId)).toEqual(['ord_2']);
  });
});

describe('customers in step with an order', () => {
  it('are those that hold it at its time and as it counts', async () => {
    const order = anOrder(1);
    await record('same', order);
    await record('other-count', { ...order, counts: false });
    await record('other-time', { ...order, placedAt: order.placedAt + 1 });
    const named = ['same', 'other-count', 'other-time', 'without'];
    expect(await customersInStep(table, MERCHANT_ID, named, order)).toEqual(new Set(['same']));
  });
});

describe('since when a customer is known', () => {
  it('is the earliest that was told, in whatever order and however often', async () => {
    const told = [5, 3, 4, 3, 6].map((day) => knowSince(table, MERCHANT_ID, 'known', TEST_NOW + day * DAY_MS));
    await Promise.all(told);
    expect(await knownSince(table, MERCHANT_ID, ['known', 'nobody'])).toEqual(
      new Map([['known', TEST_NOW + 3 * DAY_MS]]),
    );
    expect(await knowSince(table, MERCHANT_ID, 'known', TEST_NOW + 3 * DAY_MS)).toBe(false);
    expect(await knowSince(table, MERCHANT_ID, 'known', TEST_NOW + 2 * DAY_MS)).toBe(true);
    expect(await knownSince(table, 'mer_other', ['known'])).toEqual(new Map());
  });

  it('is told before the orders, and is none of them', async () => {
    await knowSince(table, MERCHANT_ID, 'both', TEST_NOW);
    await record('both', anOrder(1), anOrder(3));
    expect(await upTo('both', 2)).toEqual([TEST_NOW, 'ord_1']);
    expect(await laterOrders(table, MERCHANT_ID, 'both', TEST_NOW - DAY_MS)).toHaveLength(2);
  });
});
