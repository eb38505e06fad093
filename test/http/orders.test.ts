// Orders as their merchant sees them: found by what people ask for, with history and ledger.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, type TestApi, testApi } from '../support/http.ts';
import { aStore, aWorld, deliver, placeOrder, rollUp, type World } from '../support/world.ts';

let api: TestApi;
let world: World;
let second: Json;
const DAY = 86_400_000;
const at = (days: number) => new Date(api.clock.now + days * DAY).toISOString();

beforeAll(async () => {
  api = await testApi();
  world = await aWorld(api);
  second = await aStore(world, { domain: 'second.example.com' });
  const codes = { sarah: [world.sarah.code.code], mike: [` ${world.mike.code.code.toLowerCase()}`] };
  await placeOrder(api, world.store, { externalId: '1', name: '#1', placedAt: at(-2), discountCodes: codes.sarah });
  await placeOrder(api, world.store, { externalId: '2', name: '#2', placedAt: at(-1), discountCodes: codes.mike });
  await placeOrder(api, second, { externalId: '3', name: '#3', placedAt: at(0) });
  await placeOrder(api, world.store, {
    externalId: '4',
    name: '#4',
    placedAt: at(0),
    test: true,
    discountCodes: codes.sarah,
  });
  await deliver(api, world.store, 'order.updated', {
    externalId: '5',
    name: '#5',
    placedAt: at(0),
    currency: 'USD',
    itemsTotal: 100,
    payment: 'pending',
  });
  await placeOrder(api, world.store, { externalId: '6', name: '#6', placedAt: at(0), currency: 'EUR' });
  await deliver(api, world.store, 'order.cancelled', { externalId: '2', cancelledAt: at(0) });
  await rollUp(world, '2026-11-17', '2026-11-20');
});
afterAll(() => api.close());

const found = async (query: Record<string, string | number | boolean> = {}): Promise<string[]> =>
  (await world.get('/v1/orders', query)).data.map(({ externalId }: Json) => externalId).sort();
const orderOf = async (externalId: string): Promise<Json> =>
  (await world.get('/v1/orders', { limit: 100 })).data.find((order: Json) => order.externalId === externalId);

describe('the list of orders', () => {
  it('has the newest first', async () => {
    const { data } = await world.get('/v1/orders');
    const placed = data.map(({ placedAt }: Json) => placedAt);
    expect(placed).toEqual([...placed].sort().reverse());
    expect(await found()).toEqual(['1', '2', '3', '4', '5', '6']);
  });

  it('finds by name, code as typed by anyone, store and state', async () => {
    expect(await found({ name: '#3' })).toEqual(['3']);
    expect(await found({ code: world.mike.code.code })).toEqual(['2']);
    expect(await found({ code: ` ${world.sarah.code.code.toLowerCase()} ` })).toEqual(['1', '4']);
    expect(await found({ storeId: second.id })).toEqual(['3']);
    for (const [state, ids] of Object.entries({
      paid: ['1', '3'],
      cancelled: ['2'],
      test: ['4'],
      pending: ['5'],
      fx_missing: ['6'],
      draft: [],
      awaiting_order: [],
    })) {
      expect([state, await found({ state })]).toEqual([state, ids]);
    }
  });

  it('finds by whom an order is credited to as of the last roll-up, or that it is to nobody', async () => {
    expect(await found({ creatorId: world.sarah.creator.id })).toEqual(['1']);
    expect(await found({ unattributed: true })).toEqual(['3']);
    expect(await found({ unattributed: false })).toContain('1');
    expect((await orderOf('1')).creatorId).toBe(world.sarah.creator.id);
  });

  it("finds by days of the merchant's zone, both included", async () => {
    expect(await found({ from: '2026-11-19', to: '2026-11-19' })).toEqual(['2']);
    expect(await found({ from: '2026-11-19' })).toEqual(['2', '3', '4', '5', '6']);
    expect(await found({ to: '2026-11-18' })).toEqual(['1']);
    expect(await found({ from: '2026-11-18', to: '2026-11-19', code: world.mike.code.code })).toEqual(['2']);
    const backwards = await world.call('GET', '/v1/orders', { query: { from: '2026-11-20', to: '2026-11-19' } });
    expect(backwards.json.errors).toMatchObject([{ pointer: '/query/to', code: 'ends_before_start' }]);
    for (const day of ['2026-02-30', '9999-12-31', 'today']) {
      expect((await world.call('GET', '/v1/orders', { query: { to: day } })).status).toBe(422);
    }
  });

  it('goes on by cursor within a filter', async () => {
    const first = await world.get('/v1/orders', { limit: 2, from: '2026-11-19', to: '2026-11-20' });
    const rest = await world.get('/v1/orders', {
      limit: 9,
      from: '2026-11-19',
      to: '2026-11-20',
      cursor: first.nextCursor,
    });
    expect([...first.data, ...rest.data].map(({ externalId }: Json) => externalId).sort()).toEqual([
      '2',
      '3',
      '4',
      '5',
      '6',
    ]);
    expect(rest.nextCursor).toBeNull();
  });
});

describe('an order', () => {
  it('says what was sold, what it came to, and nothing of who bought it', async () => {
    await placeOrder(api, world.store, {
      externalId: 'full',
      lines: [
        {
          id: '1',
          sku: 'P-1',
          productId: 'p1',
          title: 'Protein',
          quantity: 2,
          price: 6_000,
          discount: 2_000,
          tax: 400,
        },
      ],
      discountCodes: [{ code: 'SARAH15', amount: 2_000 }],
      customer: { id: 'c1', email: 'buyer@example.com' },
      clickId: 'clk_0123456789',
    });
    const order = await world.get(`/v1/orders/${(await orderOf('full')).id}`);
    expect(order).toMatchObject({
      storeId: world.store.id,
      currency: 'USD',
      grossRevenue: 12_000,
      discounts: 2_000,
      shipping: 600,
      tax: 400,
      refunds: 0,
      netRevenue: 10_000,
      units: 2,
      lines: [{ id: '1', sku: 'P-1', collections: [], quantity: 2, price: 6_000, giftCard: false }],
      discountCodes: [{ code: 'SARAH15', amount: 2_000 }],
      clickId: 'clk_0123456789',
      customer: 'unknown',
      kind: 'sale',
      channel: 'web',
      state: 'paid',
    });
    expect(JSON.stringify(order)).not.toMatch(/buyer|example\.com/);
  });

  it('tells each event and what it changed, and each movement of money and its day', async () => {
    const first = { externalId: 'told', placedAt: at(-1) };
    await placeOrder(api, world.store, first);
    api.clock.advance(1000);
    const edited = { ...first, itemsTotal: 14_000, updatedAt: at(0), discounts: 2_000, currency: 'USD' };
    await deliver(api, world.store, 'order.updated', edited);
    const refund = {
      externalId: 'r1',
      orderExternalId: 'told',
      amount: 3_000,
      shipping: 100,
      tax: 50,
      refundedAt: at(0),
    };
    await deliver(api, world.store, 'refund.created', refund);
    const { history, ledger, ...order } = await world.get(`/v1/orders/${(await orderOf('told')).id}`);
    expect(history.map(({ topic }: Json) => topic)).toEqual(['order.paid', 'order.updated', 'refund.created']);
    expect(history[0].changes).toEqual(
      expect.arrayContaining([
        { field: 'placedAt', from: null, to: order.placedAt },
        { field: 'netRevenue', from: 0, to: 10_000 },
      ]),
    );
    expect(history[1].changes).toContainEqual({ field: 'grossRevenue', from: 12_000, to: 14_000 });
    expect(ledger.reduce((sum: number, { units }: Json) => sum + units, 0)).toBe(order.units);
    expect(ledger).toMatchObject([
      { type: 'sale', day: '2026-11-19', orders: 1, grossRevenue: 12_000, netRevenue: 10_000 },
      { type: 'edit', day: '2026-11-20', orders: 0, grossRevenue: 2_000, netRevenue: 2_000 },
      { type: 'refund', day: '2026-11-20', refunds: 3_000, netRevenue: -3_000 },
    ]);
    expect(order).toMatchObject({ grossRevenue: 14_000, refunds: 3_000, netRevenue: 9_000 });
  });

  it('are found by the shop’s own id, by which one store’s is named', async () => {
    await placeOrder(api, world.store, { externalId: 'own-1' });
    const ids = async (query: Record<string, string | number>) =>
      (await world.get('/v1/orders', query)).data.map(({ id }: Json) => id);
    const { id } = await orderOf('own-1');
    expect(await ids({ externalId: 'own-1' })).toEqual([id]);
    expect(await ids({ externalId: 'own-1', from: '2026-11-01', to: '2026-11-02' })).toEqual([]);
    expect(await ids({ externalId: 'own-2' })).toEqual([]);
    expect(await world.get('/v1/orders/ext_own-1')).toMatchObject({ id, externalId: 'own-1' });
    expect((await world.get('/v1/orders/ext_own-1/attribution')).orderId).toBe(id);
    const other = await aStore(world);
    await placeOrder(api, other, { externalId: 'own-1' });
    const first = await world.get('/v1/orders', { externalId: 'own-1', limit: 1 });
    const second = await world.get('/v1/orders', { externalId: 'own-1', limit: 1, cursor: first.nextCursor });
    expect(new Set([...first.data, ...second.data].map(({ storeId }: Json) => storeId))).toEqual(
      new Set([world.store.id, other.id]),
    );
    expect(second.nextCursor).toBeNull();
    const both = await world.call('GET', '/v1/orders/ext_own-1');
    expect([both.status, both.json.detail]).toEqual([404, expect.stringContaining('Several stores')]);
    expect((await world.call('GET', '/v1/orders/ext_own-2')).status).toBe(404);
    const stranger = await aWorld(api);
    expect((await stranger.call('GET', '/v1/orders/ext_own-1')).status).toBe(404);
    expect((await stranger.get('/v1/orders', { externalId: 'own-1' })).data).toEqual([]);
  });

  it('has its ledger in the order things happened', async () => {
    const first = { externalId: 'by-time', placedAt: at(-1), currency: 'USD', itemsTotal: 12_000 };
    await placeOrder(api, world.store, first);
    const refund = { orderExternalId: 'by-time', amount: 100 };
    for (const [externalId, hours] of Object.entries({ a: 3, b: 1, c: 2 })) {
      const refundedAt = at(-1 + hours / 24);
      await deliver(api, world.store, 'refund.created', { ...refund, externalId, refundedAt });
    }
    const { ledger } = await world.get(`/v1/orders/${(await orderOf('by-time')).id}`);
    expect(ledger.map(({ id }: Json) => id)).toEqual(['sale', 'refund-b', 'refund-c', 'refund-a']);
  });

  it('that nobody is credited with is one to find a creator for only when it is a sale', async () => {
    const shop = await aWorld(api);
    for (const kind of ['sale', 'exchange', 'renewal', 'gift']) {
      await placeOrder(api, shop.store, { externalId: kind, kind });
      const discountCodes = [shop.sarah.code.code];
      await placeOrder(api, shop.store, { externalId: `${kind}-coded`, kind, discountCodes });
    }
    await rollUp(shop, '2026-11-20');
    const ids = async (query: Record<string, string | boolean>): Promise<string[]> =>
      (await shop.get('/v1/orders', query)).data.map(({ externalId }: Json) => externalId).sort();
    expect(await ids({ unattributed: true })).toEqual(['exchange', 'sale']);
    const credited = ['exchange-coded', 'renewal-coded', 'sale-coded'];
    expect(await ids({ unattributed: false })).toEqual(credited);
    expect(await ids({ creatorId: shop.sarah.creator.id })).toEqual(credited);
  });

  it('of a customer seen before is of a returning one; who is new can be told only where history reaches', async () => {
    const shop = await aWorld(api, { merchant: { customerHistoryFrom: '2026-11-01' } });
    const customer = { email: 'Ada@Example.com ' };
    await placeOrder(api, shop.store, { externalId: 'first', placedAt: at(-1), customer });
    await placeOrder(api, shop.store, { externalId: 'second', customer: { email: 'ada@example.com' } });
    await placeOrder(api, shop.store, { externalId: 'guest' });
    await placeOrder(api, shop.store, { externalId: 'ancient', placedAt: at(-40), customer: { id: 'c9' } });
    const { data } = await shop.get('/v1/orders');
    const customers = new Map(data.map((order: Json) => [order.externalId, order.customer]));
    expect(Object.fromEntries(customers)).toEqual({
      first: 'new',
      second: 'returning',
      guest: 'unknown',
      ancient: 'unknown',
    });
  });

  it('of a kind that is no sale, or by another channel, says so', async () => {
    for (const kind of ['renewal', 'exchange', 'gift']) {
      await placeOrder(api, world.store, { externalId: kind, kind, channel: 'pos' });
      expect(await orderOf(kind)).toMatchObject({ kind, channel: 'pos' });
    }
  });

  it('that never was is 404', async () => {
    for (const id of ['ord_000000000000000', 'x', world.store.id]) {
      expect((await world.call('GET', `/v1/orders/${id}`)).status).toBe(404);
      expect((await world.call('GET', `/v1/orders/${id}/attribution`)).status).toBe(404);
    }
  });
});

describe('the list of orders by code', () => {
  it('has those that name a shop’s own id of the code', async () => {
    const own = await aWorld(api);
    const { code, id } = own.mike.code;
    const externalIds = ['promo_1QXsMike'];
    expect((await own.call('PATCH', `/v1/discount-codes/${id}`, { body: { externalIds } })).status).toBe(200);
    await placeOrder(api, own.store, { externalId: '71', discountCodes: externalIds });
    const named = async () =>
      (await own.get('/v1/orders', { code })).data.map(({ externalId }: Json) => externalId).join();
    expect(await named()).toBe('71');
    expect((await own.call('PATCH', `/v1/discount-codes/${id}`, { body: { externalIds: [] } })).status).toBe(200);
    expect(await named()).toBe('');
  });
});
