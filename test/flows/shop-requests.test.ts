// What shops ask for besides orders: to forget a customer or all of them, what is known of somebody, and that an app is
// gone. Taken in as a connector reads them, and carried out by the sweep.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Normalised, ShopRequest } from '../../lib/connectors/connector.ts';
import type { ErasureData, MerchantData, StoreData } from '../../lib/domain/entities.ts';
import { customerOf } from '../../lib/flows/attribute-order.ts';
import { createLookup } from '../../lib/flows/lookup.ts';
import { runDueErasures } from '../../lib/flows/run-erasure.ts';
import type { Service } from '../../lib/flows/service.ts';
import { takeIn } from '../../lib/flows/take-in.ts';
import { seal } from '../../lib/platform/crypto.ts';
import { derivedId } from '../../lib/platform/ids.ts';
import { eventById } from '../../lib/table/inbox.ts';
import { orderById } from '../../lib/table/orders.ts';
import { recordById, type StoredRecord } from '../../lib/table/records.ts';
import { bodyParts } from '../../lib/table/webhook-bodies.ts';
import { deliverTold, orderTold } from '../support/deliveries.ts';
import { aForgetfulShop, type ForgetfulShop, tracesOf } from '../support/erasing.ts';
import { STANDARD_SECRET } from '../support/payloads/standard.ts';
import { aRecord, stored } from '../support/records.ts';
import { type TestService, testService } from '../support/service.ts';
import { failingTable, TableDown } from '../support/wrapped-table.ts';

let world: TestService;
let service: Service;
beforeAll(async () => {
  world = await testService();
  service = world.service;
});
afterAll(() => world.close());

const storeOf = async (shop: ForgetfulShop) =>
  (await recordById<StoreData>(service.table, shop.storeId)) as StoredRecord<StoreData>;

/** Asked as a shop does: its body names whom it is about. */
const asked = async (shop: ForgetfulShop, topic: string, request: ShopRequest, on: Service = service) => {
  const merchant = await recordById<MerchantData>(service.table, shop.merchantId);
  const delivery = { headers: {}, raw: Buffer.from(JSON.stringify({ topic, ...shop.ada })) };
  const arrival = { delivery, topic, shopEventId: 'w1', receivedAt: service.clock() };
  const normalised: Normalised = { outcome: 'request', request };
  return takeIn(on, await storeOf(shop), merchant, arrival, normalised);
};

/** What the second of a merchant's stores is signed with. */
const sealedFor = ({ merchantId }: ForgetfulShop, storeId: string) =>
  seal(service.masterKey, `${merchantId}|${storeId}|webhookSecret`, STANDARD_SECRET);

const redactionOf = ({ ada }: ForgetfulShop, orderExternalIds: readonly string[] = []): ShopRequest => ({
  type: 'erase_customer',
  customer: { platformId: ada.id, email: null },
  orderExternalIds,
});

const bought = (shop: ForgetfulShop, externalId: string, over: Record<string, unknown> = {}) =>
  deliverTold(service, shop, ['order.paid', { ...orderTold(1), externalId, customer: shop.ada, ...over }]);

const erasuresRun = () => runDueErasures(service, Number.POSITIVE_INFINITY);

describe('a shop that asks to forget a customer', () => {
  it('has its request kept, carried out and shown, and nothing of its body', async () => {
    const shop = await aForgetfulShop(service);
    await bought(shop, '1001');
    await bought(shop, '1002', { customer: { email: 'guest@example.com' } });
    const told = await asked(shop, 'customers/redact', redactionOf(shop, ['1002', '7777']));
    expect(told.state).toBe('received');
    expect(await bodyParts(service.table, told.id)).toEqual([]);
    const erasureId = derivedId('era', told.id);
    expect((await eventById(service.table, told.id))?.detail).toContain(erasureId);
    await erasuresRun();
    expect(await eventById(service.table, told.id)).toMatchObject({ state: 'applied', reason: 'erasure_requested' });
    expect(await tracesOf(service, shop)).toEqual([]);
    const guest = await orderById(service.table, derivedId('ord', shop.storeId, '1002'));
    expect(guest?.fold.customerKeys).toEqual([]);
    const receipt = await recordById<ErasureData>(service.table, erasureId);
    expect(receipt?.data).toMatchObject({
      by: 'customers/redact',
      eventId: told.id,
      removed: { orders: 2, bodies: 2 },
    });
    expect(JSON.stringify(receipt)).not.toContain(shop.ada.email);
  });

  it('may ask again, before and after: it is one erasure', async () => {
    const shop = await aForgetfulShop(service);
    await bought(shop, '1001');
    const first = await asked(shop, 'customers/redact', redactionOf(shop));
    expect(await asked(shop, 'customers/redact', redactionOf(shop))).toEqual(first);
    await erasuresRun();
    expect(await asked(shop, 'customers/redact', redactionOf(shop))).toEqual({ ...first, state: 'applied' });
  });

  it('is answered for only once it will be done: of a request cut short at any write the repeat is enough', async () => {
    for (let nth = 1; ; nth++) {
      const shop = await aForgetfulShop(service);
      await bought(shop, '1001');
      let writes = 0;
      const isRead = (operation: string) => ['Get', 'Query', 'BatchGet'].includes(operation);
      const table = failingTable(service.table, (_count, { operation }) => {
        if (!isRead(operation)) writes += 1;
        return writes >= nth;
      });
      const told = await asked(shop, 'customers/redact', redactionOf(shop), { ...service, table }).catch((error) => {
        expect(error).toBeInstanceOf(TableDown);
        return undefined;
      });
      world.clock.advance(1_000);
      await erasuresRun();
      const { id } = told ?? (await asked(shop, 'customers/redact', redactionOf(shop)));
      await erasuresRun();
      expect((await eventById(service.table, id))?.state).toBe('applied');
      expect(await tracesOf(service, shop)).toEqual([]);
      if (told) break;
      expect(nth).toBeLessThan(10);
    }
  });

  it('names an order that has not come yet: it comes without its buyer', async () => {
    const shop = await aForgetfulShop(service);
    const nobody = { platformId: 'c-unknown', email: null };
    const request = { type: 'erase_customer', customer: nobody, orderExternalIds: ['1001'] } as const;
    await asked(shop, 'customers/redact', request);
    await erasuresRun();
    await bought(shop, '1001');
    expect(await tracesOf(service, shop)).toEqual([]);
    const order = await orderById(service.table, derivedId('ord', shop.storeId, '1001'));
    expect(order?.fold).toMatchObject({ state: 'paid', customerKeys: [] });
  });
});

it('a shop that asks to be forgotten loses the ties of all its customers, and no other store does', async () => {
  const shop = await aForgetfulShop(service);
  const other = { ...(await aForgetfulShop(service)), ada: shop.ada };
  for (const externalId of ['1', '2', '3'])
    await bought(shop, externalId, { customer: { email: `${externalId}@example.com` } });
  await bought(shop, '4');
  await bought(other, '1');
  const told = await asked(shop, 'shop/redact', { type: 'erase_store' });
  await erasuresRun();
  const receipt = await recordById<ErasureData>(service.table, derivedId('era', told.id));
  expect(receipt?.data).toMatchObject({ state: 'done', subject: { type: 'store' }, removed: { orders: 4, bodies: 4 } });
  for (const externalId of ['1', '2', '3', '4']) {
    const order = await orderById(service.table, derivedId('ord', shop.storeId, externalId));
    expect(order?.fold).toMatchObject({ customerKeys: [], state: 'paid' });
  }
  expect((await orderById(service.table, derivedId('ord', other.storeId, '1')))?.fold.customerKeys).toHaveLength(2);
});

it('a store that is forgotten leaves its customers returning in the merchant’s other stores', async () => {
  const shop = await aForgetfulShop(service);
  const second = `${shop.storeId}Second`;
  const secrets = [{ sealed: sealedFor(shop, second), validUntil: null }];
  const data = { ...(await storeOf(shop)).data, secrets };
  await stored(service.table, aRecord('store', data, { id: second, merchantId: shop.merchantId }));
  await bought(shop, '1');
  const other = { ...shop, storeId: second };
  await bought(other, '1', { placedAt: '2026-11-20T10:30:00Z' });
  const customerIn = async () => {
    const order = await orderById(service.table, derivedId('ord', second, '1'));
    return order && customerOf(service, shop.merchant, order, createLookup(service.table));
  };
  expect(await customerIn()).toBe('returning');
  await asked(shop, 'shop/redact', { type: 'erase_store' });
  await erasuresRun();
  expect(await customerIn()).toBe('returning');
  expect((await orderById(service.table, derivedId('ord', second, '1')))?.fold.customerKeys).toHaveLength(2);
});

it('a request for what is known of somebody says how many of the orders are known, and is done', async () => {
  const shop = await aForgetfulShop(service);
  await bought(shop, '1001');
  const customer = { platformId: shop.ada.id, email: null };
  const request = { type: 'customer_data', customer, orderExternalIds: ['1001', '1002'] } as const;
  const told = await asked(shop, 'customers/data_request', request);
  expect(told.state).toBe('applied');
  const event = await eventById(service.table, told.id);
  expect(event).toMatchObject({
    reason: 'customer_data_requested',
    detail: expect.stringContaining('2 orders it names 1'),
  });
  expect(await bodyParts(service.table, told.id)).toEqual([]);
});

it('an app that was removed is noted, until an order shows an hour later that it is back', async () => {
  const shop = await aForgetfulShop(service);
  const told = await asked(shop, 'app/uninstalled', { type: 'uninstalled' });
  expect(told.state).toBe('applied');
  expect((await storeOf(shop)).data.uninstalledAt).toBe(service.clock());
  await bought(shop, '1001');
  expect((await storeOf(shop)).data.uninstalledAt).toBeDefined();
  world.clock.advance(2 * 3_600_000);
  await bought(shop, '1002');
  expect((await storeOf(shop)).data.uninstalledAt).toBeUndefined();
});
