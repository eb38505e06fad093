// Customers by keyed hash: the first order that counts, and the orders that an earlier one changes.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CustomerOrder,
  customersInStep,
  firstCountingOrder,
  forgetCustomerOrder,
  laterOrders,
  recordCustomerOrder,
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

const first = async (key: string, merchantId = MERCHANT_ID) =>
  (await firstCountingOrder(table, merchantId, key))?.orderId;

describe("a customer's first order", () => {
  it('is the earliest placed that counts, in whatever order they came', async () => {
    await record('k1', anOrder(3), anOrder(1), anOrder(0, { counts: false }), anOrder(2));
    expect(await first('k1')).toBe('ord_1');
  });

  it('is found behind more that do not count than one request reads', async () => {
    const tests = Array.from({ length: 12 }, (_, i) => anOrder(i, { counts: false }));
    await record('k2', ...tests, anOrder(20), anOrder(21));
    expect(await first('k2')).toBe('ord_20');
  });

  it('is none without orders that count', async () => {
    await record('k3', anOrder(1, { counts: false }));
    expect(await first('k3')).toBeUndefined();
    expect(await first('never-seen')).toBeUndefined();
  });

  it("is not another merchant's", async () => {
    await record('k4', anOrder(1));
    expect(await first('k4', 'mer_other')).toBeUndefined();
  });

  it('moves when the order is taken back from where it was not placed', async () => {
    await record('k5', anOrder(1, { orderId: 'ord_moved' }), anOrder(2));
    await forgetCustomerOrder(table, MERCHANT_ID, 'k5', { orderId: 'ord_moved', placedAt: anOrder(1).placedAt });
    expect(await first('k5')).toBe('ord_2');
  });

  it('is recorded once however often it is told', async () => {
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
