// Importing orders over HTTP: figures to the cent, what changes nothing, stores of any platform, and shops' own files.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, type TestApi, testApi } from '../support/http.ts';
import { imported, outcomeOf } from '../support/imports.ts';
import { aStore, aWorld, deliver, itemsIn, placeOrder, rollUp, someOrder, type World } from '../support/world.ts';

const DAY_MS = 86_400_000;

let api: TestApi;
let world: World;
beforeAll(async () => {
  api = await testApi();
  world = await aWorld(api);
});
afterAll(() => api.close());

const ago = (ms: number) => new Date(api.clock.now - ms).toISOString();

let made = 0;
/** A line placed two days ago and never changed since: 120.00 of goods, 20.00 off. */
const anOrder = (over: Json = {}, own: World = world) => {
  const { updatedAt: _now, ...order } = someOrder(api, { externalId: `o-${++made}`, placedAt: ago(2 * DAY_MS) });
  return { storeId: own.store.id, ...order, ...over };
};

const orderOf = async (externalId: string, own: World = world): Promise<Json> => {
  const { data } = await own.get('/v1/orders', { limit: 100 });
  const [found] = data.filter((one: Json) => one.externalId === externalId);
  return own.get(`/v1/orders/${found.id}`);
};

describe('imported orders', () => {
  it('are orders as a webhook would have brought them', async () => {
    const line = anOrder({ discountCodes: [world.sarah.code.code], customer: { email: 'jane@example.com' } });
    expect(outcomeOf(await imported(world.call, 'orders', line))).toEqual([1, 0, []]);
    const order = await orderOf(line.externalId as string);
    expect(order).toMatchObject({ state: 'paid', grossRevenue: 12_000, discounts: 2_000, netRevenue: 10_000 });
    expect(order.history).toMatchObject([{ topic: 'import' }]);
    const [event] = (await world.get('/v1/webhook-events')).data;
    expect(event).toMatchObject({ topic: 'import', state: 'applied', orderId: order.id, attempts: 1 });
    // No body was kept: what was read of the line is applied again.
    const replayed = await world.call('POST', `/v1/webhook-events/${event.id}/replay`);
    expect([replayed.status, replayed.json.state]).toEqual([200, 'applied']);
    expect(JSON.stringify(await itemsIn(api))).not.toContain('jane@');
  });

  it('come with what was given back since, on its day, and with their cancellation', async () => {
    const refunds = [
      { externalId: 'r1', amount: 1_500, shipping: 100, tax: 50, refundedAt: ago(DAY_MS) },
      { externalId: 'r2', amount: 500 },
    ];
    const [refunded, cancelled] = [anOrder({ refunds }), anOrder({ cancelledAt: ago(DAY_MS) })];
    await imported(world.call, 'orders', refunded, cancelled);
    const order = await orderOf(refunded.externalId as string);
    expect(order).toMatchObject({ refunds: 2_000, netRevenue: 8_000, shipping: 500, tax: 350 });
    expect(order.ledger.map(({ type, day, refunds: back }: Json) => [type, day, back])).toEqual([
      ['sale', '2026-11-18', 0],
      ['refund', '2026-11-18', 500],
      ['refund', '2026-11-19', 1_500],
    ]);
    expect(await orderOf(cancelled.externalId as string)).toMatchObject({
      state: 'cancelled',
      cancelledAt: ago(DAY_MS),
    });
  });

  it('are applied once: the same line again, and one that changes nothing, are duplicates', async () => {
    const line = anOrder();
    const { name, ...rest } = line;
    expect(outcomeOf(await imported(world.call, 'orders', line, { ...rest, name }, line))).toEqual([1, 2, []]);
    expect(outcomeOf(await imported(world.call, 'orders', line))).toEqual([0, 1, []]);
    const changed = { ...line, itemsTotal: 13_000, updatedAt: ago(DAY_MS) };
    expect(outcomeOf(await imported(world.call, 'orders', changed, line))).toEqual([1, 1, []]);
    expect(outcomeOf(await imported(world.call, 'orders', line, changed))).toEqual([0, 2, []]);
    const order = await orderOf(line.externalId as string);
    expect([order.netRevenue, order.history.length]).toEqual([11_000, 2]);
  });

  it('are told in one call in several lines, each counted by what it adds', async () => {
    const line = anOrder({ payment: 'pending' });
    const paid = { ...line, payment: 'paid', updatedAt: ago(DAY_MS) };
    const old = { ...line, units: 3, updatedAt: ago(3 * DAY_MS) };
    expect(outcomeOf(await imported(world.call, 'orders', line, paid, old, paid))).toEqual([2, 2, []]);
    expect(await orderOf(line.externalId as string)).toMatchObject({ state: 'paid', units: 2 });
  });

  it('say nothing new of an order that a webhook has told, and are told over by one that comes later', async () => {
    const told = someOrder(api, { externalId: `o-${++made}`, placedAt: ago(2 * DAY_MS), updatedAt: ago(2 * DAY_MS) });
    await placeOrder(api, world.store, told);
    expect(outcomeOf(await imported(world.call, 'orders', { storeId: world.store.id, ...told }))).toEqual([0, 1, []]);
    const line = anOrder({ itemsTotal: 99_900 });
    await imported(world.call, 'orders', line);
    const { storeId: _store, ...data } = line;
    await deliver(api, world.store, 'order.updated', { ...data, itemsTotal: 12_000, updatedAt: ago(0) });
    expect(await orderOf(line.externalId as string)).toMatchObject({ grossRevenue: 12_000 });
  });

  it('may be of a store of any platform, named by either id, and only of their own merchant', async () => {
    const woo = { platform: 'woocommerce', domain: 'woo.example.com', externalId: 'woo' };
    await aStore(world, woo);
    const stranger = await aWorld(api);
    const told = [
      anOrder({ storeId: 'ext_woo' }),
      anOrder({ storeId: stranger.store.id }),
      anOrder({ storeId: 'ext_nowhere' }),
    ];
    const faults = ['2 unknown_store', '3 unknown_store'];
    expect(outcomeOf(await imported(world.call, 'orders', ...told))).toEqual([1, 0, faults]);
    expect((await stranger.get('/v1/orders')).data).toEqual([]);
  });

  it('are refused one by one', async () => {
    const line = { quantity: 1, price: 1 };
    const random = () => randomBytes(360).toString('base64');
    const lines = Array.from({ length: 1_500 }, (_, i) => ({ ...line, id: String(i), title: random() }));
    const told = [
      anOrder({ currency: 'ABC' }),
      anOrder({ placedAt: 'yesterday' }),
      anOrder({ storeId: undefined }),
      anOrder({ itemsTotal: -1 }),
      anOrder({ refunds: [{ externalId: 'r' }] }),
      anOrder({ lines }),
      anOrder({ note: 'fields of a shop that are not ours pass' }),
    ];
    const faults = ['1 unknown_currency', '2 invalid_line', '3 invalid_line', '4 invalid_line', '5 invalid_line'];
    const answer = await imported(world.call, 'orders', ...told);
    expect(outcomeOf(answer)).toEqual([1, 0, [...faults, '6 too_large']]);
  });

  it('make who is new right, though the earlier order is imported later, and mark the later day', async () => {
    const own = await aWorld(api, { merchant: { customerHistoryFrom: '2020-01-01' } });
    const customer = { email: 'jane@example.com' };
    const later = anOrder({ customer, placedAt: ago(DAY_MS) }, own);
    await imported(own.call, 'orders', later);
    expect((await orderOf(later.externalId as string, own)).customer).toBe('new');
    await rollUp(own, '2026-11-19');
    api.clock.advance(120_000);
    await rollUp(own, '2026-11-19');
    await imported(own.call, 'orders', anOrder({ customer, placedAt: ago(400 * DAY_MS) }, own));
    expect((await orderOf(later.externalId as string, own)).customer).toBe('returning');
    const { staleDays } = await own.get('/v1/reports/performance', { from: '2026-11-19', to: '2026-11-19' });
    expect(staleDays).toEqual(['2026-11-19']);
  });

  it('add up to the cent in reports', async () => {
    const own = await aWorld(api);
    const nets = Array.from({ length: 60 }, (_, i) => 1_000 + i * 37);
    const told = nets.map((net, i) =>
      anOrder({ itemsTotal: net + 33, discounts: 33, placedAt: ago((i % 3) * DAY_MS) }, own),
    );
    expect(outcomeOf(await imported(own.call, 'orders', ...told))).toEqual([60, 0, []]);
    await rollUp(own, '2026-11-18', '2026-11-20');
    const { reconciliation } = await own.get('/v1/reports/performance', { from: '2026-11-18', to: '2026-11-20' });
    const sum = nets.reduce((all, net) => all + net, 0);
    expect(reconciliation).toMatchObject({ storeNetRevenue: sum, storeOrders: 60, unattributed: sum });
  });
});

describe('the export of a shop', () => {
  const csv = (text: string, query: Json = { storeId: world.store.id }) =>
    world.call('POST', '/v1/imports/orders', { headers: { 'content-type': 'text/csv' }, body: text, query });
  const HEADER =
    'Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price,Id';

  it('needs to be said whose it is, and to be one that is known', async () => {
    const codes = async (answer: ReturnType<typeof csv>) => {
      const { status, json } = await answer;
      return [status, json.errors[0].code];
    };
    expect(await codes(csv(HEADER, {}))).toEqual([422, 'required']);
    const stranger = await aWorld(api);
    expect(await codes(csv(HEADER, { storeId: stranger.store.id }))).toEqual([422, 'unknown_reference']);
    expect(await codes(csv('a,b\n1,2'))).toEqual([422, 'unknown_csv']);
    expect(await codes(csv('a,"b\n1,2'))).toEqual([422, 'malformed_csv']);
    expect(await codes(csv(`${HEADER}${'\n,'.repeat(10_002)}`))).toEqual([422, 'too_many_lines']);
  });

  it('is taken for a store on its own platform, or on none that is known, so that no sale comes in twice', async () => {
    const own = await aWorld(api);
    const WOO =
      'Date,Order #,N. Revenue (formatted),N. Revenue,Status,Customer,Customer type,Product(s),Items sold,Coupon(s)';
    const told = async (platform: string, header: string) => {
      const store = await aStore(own, { platform, domain: `${platform}.example.com` });
      const headers = { 'content-type': 'text/csv' };
      const { status, json } = await own.call('POST', '/v1/imports/orders', {
        ...{ headers, body: header, query: { storeId: store.id } },
      });
      return [status, json.errors?.[0].code ?? json.accepted];
    };
    for (const platform of ['woocommerce', 'stripe', 'bigcommerce']) {
      expect(await told(platform, HEADER)).toEqual([422, 'csv_of_another_platform']);
    }
    for (const platform of ['shopify', 'stripe', 'bigcommerce']) {
      expect(await told(platform, WOO)).toEqual([422, 'csv_of_another_platform']);
    }
    for (const platform of ['shopify', 'standard']) expect(await told(platform, HEADER)).toEqual([200, 0]);
    for (const platform of ['woocommerce', 'standard']) expect(await told(platform, WOO)).toEqual([200, 0]);
  });

  it('is the orders of its rows, and yields to what webhooks tell of them', async () => {
    const row = (id: string) =>
      `#${id},jane@example.com,paid,2026-11-18 10:00:00 +0000,USD,100.00,6.00,4.00,110.00,2026-11-18 10:00:00 +0000,2,Protein,60.00,${id}`;
    const more = (id: string) => `#${id},jane@example.com,,,,,,,,,1,Shaker,0.00,`;
    await placeOrder(api, world.store, { externalId: '900002', placedAt: '2026-11-18T10:00:00Z', itemsTotal: 7_700 });
    const text = [HEADER, row('900001'), more('900001'), row('900002'), row('')].join('\r\n');
    const first = await csv(text);
    expect(outcomeOf(first.json)).toEqual([1, 1, ['5 invalid_line']]);
    expect(outcomeOf((await csv(text)).json)).toEqual([0, 2, ['5 invalid_line']]);
    const order = await orderOf('900001');
    expect(order).toMatchObject({
      name: '#900001',
      grossRevenue: 12_000,
      discounts: 2_000,
      netRevenue: 10_000,
      units: 3,
    });
    expect(await orderOf('900002')).toMatchObject({ grossRevenue: 7_700 });
  });
});
