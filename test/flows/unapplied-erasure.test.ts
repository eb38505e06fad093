// Erasing a customer of an event that was kept and not applied yet: nothing leads from them to its order.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readImportedOrder } from '../../lib/connectors/imported-order.ts';
import type { StoreData } from '../../lib/domain/entities.ts';
import { importOrders } from '../../lib/flows/import-orders.ts';
import { applyLeftEvents } from '../../lib/flows/left-events.ts';
import { runDueErasures } from '../../lib/flows/run-erasure.ts';
import type { Service } from '../../lib/flows/service.ts';
import { sweep } from '../../lib/flows/sweep.ts';
import { derivedId } from '../../lib/platform/ids.ts';
import { orderById } from '../../lib/table/orders.ts';
import { recordById } from '../../lib/table/records.ts';
import { deliverTold, orderTold } from '../support/deliveries.ts';
import { aForgetfulShop, erase, type ForgetfulShop, tracesOf } from '../support/erasing.ts';
import { type TestService, testService } from '../support/service.ts';
import { sortKeyPut, TableDown, wrappedTable } from '../support/wrapped-table.ts';

let world: TestService;
let service: Service;
beforeAll(async () => {
  world = await testService();
  service = world.service;
});
afterAll(() => world.close());

/** A service whose table takes nothing of an order but its event, and the queue's entry where it may. */
const keepsOnly = (mayQueue: boolean): Service => {
  let kept = false;
  const table = wrappedTable(service.table, async (request, send) => {
    const { pk } = (request.input.Item ?? {}) as { pk?: string };
    const isQueue = mayQueue && (pk?.startsWith('RTQ#') || sortKeyPut(request)?.startsWith('EVT#'));
    if (kept && !isQueue && request.operation === 'Put') throw new TableDown('down');
    kept ||= sortKeyPut(request)?.startsWith('EVT#') === true;
    return send();
  });
  return { ...service, table };
};

const delivered = async (shop: ForgetfulShop, mayQueue: boolean) => {
  const told = { ...orderTold(1), externalId: '1001', customer: shop.ada, discountCodes: [] };
  await deliverTold(keepsOnly(mayQueue), shop, ['order.paid', told]);
  expect(await orderById(service.table, derivedId('ord', shop.storeId, '1001'))).toBeUndefined();
};

describe('an event that waits to be applied', () => {
  it.each([
    ['in the queue', true],
    ['for the sweep, its writer dead', false],
  ])('%s goes with its customer, and its order comes without them', async (_where, mayQueue) => {
    const shop = await aForgetfulShop(service);
    await delivered(shop, mayQueue);
    expect(await tracesOf(service, shop)).not.toEqual([]);
    const done = await erase(service, shop);
    expect(done?.data).toMatchObject({ state: 'done', removed: { orders: 1, events: 1, bodies: 1 } });
    expect(await tracesOf(service, shop)).toEqual([]);
    for (let round = 0; round < 2; round++) {
      world.clock.advance(3 * 60_000);
      await applyLeftEvents(service, shop.merchantId, { thorough: true });
      await sweep(service);
      await runDueErasures(service, Number.POSITIVE_INFINITY);
    }
    const order = await orderById(service.table, derivedId('ord', shop.storeId, '1001'));
    expect(order?.fold).toMatchObject({ state: 'paid', customerKeys: [], sale: { gross: 12_000 } });
    expect(await tracesOf(service, shop)).toEqual([]);
  });
});

describe('an order that a shop names while it is on its way', () => {
  const named = (shop: ForgetfulShop, externalId: string) => {
    const id = derivedId('ord', shop.storeId, externalId);
    return [{ id, identity: { id, storeId: shop.storeId, externalId } }];
  };

  /** Lets something happen once the note of an erasure is about to be put, and something else after it was. */
  const aroundNote = (before: () => Promise<unknown>, after: () => void): Service => {
    const table = wrappedTable(service.table, async (request, send) => {
      if (sortKeyPut(request) !== 'ERA') return send();
      await before();
      const answer = await send();
      after();
      return answer;
    });
    return { ...service, table };
  };

  it('is cut though it was read before it was noted, and kept after the erasure had looked', async () => {
    const shop = await aForgetfulShop(service);
    const told = { ...orderTold(1), externalId: '1001', customer: shop.ada, discountCodes: [] };
    const { promise: noted, resolve: note } = Promise.withResolvers<void>();
    const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
    const slow = wrappedTable(service.table, async (request, send) => {
      if (sortKeyPut(request) === 'ORD') {
        reach();
        await noted;
      }
      return send();
    });
    let delivering: Promise<unknown> = Promise.resolve();
    const begin = () => {
      delivering = deliverTold({ ...service, table: slow }, shop, ['order.paid', told]);
      return reached;
    };
    const nobody = { email: null, platformId: null };
    await erase(aroundNote(begin, note), shop, { customer: nobody, orders: named(shop, '1001') });
    await delivering;
    world.clock.advance(3 * 60_000);
    await applyLeftEvents(service, shop.merchantId, { thorough: true });
    await runDueErasures(service, Number.POSITIVE_INFINITY);
    expect(await tracesOf(service, shop)).toEqual([]);
  });

  it('is cut though it comes as a line of a history that was looked up before', async () => {
    const shop = await aForgetfulShop(service);
    const store = await recordById<StoreData>(service.table, shop.storeId);
    const reading = readImportedOrder({
      ...{ storeId: shop.storeId, externalId: '1001', placedAt: '2026-11-18T10:00:00Z', currency: 'USD' },
      ...{ itemsTotal: 6_000, customer: shop.ada },
    });
    if (!store || !('order' in reading)) throw new Error('not read');
    let done = false;
    const table = wrappedTable(service.table, async (request, send) => {
      if (!done && request.operation === 'BatchWrite' && JSON.stringify(request.input).includes('EVT#')) {
        done = true;
        await erase(service, shop, { orders: named(shop, '1001') });
      }
      return send();
    });
    const line = { line: 1, store, order: reading.order, bytes: 300 };
    expect(await importOrders({ ...service, table }, shop.merchant, [line])).toMatchObject([{ outcome: 'accepted' }]);
    expect(done).toBe(true);
    expect(await tracesOf(service, shop)).toEqual([]);
    const order = await orderById(service.table, derivedId('ord', shop.storeId, '1001'));
    expect(order?.fold).toMatchObject({ state: 'paid', customerKeys: [], current: { net: 6_000 } });
  });
});
