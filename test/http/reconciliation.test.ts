// A store's day held against the shop's own list of it: what never came, what is not alike, and how the day is marked.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, type TestApi, testApi } from '../support/http.ts';
import { aMerchant, aStore, aWorld, deliver, placeOrder, type World } from '../support/world.ts';

let api: TestApi;
let world: World;
const DAY = '2026-11-20';

beforeAll(async () => {
  api = await testApi();
  world = await aWorld(api);
  for (const externalId of ['1', '2', '3']) {
    await placeOrder(api, world.store, {
      externalId,
      name: `#${externalId}`,
      placedAt: `${DAY}T0${externalId}:00:00Z`,
    });
  }
  const pending = {
    externalId: '4',
    placedAt: `${DAY}T04:00:00Z`,
    currency: 'USD',
    itemsTotal: 100,
    payment: 'pending',
  };
  await deliver(api, world.store, 'order.updated', pending);
  const refund = { externalId: 'r1', orderExternalId: '1', amount: 5_000, shipping: 600, tax: 100 };
  await deliver(api, world.store, 'refund.created', refund);
});
afterAll(() => api.close());

const reconcile = async (body: unknown, status = 200): Promise<Json> => {
  const answer = await world.call('POST', `/v1/stores/${world.store.id}/reconcile`, { body });
  expect([answer.status, answer.text.slice(0, 300)]).toEqual([status, expect.any(String)]);
  return answer.json;
};
/** 120.00 less 20.00, with 6.00 shipping and 4.00 tax: a refund changes nothing of it. */
const listed = (id: string, over: Json = {}) => ({ id, total: 11_000, ...over });

describe('POST /v1/stores/{id}/reconcile', () => {
  it('finds the same orders with the same totals, whatever was given back of them', async () => {
    const found = await reconcile({ day: DAY, orders: ['1', '2', '3'].map((id) => listed(id)) });
    expect(found).toMatchObject({
      ...{ storeId: world.store.id, day: DAY, state: 'reconciled' },
      ...{ shortBy: { orders: 0, total: 0 }, missing: [], extra: [], different: [] },
      ...{ shop: { orders: 3, total: 33_000 }, ours: { orders: 3, total: 33_000 } },
    });
  });

  it('says what never came, what is more, and what is not alike', async () => {
    const found = await reconcile({
      day: DAY,
      orders: [listed('1', { total: 10_999 }), { name: '#2', total: 11_000 }, listed('9', { total: 777 }), listed('4')],
    });
    expect(found).toMatchObject({ state: 'short', shortBy: { orders: 1, total: 777 } });
    expect(found.missing).toEqual([{ id: '9', name: null, total: 777 }]);
    expect(found.extra).toMatchObject([{ externalId: '3', state: 'paid', day: DAY }]);
    const different = found.different.map(({ order, differs }: Json) => [order.externalId, differs]);
    expect(different).toEqual([
      ['1', ['total']],
      ['4', ['total', 'state']],
    ]);
  });

  it('marks the day, and the newest look stands', async () => {
    await reconcile({ day: DAY, orders: [] });
    await reconcile({ day: '2026-11-19', orders: [listed('77')] });
    const path = `/v1/stores/${world.store.id}/reconciliations`;
    const { data } = await world.get(path, { from: '2026-11-01', to: '2026-11-30' });
    expect(data).toMatchObject([
      { day: '2026-11-19', state: 'short', shortBy: { orders: 1, total: 11_000 }, missing: [{ id: '77' }] },
      { day: DAY, state: 'differs', extraOrders: 3, shop: { orders: 0 }, ours: { orders: 3 } },
    ]);
    const csv = await world.call('GET', path, { query: { from: DAY, to: DAY }, headers: { accept: 'text/csv' } });
    expect(csv.text.split('\r\n')[0]).toContain('shortBy.orders');
  });

  it('takes an id as a number, and refuses an order without either', async () => {
    expect(await reconcile({ day: DAY, orders: [{ ...listed('1'), id: 1 }] })).toMatchObject({ missing: [] });
    const refused = await reconcile({ day: 'today', orders: [{ total: 1 }, { id: '1', total: 1.5 }] }, 422);
    expect(refused.errors.map(({ pointer }: Json) => pointer).sort()).toEqual([
      '/day',
      '/orders/0/id',
      '/orders/1/total',
    ]);
  });

  it("knows nothing of another merchant's store, and needs the scope to write", async () => {
    const other = await aMerchant(api);
    const theirs = await aStore(other);
    const body = { day: DAY, orders: [] };
    expect((await world.call('POST', `/v1/stores/${theirs.id}/reconcile`, { body })).status).toBe(404);
    const { key } = await world.make('/v1/api-keys', { name: 'reader', scopes: ['read'] });
    expect((await world.call('POST', `/v1/stores/${world.store.id}/reconcile`, { body, key })).status).toBe(403);
    const range = { from: DAY, to: DAY };
    expect((await world.call('GET', `/v1/stores/${theirs.id}/reconciliations`, { query: range })).status).toBe(404);
  });
});

describe('a list as the shop exports it', () => {
  const csv = async (
    text: string,
    query: Record<string, string> = { day: DAY },
    store = world.store,
  ): Promise<Json> => {
    const answer = await world.call('POST', `/v1/stores/${store.id}/reconcile`, {
      body: Buffer.from(text),
      query,
      headers: { 'content-type': 'text/csv' },
    });
    return { status: answer.status, ...answer.json };
  };

  it('is Shopify’s, several rows an order, orders of other days left out', async () => {
    const columns = 'Name,Financial Status,Created at,Currency,Total,Lineitem quantity,Cancelled at,Id';
    const rows = [
      `#1,partially_refunded,${DAY} 01:00:00 +0000,USD,110.00,1,,1`,
      `#1,,,,,2,,`,
      `#2,paid,${DAY} 02:00:00 +0000,USD,109.00,1,,2`,
      `#8,paid,${DAY} 03:00:00 +0000,USD,50.00,1,,8`,
      `#9,paid,2026-11-18 03:00:00 +0000,USD,50.00,1,,9`,
    ];
    const found = await csv([columns, ...rows].join('\n'));
    expect(found).toMatchObject({ status: 200, state: 'short', shop: { orders: 3, total: 26_900 } });
    expect(found.missing).toEqual([{ id: '8', name: '#8', total: 5_000 }]);
    expect(found.different).toMatchObject([{ order: { externalId: '2' }, shopTotal: 10_900, differs: ['total'] }]);
    expect(found.extra).toMatchObject([{ externalId: '3' }]);
  });

  it('is WooCommerce’s, which says which orders there are and not what they came to', async () => {
    const rows = [1, 2, 3].map((number) => `${DAY} 0${number}:00:00,${number},processing,1,100.00`);
    const found = await csv(['Date,Order #,Status,Items sold,N. Revenue', ...rows].join('\r\n'));
    expect(found).toMatchObject({ status: 200, state: 'reconciled', shop: { orders: 3 }, missing: [], different: [] });
  });

  it('is refused for a store of another platform, whose day it would mark by orders that are not its own', async () => {
    const store = await aStore(world, { platform: 'shopify' });
    const woo = 'Date,Order #,Status,Items sold,N. Revenue\r\n';
    const refused = { status: 422, errors: [{ code: 'csv_of_another_platform' }] };
    expect(await csv(woo, { day: DAY }, store)).toMatchObject(refused);
    const span = { from: DAY, to: DAY };
    expect((await world.get(`/v1/stores/${store.id}/reconciliations`, span)).data).toEqual([]);
  });

  it('is refused without its day, with an unknown header, or when it is no CSV', async () => {
    expect(await csv('Name,Id\n', {})).toMatchObject({ status: 422, errors: [{ pointer: '/query/day' }] });
    expect(await csv('a,b\n1,2\n')).toMatchObject({ status: 422, errors: [{ code: 'unknown_csv' }] });
    expect(await csv('a,"b\n')).toMatchObject({ status: 422, errors: [{ code: 'malformed_csv' }] });
  });
});
