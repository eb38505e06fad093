// Store webhooks in: nothing is kept that a store did not sign, everything is that it did, and repeats change nothing.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aGatewayEvent, answeredOf, type Json, type TestApi, testApi } from '../support/http.ts';
import { aShopifyOrder, aShopifyRefund } from '../support/payloads/shopify.ts';
import { aStandardDelivery } from '../support/payloads/standard.ts';
import {
  aStore,
  aWorld,
  deliver,
  deliverShopify,
  itemsIn,
  placeOrder,
  rollUp,
  someOrder,
  type World,
} from '../support/world.ts';

let api: TestApi;
let world: World;
let shopify: Json;
beforeAll(async () => {
  api = await testApi();
});
beforeEach(async () => {
  world = await aWorld(api);
  shopify = await aStore(world, { platform: 'shopify', domain: 'open-shop.myshopify.com' });
});
afterAll(() => api.close());

const postTo = (store: Json, body: unknown, headers: Record<string, string> = {}) =>
  api.call('POST', `/webhooks/${store.id}`, { body, headers });
const signed = (data: Json, over: Parameters<typeof aStandardDelivery>[1] = {}) =>
  aStandardDelivery(data, { seconds: Math.floor(api.clock.now / 1000), secret: world.store.webhookSecret, ...over });
const eventOf = (id: string) => world.get(`/v1/webhook-events/${id}`);
const ordersOf = async () => (await world.get('/v1/orders')).data;
const HOOK = { 'content-type': 'application/json' };

/** Runs `act` and expects that it leaves the table as it was. */
const storesNothing = async (act: () => Promise<unknown>) => {
  const before = await itemsIn(api);
  await act();
  const byKey = (a: Json, b: Json) => (`${a.pk} ${a.sk}` < `${b.pk} ${b.sk}` ? -1 : 1);
  expect((await itemsIn(api)).sort(byKey)).toEqual(before.sort(byKey));
};

describe('a delivery that no secret signed', () => {
  it('is told of the time as well, since a right signature may only be late', async () => {
    const late = signed({ type: 'order.paid', data: someOrder(api) }, { seconds: api.clock.now / 1000 - 301 });
    const refused = await postTo(world.store, late.raw, { ...HOOK, ...(late.headers as Record<string, string>) });
    expect(refused.status).toBe(401);
    expect(refused.json.detail).toMatch(/signature .* webhook-timestamp .* 5 minutes/);
  });

  it('is 401 and leaves nothing behind', async () => {
    const body = { type: 'order.paid', timestamp: '2026-11-20T12:00:00Z', data: someOrder(api) };
    const good = signed(body);
    const headers = good.headers as Record<string, string>;
    const late = signed(body, { seconds: Math.floor(api.clock.now / 1000) - 301 });
    await storesNothing(async () => {
      for (const [raw, sent] of [
        [good.raw, {}],
        [good.raw, { ...headers, 'webhook-signature': 'v1,AAAA' }],
        [good.raw, { ...headers, 'webhook-signature': '' }],
        [good.raw, { ...headers, 'webhook-id': 'msg_2' }],
        [Buffer.concat([good.raw, Buffer.from(' ')]), headers],
        [late.raw, late.headers],
        [signed(body, { secret: `whsec_${Buffer.alloc(32, 1).toString('base64')}` }).raw, headers],
      ] as const) {
        const refused = await postTo(
          world.store,
          raw.toString().replace('12000', raw === good.raw ? '12000' : '99999'),
          {
            ...HOOK,
            ...(sent as Record<string, string>),
          },
        );
        expect([refused.status, refused.json.code]).toEqual([401, 'invalid_signature']);
      }
      expect((await deliverShopify(api, shopify, 'orders/paid', aShopifyOrder(), { secret: 'wrong' })).status).toBe(
        401,
      );
      expect((await postTo(shopify, aShopifyOrder(), HOOK)).status).toBe(401);
      expect((await postTo(world.store, '', {})).status).toBe(401);
    });
  });

  it('for a store that is not there is 404, of another platform 401', async () => {
    await storesNothing(async () => {
      for (const id of [
        'sto_000000000000000000',
        'nothing',
        world.merchant.id,
        world.sarah.creator.id,
        'x'.repeat(3000),
        `sto_${'x'.repeat(3000)}`,
        '%00',
      ]) {
        expect((await postTo({ id }, '{}', HOOK)).status).toBe(404);
      }
      expect((await deliverShopify(api, world.store, 'orders/paid', aShopifyOrder())).status).toBe(401);
      expect(
        (await deliver(api, { ...shopify, webhookSecret: world.store.webhookSecret }, 'order.paid', {})).status,
      ).toBe(401);
    });
  });

  it('for a platform without connector is 404', async () => {
    const unserved = await aStore(world, { platform: 'bigcommerce' });
    expect((await postTo(unserved, '{}', HOOK)).status).toBe(404);
  });

  it('of 6 MB is 413, and of another media type 415, before anything is read of it', async () => {
    await storesNothing(async () => {
      const large = await postTo(world.store, 'x'.repeat(6_000_000), HOOK);
      expect([large.status, large.json.code]).toEqual([413, 'body_too_large']);
      const body = signed({ type: 'order.paid', data: someOrder(api) });
      const form = await postTo(world.store, body.raw, {
        ...(body.headers as Record<string, string>),
        'content-type': 'application/x-www-form-urlencoded',
      });
      expect([form.status, form.json.code]).toEqual([415, 'unsupported_media_type']);
    });
  });
});

describe('a signed delivery', () => {
  it('is kept and applied, with 200', async () => {
    const kept = await placeOrder(api, world.store);
    expect(kept).toEqual({ id: expect.stringMatching(/^evt_/), state: 'applied' });
    expect(await eventOf(kept.id)).toMatchObject({
      storeId: world.store.id,
      platform: 'standard',
      topic: 'order.paid',
      state: 'applied',
      reason: null,
      orderId: expect.stringMatching(/^ord_/),
      receivedAt: '2026-11-20T12:00:00.000Z',
    });
  });

  it('may come in base64, without media type, or through a catch-all route', async () => {
    const event = aGatewayEvent('POST', `/webhooks/${world.store.id}`);
    const variants = [
      { 'content-type': undefined },
      { 'content-type': 'application/json; charset=utf-8' },
      { 'content-type': 'application/cloudevents+json' },
    ];
    for (const [i, type] of variants.entries()) {
      const delivery = signed({ type: 'order.paid', data: someOrder(api, { externalId: `b64-${i}`, name: 'Ünï ✓' }) });
      const answer = await api.handlers.webhook(
        {
          ...event,
          routeKey: '$default',
          pathParameters: {},
          headers: { ...delivery.headers, ...type },
          body: Buffer.from(delivery.raw).toString('base64'),
          isBase64Encoded: true,
        },
        undefined as never,
      );
      expect(answeredOf(answer).json).toMatchObject({ state: 'applied' });
    }
    expect(await ordersOf()).toHaveLength(3);
  });

  it('that is cut off, no JSON, or beyond sense is kept as failed with why, and 200', async () => {
    const cases: [string | Buffer, string][] = [
      ['{"type":"order.paid","data":{"externalId":"1001"', 'not_json'],
      ['hello', 'not_json'],
      ['[]', 'not_json'],
      [`{"type":"order.paid","data":${'['.repeat(100_000)}`, 'not_json'],
      [JSON.stringify({ type: 'order.paid', data: {} }), 'invalid_payload'],
      [JSON.stringify({ type: 'order.paid', data: someOrder(api, { itemsTotal: -1 }) }), 'invalid_payload'],
      [JSON.stringify({ type: 'order.paid', data: someOrder(api, { itemsTotal: 1e300 }) }), 'invalid_payload'],
      [JSON.stringify({ type: 'order.paid', data: someOrder(api, { placedAt: 'yesterday' }) }), 'invalid_payload'],
      [
        JSON.stringify({ type: 'order.paid', data: someOrder(api, { placedAt: '0000-01-01T00:00:00Z' }) }),
        'invalid_payload',
      ],
      [
        JSON.stringify({ type: 'order.paid', data: someOrder(api, { placedAt: '9999-12-31T23:59:59Z' }) }),
        'invalid_payload',
      ],
      [
        JSON.stringify({ type: 'order.cancelled', data: { externalId: '1', cancelledAt: '0000-01-01T00:00:00Z' } }),
        'invalid_payload',
      ],
      [JSON.stringify({ type: 'order.paid', data: someOrder(api, { currency: 'XYZ' }) }), 'unknown_currency'],
    ];
    for (const [i, [body, reason]] of cases.entries()) {
      const delivery = signed(body as never, { id: `msg_${i}` });
      const kept = await postTo(world.store, delivery.raw, {
        ...HOOK,
        ...(delivery.headers as Record<string, string>),
      });
      expect([i, kept.status, kept.json.state]).toEqual([i, 200, 'failed']);
      expect(await eventOf(kept.json.id)).toMatchObject({ state: 'failed', reason, orderId: null });
    }
    expect(await ordersOf()).toEqual([]);
  });

  it('about something else is kept as ignored, with why', async () => {
    const kept = await deliver(api, world.store, 'customer.created', { name: 'Somebody' });
    expect([kept.status, kept.json.state]).toEqual([200, 'ignored']);
    expect(await eventOf(kept.json.id)).toMatchObject({ reason: 'topic_not_used' });
  });

  it('may be nearly 4 MB with thousands of lines', async () => {
    const lines = Array.from({ length: 5_000 }, (_, i) => ({
      id: `${i}`,
      title: `A product with a name of its own, number ${i}, and nothing else to say`.repeat(6),
      quantity: 1,
      price: 100,
    }));
    const kept = await placeOrder(api, world.store, { itemsTotal: undefined, discounts: undefined, lines });
    expect(kept.state).toBe('applied');
    const [order] = await ordersOf();
    expect(order).toMatchObject({ grossRevenue: 500_000 });
    expect(order.lines).toHaveLength(5_000);
  });

  it('is kept as ignored or failed, never refused, when its parts are larger than anything that is kept', async () => {
    const random = (length: number) => randomBytes(length).toString('base64');
    const lines = Array.from({ length: 5_000 }, () => ({ title: random(350), quantity: 1, price: 100 }));
    const codes = Array.from({ length: 20_000 }, () => random(12));
    for (const [type, data, state, reason] of [
      ['order.paid', { lines }, 'failed', 'too_large'],
      [
        'order.paid',
        { lines: [...lines, ...lines].map((line) => ({ ...line, title: 'x' })) },
        'failed',
        'invalid_payload',
      ],
      ['order.paid', { discountCodes: codes }, 'failed', 'invalid_payload'],
      ['order.paid', { name: random(600_000) }, 'applied', null],
      [random(800_000), {}, 'ignored', 'topic_not_used'],
    ] as const) {
      const answer = await deliver(api, world.store, type, someOrder(api, { externalId: random(9), ...data }));
      expect([answer.status, answer.json.state]).toEqual([200, state]);
      expect((await world.get(`/v1/webhook-events/${answer.json.id}`)).reason).toBe(reason);
    }
  });
});

describe('the same delivery again', () => {
  it('is 200 and changes nothing, five times at once included', async () => {
    const body = {
      type: 'order.paid',
      timestamp: '2026-11-20T12:00:00Z',
      data: someOrder(api, { externalId: 'again' }),
    };
    const delivery = signed(body, { id: 'msg_again' });
    const send = () => postTo(world.store, delivery.raw, { ...HOOK, ...(delivery.headers as Record<string, string>) });
    const answers = await Promise.all(Array.from({ length: 5 }, send));
    expect(new Set(answers.map(({ status, json }) => `${status} ${json.id}`)).size).toBe(1);
    await storesNothing(async () => {
      for (let i = 0; i < 5; i++) expect((await send()).json.state).toBe('applied');
    });
    await rollUp(world, '2026-11-20');
    const { reconciliation } = await world.get('/v1/reports/performance', { from: '2026-11-20', to: '2026-11-20' });
    expect(reconciliation).toMatchObject({ storeOrders: 1, storeNetRevenue: 10_000 });
    const [order] = await ordersOf();
    expect((await world.get(`/v1/orders/${order.id}`)).history).toHaveLength(1);
  });

  it('under another id of its own counts once as well: orders and refunds have names', async () => {
    const refund = { externalId: 'r1', orderExternalId: '1001', amount: 5_000, refundedAt: '2026-11-20T12:00:00Z' };
    await placeOrder(api, world.store);
    await placeOrder(api, world.store);
    for (let i = 0; i < 3; i++) await deliver(api, world.store, 'refund.created', refund);
    const [order] = await ordersOf();
    expect(order).toMatchObject({ grossRevenue: 12_000, refunds: 5_000, netRevenue: 5_000 });
  });

  it('in any order comes to the same', async () => {
    const refund = { externalId: 'r1', orderExternalId: '1001', amount: 2_000, refundedAt: '2026-11-20T12:00:00Z' };
    const early = await deliver(api, world.store, 'refund.created', refund);
    expect(early.json.state).toBe('applied');
    const [waiting] = await ordersOf();
    expect(waiting).toMatchObject({ state: 'awaiting_order', netRevenue: 0 });
    await placeOrder(api, world.store);
    expect((await ordersOf())[0]).toMatchObject({ id: waiting.id, state: 'paid', refunds: 2_000, netRevenue: 8_000 });
  });
});

describe('a Shopify order', () => {
  it('under a topic it does not fit is failed: the topic is not signed', async () => {
    const fits = await deliverShopify(api, shopify, 'orders/paid', aShopifyOrder());
    expect(fits.json.state).toBe('applied');
    for (const [topic, body] of [
      ['refunds/create', aShopifyOrder()],
      ['orders/cancelled', aShopifyRefund()],
    ] as const) {
      const kept = await deliverShopify(api, shopify, topic, body);
      expect([kept.status, kept.json.state]).toEqual([200, 'failed']);
      expect(await eventOf(kept.json.id)).toMatchObject({ reason: 'shape_does_not_fit_topic' });
    }
    expect((await ordersOf())[0]).toMatchObject({ refunds: 0, netRevenue: 10_000 });
  });

  it('of another shop is failed', async () => {
    const headers = { 'x-shopify-shop-domain': 'other-shop.myshopify.com' };
    const kept = await deliverShopify(api, shopify, 'orders/paid', aShopifyOrder(), { headers });
    expect(await eventOf(kept.json.id)).toMatchObject({ state: 'failed', reason: 'shop_domain_mismatch' });
  });

  it('keeps no name, address or e-mail anywhere but in the compressed body', async () => {
    await deliverShopify(
      api,
      shopify,
      'orders/paid',
      aShopifyOrder({ id: 5002, admin_graphql_api_id: 'gid://shopify/Order/5002' }),
    );
    const readable = (await itemsIn(api)).filter(({ pk }) => !pk.startsWith('RAW#'));
    expect(JSON.stringify(readable)).not.toMatch(/buyer@example|"Ada\b|Ada Buyer|203\.0\.113\.7/);
  });
});
