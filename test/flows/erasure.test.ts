// Erasing a customer: everything that ties them to orders goes, aggregates stay, and nothing that comes later, comes at
// the same moment or is cut short brings them back.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readImportedOrder } from '../../lib/connectors/imported-order.ts';
import type { StoreData } from '../../lib/domain/entities.ts';
import { rollUpDay } from '../../lib/flows/compute-day.ts';
import { askErasure } from '../../lib/flows/erasure-plan.ts';
import { importOrders, type OrderLine } from '../../lib/flows/import-orders.ts';
import { addedUp } from '../../lib/flows/import-outcome.ts';
import { applyLeftEvents } from '../../lib/flows/left-events.ts';
import { runDueErasures, runErasure } from '../../lib/flows/run-erasure.ts';
import type { Service } from '../../lib/flows/service.ts';
import { sweep } from '../../lib/flows/sweep.ts';
import { derivedId } from '../../lib/platform/ids.ts';
import { dueErasures } from '../../lib/table/erasures.ts';
import { eventsOf } from '../../lib/table/inbox.ts';
import { orderById, readOrderPartition } from '../../lib/table/orders.ts';
import { readRollups } from '../../lib/table/rollups.ts';
import { deliverTold, orderTold, type Told } from '../support/deliveries.ts';
import { aForgetfulShop, erase, erasureId, type ForgetfulShop, tracesOf } from '../support/erasing.ts';
import { aRecord } from '../support/records.ts';
import { TEST_NOW, type TestService, testService } from '../support/service.ts';
import { clicked } from '../support/shop.ts';
import { TableDown, type TableRequest, wrappedTable } from '../support/wrapped-table.ts';

let world: TestService;
let service: Service;
beforeAll(async () => {
  world = await testService();
  service = world.service;
});
afterAll(() => world.close());

const TODAY = '2026-11-20';
const orderId = (shop: ForgetfulShop, externalId: string) => derivedId('ord', shop.storeId, externalId);

const order = (shop: ForgetfulShop, externalId: string, over: Record<string, unknown> = {}): Told => [
  'order.paid',
  { ...orderTold(1), externalId, customer: shop.ada, discountCodes: [], ...over },
];

/** Ada's three orders, one by each of her keys, the first with a click; and one of somebody else. */
const aShopAdaBoughtAt = async () => {
  const shop = await aForgetfulShop(service);
  const clickId = await clicked(service, shop, shop.links[0], TEST_NOW - 3 * 3_600_000);
  const told: Told[] = [
    order(shop, '1001', { clickId }),
    order(shop, '1002', { placedAt: '2026-11-20T10:30:00Z', customer: { id: shop.ada.id }, discountCodes: ['MIKE20'] }),
    order(shop, '1003', { placedAt: '2026-11-20T10:45:00Z', customer: { email: ` ${shop.ada.email.toUpperCase()} ` } }),
    order(shop, '2001', { customer: { id: 'c2', email: 'bob@example.com' }, clickId }),
  ];
  for (const one of told) await deliverTold(service, shop, one);
  return { shop, clickId, told };
};

const rowsOf = async (shop: ForgetfulShop) => {
  await rollUpDay(service, shop.merchant, TODAY);
  const [rollup] = await readRollups(service.table, shop.merchantId, [TODAY]);
  return rollup?.day;
};

/** What the sweep does for this shop, twice: the second look comes when whatever was on its way has ended. */
const later = async ({ merchantId }: ForgetfulShop) => {
  for (let round = 0; round < 2; round++) {
    world.clock.advance(3 * 60_000);
    await applyLeftEvents(service, merchantId, { thorough: false });
    await runDueErasures(service, Number.POSITIVE_INFINITY);
  }
};

describe('an erasure', () => {
  it('finds all orders of a customer by any of their keys, and leaves nothing of them in the whole table', async () => {
    const { shop } = await aShopAdaBoughtAt();
    expect((await tracesOf(service, shop)).length).toBeGreaterThan(8);
    const done = await erase(service, shop);
    expect(done?.data).toMatchObject({
      state: 'done',
      removed: { orders: 3, events: 3, bodies: 3, customerRecords: 4 },
    });
    expect(await tracesOf(service, shop)).toEqual([]);
    const [first, others] = [await orderById(service.table, orderId(shop, '1001')), orderId(shop, '2001')];
    expect(first?.fold).toMatchObject({ customerKeys: [], clickId: null, name: '#1001', sale: { gross: 12_000 } });
    expect((await orderById(service.table, others))?.fold.customerKeys).toHaveLength(2);
    world.clock.advance(3 * 60_000);
    await sweep(service);
    expect(await dueErasures(service.table, Number.POSITIVE_INFINITY)).toEqual([]);
  });

  it('of an order is one of its customer', async () => {
    const { shop } = await aShopAdaBoughtAt();
    const customer = { email: null, platformId: null };
    const done = await erase(service, shop, { customer, orders: [{ id: orderId(shop, '1002') }] });
    expect(done?.data.removed.orders).toBe(3);
    expect(await tracesOf(service, shop)).toEqual([]);
  });

  it('finds nothing, and says so, for somebody who never bought', async () => {
    const { shop } = await aShopAdaBoughtAt();
    const done = await erase(service, shop, { customer: { email: 'eve@example.com', platformId: null } });
    expect(done?.data).toMatchObject({ state: 'done', removed: { orders: 0, events: 0, bodies: 0 } });
    expect((await tracesOf(service, shop)).length).toBeGreaterThan(8);
  });

  it('removes the bodies of events that were not understood and name the customer, and no others', async () => {
    const { shop } = await aShopAdaBoughtAt();
    await deliverTold(
      service,
      shop,
      order(shop, '1009', { currency: 'XXX', note: `ask ${shop.ada.email.toUpperCase()}!` }),
    );
    await deliverTold(
      service,
      shop,
      order(shop, '1010', { currency: 'XXX', customer: { email: `b${shop.ada.email}` } }),
    );
    const done = await erase(service, shop);
    expect(done?.data.removed).toMatchObject({ orders: 3, bodies: 4 });
    // The other address has hers in it.
    const others = await tracesOf(service, shop, { email: `b${shop.ada.email}`, id: 'nobody' });
    expect(others).toHaveLength(1);
    expect(await tracesOf(service, shop)).toEqual(others);
  });

  it('without time for more than a page a run goes on where the one before stopped', async () => {
    const { shop } = await aShopAdaBoughtAt();
    const id = erasureId();
    const customer = { email: shop.ada.email, platformId: null };
    const asked = { id, merchantId: shop.merchantId, by: 'api', eventId: null, dueAt: 0 };
    await askErasure(service, asked, { type: 'customer', storeId: null, customer, orders: [] });
    const states: string[] = [];
    for (let run = 0; run < 20 && states.at(-1) !== 'done'; run++) {
      states.push((await runErasure(service, id, 0))?.data.state ?? 'gone');
    }
    expect(states.length).toBeGreaterThan(4);
    expect(states.at(-1)).toBe('done');
    expect(await tracesOf(service, shop)).toEqual([]);
  });

  it('is the same one when it is asked for again', async () => {
    const { shop } = await aShopAdaBoughtAt();
    const id = erasureId();
    const first = await erase(service, shop, {}, id);
    expect(await erase(service, shop, {}, id)).toEqual(first);
  });
});

describe('what reports show', () => {
  it('is the same to the last cent, customers and credits included', async () => {
    const { shop } = await aShopAdaBoughtAt();
    const before = await rowsOf(shop);
    expect(before?.rows.length).toBeGreaterThan(2);
    await erase(service, shop);
    world.clock.advance(1_000);
    expect(await rowsOf(shop)).toEqual(before);
    await later(shop);
    expect(await rowsOf(shop)).toEqual(before);
  });

  it('changes by a refund that comes afterwards as it would have', async () => {
    const refund: Told = [
      'refund.created',
      { externalId: 'r1', orderExternalId: '1001', amount: 2_500, refundedAt: '2026-11-20T11:00:00Z' },
    ];
    const [erased, kept] = [await aShopAdaBoughtAt(), await aShopAdaBoughtAt()];
    await erase(service, erased.shop);
    for (const { shop } of [erased, kept]) await deliverTold(service, shop, refund);
    const figures = async ({ shop }: typeof erased) =>
      (await rowsOf(shop))?.rows
        .map(({ traffic, booked, settled }) => JSON.stringify([traffic, booked, settled]))
        .sort();
    expect(await figures(erased)).toEqual(await figures(kept));
    const told = await orderById(service.table, orderId(erased.shop, '1001'));
    expect(told?.fold.current.refunds).toBe(2_500);
  });
});

describe('what comes after an erasure', () => {
  it('does not bring the customer back: an update, a refund, a repeat', async () => {
    const { shop, clickId, told } = await aShopAdaBoughtAt();
    await erase(service, shop);
    const update: Told = ['order.updated', { ...orderTold(20), itemsTotal: 15_000, customer: shop.ada, clickId }];
    for (const one of [update, told[0] as Told]) await deliverTold(service, shop, one);
    expect(await tracesOf(service, shop)).toEqual([]);
    const partition = await readOrderPartition(service.table, orderId(shop, '1001'));
    expect(partition.order?.fold).toMatchObject({ customerKeys: [], clickId: null, current: { gross: 15_000 } });
    expect(partition.uncut).toEqual([]);
  });

  it('does not bring the customer back by a history imported later, of an order known or only named', async () => {
    const { shop } = await aShopAdaBoughtAt();
    const never = {
      id: orderId(shop, '7001'),
      identity: { id: orderId(shop, '7001'), storeId: shop.storeId, externalId: '7001' },
    };
    await erase(service, shop, { orders: [never] });
    const store = aRecord('store', {} as StoreData, { id: shop.storeId, merchantId: shop.merchantId });
    const lines = ['1001', '7001', '7002'].map((externalId, line): OrderLine => {
      const about = { storeId: shop.storeId, externalId, placedAt: '2026-11-20T10:00:00Z', currency: 'USD' };
      const customer = externalId === '7002' ? { email: 'carl@example.com' } : shop.ada;
      const reading = readImportedOrder({ ...about, itemsTotal: 5_000, updatedAt: '2026-11-20T12:00:00Z', customer });
      if (!('order' in reading)) throw new Error(reading.message);
      return { line, store, order: reading.order, bytes: 300 };
    });
    expect(addedUp(await importOrders(service, shop.merchant, lines))).toMatchObject({ accepted: 3, rejected: [] });
    expect(await tracesOf(service, shop)).toEqual([]);
    expect((await orderById(service.table, orderId(shop, '7001')))?.fold.current.gross).toBe(5_000);
    expect((await orderById(service.table, orderId(shop, '7002')))?.fold.customerKeys).toHaveLength(1);
  });

  it('is a new customer, known by what comes from then on', async () => {
    const { shop } = await aShopAdaBoughtAt();
    await erase(service, shop);
    await deliverTold(service, shop, order(shop, '1004', { placedAt: '2026-11-20T11:30:00Z' }));
    await later(shop);
    expect((await orderById(service.table, orderId(shop, '1004')))?.fold.customerKeys).toHaveLength(2);
    expect((await erase(service, shop))?.data.removed).toMatchObject({ orders: 1, events: 1, bodies: 1 });
    expect(await tracesOf(service, shop)).toEqual([]);
  });
});

const READS = new Set(['Get', 'Query', 'BatchGet']);

/** A note of how far an erasure has come changes nothing for a delivery. */
const isOfThePlan = ({ input }: TableRequest) => (input.Item as { pk?: string } | undefined)?.pk === 'ERQ';

/** The service of a process in which something happens before its nth write; `writes` says how many it has begun. */
const beforeWrite = (nth: number, happens: () => Promise<unknown>) => {
  const life = { writes: 0 };
  const table = wrappedTable(service.table, async (request, send) => {
    if (!READS.has(request.operation) && !isOfThePlan(request)) {
      life.writes += 1;
      if (life.writes === nth) await happens();
    }
    return send();
  });
  return { service: { ...service, table }, life };
};

/** The service of a process that dies before its nth write. */
const dyingBefore = (nth: number) => {
  const life = { writes: 0 };
  const table = wrappedTable(service.table, (request, send) => {
    if (!READS.has(request.operation)) life.writes += 1;
    if (life.writes >= nth) throw new TableDown(`dead since write ${nth}`);
    return send();
  });
  return { service: { ...service, table }, life };
};

/** A small one, for what is tried at each write: an order with both keys and one with the id alone. */
const aSmallShop = async () => {
  const shop = await aForgetfulShop(service);
  await deliverTold(service, shop, order(shop, '1001', { discountCodes: ['SARAH15'] }));
  await deliverTold(
    service,
    shop,
    order(shop, '1002', { placedAt: '2026-11-20T10:30:00Z', customer: { id: shop.ada.id } }),
  );
  return shop;
};

describe('an erasure that dies before any of its writes', () => {
  it('is finished by the sweep, with the same receipt, and the day adds up as before', async () => {
    for (let nth = 1; ; nth++) {
      const shop = await aSmallShop();
      const before = await rowsOf(shop);
      const id = erasureId();
      const { service: dying, life } = dyingBefore(nth);
      await erase(dying, shop, {}, id).catch((error) => expect(error).toBeInstanceOf(TableDown));
      await later(shop);
      // One that died before it was kept was never promised: whoever asked asks again.
      const done = await erase(service, shop, {}, id);
      const removed = { orders: 2, events: 2, bodies: 2, customerRecords: 3 };
      expect([nth, done?.data]).toMatchObject([nth, { state: 'done', removed }]);
      expect([nth, await tracesOf(service, shop)]).toEqual([nth, []]);
      expect(await rowsOf(shop)).toEqual(before);
      if (life.writes < nth) break;
      expect(nth).toBeLessThan(60);
    }
  }, 300_000);
});

/** What a shop may tell just then: an update, one that tells nothing new, and a refund whose body names her. */
const toldMeanwhile = ({ ada }: ForgetfulShop): readonly Told[] => [
  ['order.updated', { ...orderTold(20), itemsTotal: 15_000, customer: ada }],
  ['order.updated', { ...orderTold(1), name: '#0', customer: ada }],
  [
    'refund.created',
    { externalId: 'r1', orderExternalId: '1001', amount: 2_500, refundedAt: '2026-11-20T11:00:00Z', by: ada.email },
  ],
];

describe('a delivery during an erasure', () => {
  it('escapes before none of the writes of the erasure', async () => {
    for (let nth = 1; ; nth++) {
      const shop = await aSmallShop();
      const told = toldMeanwhile(shop)[nth % 3] as Told;
      const { service: watched, life } = beforeWrite(nth, () => deliverTold(service, shop, told));
      await erase(watched, shop);
      await later(shop);
      expect([nth, await tracesOf(service, shop)]).toEqual([nth, []]);
      if (life.writes < nth) break;
      expect(nth).toBeLessThan(60);
    }
  }, 300_000);

  it.each([0, 1, 2])(
    'escapes before none of its own writes, be it cut short later: kind %i',
    async (kind) => {
      for (let nth = 1; ; nth++) {
        let writes = 0;
        for (const dies of [0, 1, 2]) {
          const shop = await aSmallShop();
          const told = toldMeanwhile(shop)[kind] as Told;
          const { service: watched, life } = beforeWrite(nth, () => erase(service, shop));
          const dead = wrappedTable(watched.table, (request, send) => {
            const isWrite = !READS.has(request.operation);
            if (isWrite && dies > 0 && life.writes >= nth + dies - 1) throw new TableDown('dead');
            return send();
          });
          await deliverTold({ ...service, table: dead }, shop, told).catch((error) =>
            expect(error).toBeInstanceOf(TableDown),
          );
          writes = Math.max(writes, life.writes);
          await later(shop);
          // One whose body was written and its event never was is the shop's to send again.
          await deliverTold(service, shop, told);
          if (life.writes >= nth) expect([nth, dies, await tracesOf(service, shop)]).toEqual([nth, dies, []]);
        }
        if (writes < nth) break;
        expect(nth).toBeLessThan(12);
      }
    },
    300_000,
  );
});

it('logs nobody, and lists no event of hers as waiting', async () => {
  const { shop } = await aShopAdaBoughtAt();
  await erase(service, shop);
  const events = await Array.fromAsync(eventsOf(service.table, shop.merchantId));
  expect(events.map(({ event }) => event.state)).toEqual(events.map(() => 'applied'));
});
