// Two events of one order whose writers cross, each held at a chosen write: what is answered and stored right then, with
// no sweep to repair it, is what one after the other gives.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { derivedId } from '../../lib/platform/ids.ts';
import { recordCustomerOrder } from '../../lib/table/customers.ts';
import { orderById } from '../../lib/table/orders.ts';
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

/** The write before which a writer is held. */
const POINTS = ['EVT#', 'ORD'] as const;
type Point = (typeof POINTS)[number];

/** A delivery under way: stopped before its first write of that kind, should it come to one, until it is let go. */
const heldAt = async (shop: DeliveringShop, told: Told, point: Point) => {
  const gate = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const table = wrappedTable(service.table, async (request, send) => {
    if (sortKeyPut(request)?.startsWith(point)) {
      reached.resolve();
      await gate.promise;
    }
    return send();
  });
  const delivery = deliverTold({ ...service, table }, shop, told);
  await Promise.race([reached.promise, delivery]);
  return () => {
    gate.resolve();
    return delivery;
  };
};

const TWENTY = Array.from({ length: 20 }, (_, i) => i);

const BOUNCED: Told = ['order.updated', orderTold(40, { payment: 'failed' })];
const FIRST_PAID: Told = ['order.paid', orderTold(1)];
const PAID_AGAIN: Told = ['order.paid', orderTold(50, { itemsTotal: 15_000 })];
const EDITS = TWENTY.map((i): Told => ['order.updated', orderTold(10 + i, { payment: 'failed' })]);

const refund = (id: number, minute: number): Told => [
  'refund.created',
  {
    externalId: `r${id}`,
    orderExternalId: ORDER,
    amount: 100,
    refundedAt: `2026-11-20T10:${String(minute).padStart(2, '0')}:00Z`,
  },
];
const REFUNDS = TWENTY.map((i) => refund(10 + i, 10 + i));

interface Crossing {
  readonly before: readonly Told[];
  readonly pair: readonly [Told, Told];
  /** The order's customer was recorded by a version that said whether it is paid. */
  readonly recordedUnpaid?: boolean;
}

const CROSSINGS: Readonly<Record<string, Crossing>> = {
  'a payment that is news once it is paid again': { before: [BOUNCED], pair: [PAID_AGAIN, FIRST_PAID] },
  'the same, where the state has no room to note more': {
    before: [...EDITS, BOUNCED],
    pair: [PAID_AGAIN, FIRST_PAID],
  },
  'the same, where its customer was recorded by an older version': {
    before: [BOUNCED],
    pair: [PAID_AGAIN, FIRST_PAID],
    recordedUnpaid: true,
  },
  'an older refund that is news once the order is told': { before: [refund(2, 30)], pair: [FIRST_PAID, refund(1, 20)] },
  'the same, where the state has no room for more': {
    before: [...REFUNDS, refund(2, 30)],
    pair: [FIRST_PAID, refund(1, 20)],
  },
};

const shopWith = async ({ before, recordedUnpaid }: Crossing) => {
  const shop = await aDeliveringShop(service);
  for (const told of before) await deliverTold(service, shop, told);
  const order = recordedUnpaid && (await orderById(service.table, derivedId('ord', shop.storeId, ORDER)));
  if (order) {
    const placement = { orderId: order.id, placedAt: order.listedAt, counts: false };
    for (const key of order.fold.customerKeys) {
      await recordCustomerOrder(service.table, shop.merchantId, key, placement);
    }
  }
  return shop;
};

const both = ([one, other]: Crossing['pair']) => [
  [one, other],
  [other, one],
];

/** Every way in which the two can be held and let go. */
const waysOf = (crossing: Crossing) =>
  both(crossing.pair).flatMap(([first, second]) =>
    POINTS.flatMap((firstAt) =>
      POINTS.flatMap((secondAt) =>
        [true, false].map((firstGoesFirst) => ({ first, second, firstAt, secondAt, firstGoesFirst })),
      ),
    ),
  );

describe('two events whose writers cross', () => {
  it.each(Object.entries(CROSSINGS))(
    'are both in the order and shown as applied: %s',
    async (_what, crossing) => {
      const inTurn = await shopWith(crossing);
      for (const told of crossing.pair) await deliverTold(service, inTurn, told);
      const wanted = await allOf(service, inTurn);
      for (const { first, second, firstAt, secondAt, firstGoesFirst } of waysOf(crossing)) {
        const shop = await shopWith(crossing);
        const letFirst = await heldAt(shop, first as Told, firstAt);
        const letSecond = await heldAt(shop, second as Told, secondAt);
        const letGo = firstGoesFirst ? [letFirst, letSecond] : [letSecond, letFirst];
        const answers = [];
        for (const goOn of letGo) answers.push(await goOn());
        const how = `${first?.[0]} at ${firstAt}, ${second?.[0]} at ${secondAt}, ${firstGoesFirst}`;
        expect([how, answers]).toMatchObject([how, [{ state: 'applied' }, { state: 'applied' }]]);
        expect([how, await allOf(service, shop)]).toEqual([how, wanted]);
      }
    },
    60_000,
  );
});
