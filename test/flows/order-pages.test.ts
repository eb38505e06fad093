// An order of more than one page, which others change between two pages of its reading.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { derivedId } from '../../lib/platform/ids.ts';
import {
  aDeliveringShop,
  allOf,
  type DeliveringShop,
  deliverTold,
  ORDER,
  orderTold,
  type Told,
} from '../support/deliveries.ts';
import { type TestService, testService } from '../support/service.ts';
import { sortKeyPut, wrappedTable } from '../support/wrapped-table.ts';

let world: TestService;
let service: TestService['service'];
beforeAll(async () => {
  world = await testService();
  service = world.service;
});
afterAll(() => world.close());

const REFUNDED: Told = [
  'refund.created',
  { externalId: 'r1', orderExternalId: ORDER, amount: 500, refundedAt: '2026-11-20T10:20:00Z' },
];
const EDITED: Told = ['order.updated', orderTold(30, { itemsTotal: 15_000 })];
const BEFORE = Array.from({ length: 4 }, (_, i): Told => ['order.paid', orderTold(i, { tax: i })]);

/** Delivers the refund; once it is kept and `pages` of its order are read, one item on each, the edit comes whole. */
const overtakenAfter = async (shop: DeliveringShop, pages: number) => {
  let isKept = false;
  let read = 0;
  const partition = `ORD#${derivedId('ord', shop.storeId, ORDER)}`;
  const table = wrappedTable(service.table, async (request, send) => {
    if (request.operation !== 'Query' || !isKept || !JSON.stringify(request.input).includes(partition)) {
      const answer = await send();
      if (sortKeyPut(request)?.startsWith('EVT#')) isKept = true;
      return answer;
    }
    Object.assign(request.input, { Limit: 1 });
    if (read++ === pages) await deliverTold(service, shop, EDITED);
    return send();
  });
  return deliverTold({ ...service, table, freezes: true }, shop, REFUNDED);
};

it('is folded from every event that the state it was read with has taken in', async () => {
  const shopWith = async () => {
    const shop = await aDeliveringShop(service);
    for (const told of BEFORE) await deliverTold(service, shop, told);
    return shop;
  };
  const inTurn = await shopWith();
  for (const told of [EDITED, REFUNDED]) await deliverTold(service, inTurn, told);
  const wanted = await allOf(service, inTurn);
  for (let pages = 0; pages < 7; pages++) {
    const shop = await shopWith();
    await overtakenAfter(shop, pages);
    expect([pages, await allOf(service, shop)]).toEqual([pages, wanted]);
  }
}, 30_000);
