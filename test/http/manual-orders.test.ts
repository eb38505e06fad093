// Orders entered by hand: as durable, as listed and as replayable as a shop's own, and marked as what they are.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sweep } from '../../lib/flows/sweep.ts';
import { handlersOf, type Json, type TestApi, testApi } from '../support/http.ts';
import { aShopifyOrder } from '../support/payloads/shopify.ts';
import {
  aMerchant,
  aStore,
  aWorld,
  deliver,
  deliverShopify,
  itemsIn,
  rollUp,
  someOrder,
  type World,
} from '../support/world.ts';
import { failingTable, sortKeyPut, TableDown, wrappedTable } from '../support/wrapped-table.ts';

const DAY = 86_400_000;

let api: TestApi;
let world: World;
beforeAll(async () => {
  api = await testApi();
  world = await aWorld(api);
});
afterAll(() => api.close());

let orders = 0;

/** An order that somebody enters: 120.00 of goods, 20.00 off. */
const anEntry = (over: Json = {}): Json => {
  const { updatedAt: _updated, ...order } = someOrder(api, { externalId: `m${++orders}` });
  return { ...order, storeId: world.store.id, reason: 'Sold at the fair', ...over };
};
const enter = (body: Json, headers: Record<string, string> = {}) => world.call('POST', '/v1/orders', { body, headers });
const entered = async (over: Json = {}): Promise<Json> => {
  const answer = await enter(anEntry(over));
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  return answer.json;
};
const faults = async (body: Json) => {
  const { status, json } = await enter(body);
  return [status, json.code, ...(json.errors ?? []).map((one: Json) => `${one.pointer} ${one.code}`)];
};
const cancel = (id: string, reason = 'Entered twice') =>
  world.call('POST', `/v1/orders/${id}/cancel`, { body: { reason } });
const eventsOf = async (query: Json) => (await world.get('/v1/webhook-events', query)).data;

describe('an order entered by hand', () => {
  it('is an order like any other, with why it was entered', async () => {
    const order = await entered({ discountCodes: [world.sarah.code.code] });
    expect(order).toMatchObject({ state: 'paid', netRevenue: 10_000, storeId: world.store.id, tags: ['manual'] });
    expect(order.manualReason).toBe('Sold at the fair');
    expect(order.history).toMatchObject([{ topic: 'manual', manualReason: 'Sold at the fair' }]);
    expect(order.ledger).toMatchObject([{ type: 'sale', netRevenue: 10_000 }]);
    expect(await world.get(`/v1/orders/${order.id}`)).toEqual(order);
    const [event] = await eventsOf({ topic: 'manual' });
    expect(event).toMatchObject({ platform: 'manual', state: 'applied', orderId: order.id, attempts: 1 });
  });

  it('takes no more off than its items cost', async () => {
    expect(await faults(anEntry({ discounts: 12_001 }))).toEqual([
      422,
      'invalid_request',
      '/discounts discount_above_price',
    ]);
    const lines = [{ quantity: 1, price: 500, discount: 501 }];
    expect(await faults(anEntry({ lines }))).toContain('/lines/0/discount discount_above_price');
  });

  it('counts in reports, by its code', async () => {
    const own = await aWorld(api);
    const body = { ...anEntry({ discountCodes: [own.sarah.code.code] }), storeId: own.store.id };
    expect((await own.call('POST', '/v1/orders', { body })).status).toBe(201);
    const today = new Date(api.clock.now).toISOString().slice(0, 10);
    await rollUp(own, today);
    const { data } = await own.get('/v1/reports/performance', { from: today, to: today, groupBy: 'creator' });
    expect(data).toMatchObject([{ creatorId: own.sarah.creator.id, orders: 1, netRevenue: 10_000 }]);
  });

  it("keeps nothing of its customer in clear, and is one of that customer's orders", async () => {
    const customer = { email: 'buyer@example.org', id: 'c-77' };
    const first = await entered({ customer });
    await entered({ customer, placedAt: new Date(api.clock.now + 1000).toISOString() });
    const text = JSON.stringify(await itemsIn(api));
    expect(text).not.toContain('buyer@example.org');
    expect(first.customer).toBe('unknown');
  });

  it('gets an externalId where it has none, the same for a repeat of the request', async () => {
    const { externalId: _none, ...entry } = anEntry();
    const key = { 'idempotency-key': 'fair-1' };
    const [one, again, other] = [await enter(entry, key), await enter(entry, key), await enter(entry)];
    expect([one.status, again.status, other.status]).toEqual([201, 201, 201]);
    expect(one.json.externalId).toMatch(/^manual-\S{10,}$/);
    expect(again.json.id).toBe(one.json.id);
    expect(other.json.id).not.toBe(one.json.id);
  });

  it('may be of a store of any platform, and is replayed as what it was entered as', async () => {
    const store = await aStore(world, { platform: 'shopify', domain: 'by-hand.myshopify.com' });
    const order = await entered({ storeId: store.id });
    const [event] = await eventsOf({ storeId: store.id });
    const replayed = await world.call('POST', `/v1/webhook-events/${event.id}/replay`);
    expect(replayed.json).toEqual({ ...event, attempts: 2 });
    expect(await world.get(`/v1/orders/${order.id}`)).toEqual(order);
    api.clock.advance(15 * DAY);
    expect((await world.call('POST', `/v1/webhook-events/${event.id}/replay`)).json.state).toBe('applied');
    expect(await world.get(`/v1/orders/${order.id}`)).toEqual(order);
  });

  it('takes up the refund that its shop told of before', async () => {
    const refund = {
      externalId: 'r-early',
      orderExternalId: 'late',
      amount: 3_000,
      refundedAt: '2026-11-20T11:00:00Z',
    };
    await deliver(api, world.store, 'refund.created', refund);
    expect(await entered({ externalId: 'late' })).toMatchObject({ refunds: 3_000, netRevenue: 7_000 });
  });
});

describe('an order that is there already', () => {
  it('is not entered once more, whoever told of it', async () => {
    const order = await entered();
    expect(await faults(anEntry({ externalId: order.externalId }))).toEqual([409, 'order_exists']);
    await deliver(api, world.store, 'order.paid', someOrder(api, { externalId: 'told' }));
    expect(await faults(anEntry({ externalId: 'told' }))).toEqual([409, 'order_exists']);
    expect((await world.get('/v1/orders', { name: '#1001' })).data.map(({ externalId }: Json) => externalId)).toContain(
      'told',
    );
  });

  it('is entered once by many at once', async () => {
    const entries = Array.from({ length: 10 }, (_, i) => anEntry({ externalId: 'contested', itemsTotal: 3_000 + i }));
    const answers = await Promise.all(entries.map((entry) => enter(entry)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(9);
    const winner = answers.find(({ status }) => status === 201)?.json;
    expect((await world.get(`/v1/orders/${winner.id}`)).history).toHaveLength(1);
  });

  it('is another where the store is another', async () => {
    const other = await aStore(world, { domain: 'other.example.com' });
    await entered({ externalId: 'shared' });
    expect(await entered({ externalId: 'shared', storeId: other.id })).toMatchObject({ state: 'paid' });
  });
});

describe('what is refused', () => {
  it('is every slip at once, and fields nobody knows, however deep', async () => {
    expect(await faults({})).toEqual([
      ...[422, 'invalid_request', '/storeId required', '/reason required'],
      ...['/placedAt required', '/currency required'],
    ]);
    const { itemsTotal: _none, ...nothing } = anEntry();
    expect(await faults(nothing)).toEqual([422, 'invalid_request', '/itemsTotal required']);
    const line = { quantity: 1, price: 100, colour: 'red' };
    const deep = { customer: { name: 'Ada' }, discountCodes: [{ code: 'A', percent: 5 }], lines: [line], note: 'x' };
    const found = await faults(anEntry(deep));
    for (const pointer of ['/customer/name', '/lines/0/colour', '/note']) {
      expect(found).toContain(`${pointer} unknown_field`);
    }
    expect(found.some((fault) => String(fault).startsWith('/discountCodes/0'))).toBe(true);
  });

  it.each([
    [{ reason: ' ' }, '/reason'],
    [{ reason: 'x'.repeat(501) }, '/reason'],
    [{ reason: 'a\u0007b' }, '/reason'],
    [{ currency: 'XXX' }, '/currency'],
    [{ itemsTotal: -1 }, '/itemsTotal'],
    [{ externalId: '' }, '/externalId'],
    [{ storeId: 'sto_nowhere' }, '/storeId'],
    [{ placedAt: '2026-02-31T10:00:00Z' }, '/placedAt'],
  ])('is %j', async (over, pointer) => {
    const { status, json } = await enter(anEntry(over));
    expect([status, json.errors?.map((one: Json) => one.pointer)]).toEqual([422, [pointer]]);
  });

  it("is another merchant's store, and a key that may only read", async () => {
    const other = await aMerchant(api);
    const theirs = await aStore(other);
    expect(await faults(anEntry({ storeId: theirs.id }))).toEqual([
      ...[422, 'invalid_request', '/storeId unknown_reference'],
    ]);
    const { key } = await world.make('/v1/api-keys', { name: 'reader', scopes: ['read'] });
    expect((await world.call('POST', '/v1/orders', { key, body: anEntry() })).status).toBe(403);
    const { id } = await entered();
    expect((await world.call('POST', `/v1/orders/${id}/cancel`, { key, body: { reason: 'x' } })).status).toBe(403);
    expect((await other.call('POST', `/v1/orders/${id}/cancel`, { body: { reason: 'x' } })).status).toBe(404);
  });
});

describe('an entry that meets a database error', () => {
  const dying = (nth: number) => {
    let writes = 0;
    const table = wrappedTable(api.service.table, async (request, send) => {
      if (!['Get', 'Query', 'BatchGet'].includes(request.operation)) writes += 1;
      if (writes >= nth) throw Object.assign(new TableDown('away'), { name: 'TimeoutError' });
      return send();
    });
    return { died: () => writes >= nth, call: handlersOf({ ...api.service, table }).call };
  };

  it('is answered 201 and stands, or 5xx and is there once after its repeat, under an Idempotency-Key', async () => {
    for (let nth = 1; ; nth++) {
      const { externalId: _none, ...body } = anEntry({ name: `#dying-${nth}` });
      const options = { key: world.key, body, headers: { 'idempotency-key': `dying-${nth}` } };
      const life = dying(nth);
      const answer = await life.call('POST', '/v1/orders', options);
      if (answer.status !== 201) {
        expect([nth, answer.status]).toEqual([nth, 503]);
        // The first request may still hold the key for a minute.
        api.clock.advance(61_000);
        expect((await api.call('POST', '/v1/orders', options)).status).toBe(201);
      }
      api.clock.advance(120_000);
      await sweep(api.service);
      expect((await world.get('/v1/orders', { name: `#dying-${nth}` })).data).toHaveLength(1);
      if (!life.died()) break;
      expect(nth).toBeLessThan(20);
    }
  }, 60_000);

  it('that was kept and not applied says so, and is applied by itself', async () => {
    const table = failingTable(api.service.table, (_count, request) => sortKeyPut(request) === 'ORD');
    const body = anEntry({ name: '#kept' });
    const { call } = handlersOf({ ...api.service, table });
    const answer = await call('POST', '/v1/orders', { key: world.key, body });
    expect([answer.status, answer.json.code, answer.json.detail]).toEqual([
      ...[503, 'unavailable', expect.stringMatching(/kept.*evt_/)],
    ]);
    expect(await faults(body)).toEqual([409, 'order_exists']);
    api.clock.advance(120_000);
    await sweep(api.service);
    expect((await world.get('/v1/orders', { name: '#kept' })).data).toMatchObject([{ state: 'paid' }]);
  });
});

describe('a cancellation by hand', () => {
  it('takes an entered order back, and says why', async () => {
    const order = await entered();
    const answer = await cancel(order.id);
    expect(answer).toMatchObject({
      status: 200,
      json: { id: order.id, state: 'cancelled', manualReason: 'Sold at the fair' },
    });
    expect(answer.json.history).toMatchObject([{}, { topic: 'manual', manualReason: 'Entered twice' }]);
    expect(answer.json.ledger).toMatchObject([{ type: 'sale' }, { type: 'cancellation', netRevenue: -10_000 }]);
    expect((await cancel(order.id, 'again')).json).toEqual(answer.json);
  });

  it('is not for what a shop told of', async () => {
    const store = await aStore(world, { platform: 'shopify', domain: 'told.myshopify.com' });
    const { json } = await deliverShopify(api, store, 'orders/paid', aShopifyOrder());
    const { orderId } = await world.get(`/v1/webhook-events/${json.id}`);
    const answer = await cancel(orderId);
    expect([answer.status, answer.json.code]).toEqual([409, 'order_not_manual']);
    expect((await cancel('ord_nowhere')).status).toBe(404);
    expect((await world.call('POST', `/v1/orders/${orderId}/cancel`, { body: {} })).status).toBe(422);
  });
});
