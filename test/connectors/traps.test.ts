// The complaints of others, one test each: what went wrong for them with Shopify's webhooks, or anybody's, is right here.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shopify } from '../../lib/connectors/shopify.ts';
import type { OrderEvent } from '../../lib/domain/orders/events.ts';
import { foldOrder } from '../../lib/domain/orders/fold.ts';
import { eventById } from '../../lib/table/inbox.ts';
import { openTable } from '../../lib/table/sdk-client.ts';
import { aGatewayEvent, answeredOf, handlersOf, type TestApi, testApi } from '../support/http.ts';
import { anEvent } from '../support/payloads/order-events.ts';
import {
  aShopifyDelivery,
  aShopifyLine,
  aShopifyOrder,
  aShopifyRefund,
  readEvent,
  readSnapshot,
  SHOPIFY_SECRET,
  shopifySignature,
  shopMoney,
} from '../support/payloads/shopify.ts';
import { aStore, aWorld, type World } from '../support/world.ts';

type Json = Record<string, unknown>;

const told = (over: Json = {}): OrderEvent => readEvent(aShopifyOrder(over));
const refunded = (over: Json = {}): OrderEvent => readEvent(aShopifyRefund(over));
const folded = (...events: OrderEvent[]) => foldOrder(events.map((event) => anEvent(event)));

const SECOND = { updated_at: '2026-11-20T05:01:00-05:00' };

describe('signatures and deliveries', () => {
  let api: TestApi;
  let world: World;
  let storeId: string;
  beforeAll(async () => {
    api = await testApi();
    world = await aWorld(api);
    const domain = 'open-shop.myshopify.com';
    storeId = (await aStore(world, { platform: 'shopify', domain, webhookSecret: SHOPIFY_SECRET })).id;
  });
  afterAll(() => api.close());

  let orders = 9000;
  /** A delivery of an order of its own, and how a client posts one. */
  const aDelivery = () => aShopifyDelivery('orders/paid', aShopifyOrder({ id: ++orders, admin_graphql_api_id: null }));
  const sent = ({ raw, headers }: ReturnType<typeof aDelivery>) => ({
    body: raw,
    headers: { 'content-type': 'application/json', ...(headers as Record<string, string>) },
  });
  const post = (delivery: ReturnType<typeof aDelivery>, on: Pick<TestApi, 'call'> = api) =>
    on.call('POST', `/webhooks/${storeId}`, sent(delivery));

  it('the raw body lost by a JSON parser: the bytes are checked as they came', async () => {
    const raw =
      '{"id":1,"currency":"USD","landing_site":"https:\\/\\/shop.example.com\\/?a=1\\u0026b=2","line_items":[]}';
    const rails = aShopifyDelivery('orders/paid', raw);
    expect((await post(rails)).status).toBe(200);
    const rewritten = { ...rails, raw: Buffer.from(JSON.stringify(JSON.parse(raw))) };
    expect((await post(rewritten)).status).toBe(401);
  });

  it('a hex digest instead of base64: is no signature', async () => {
    const delivery = aDelivery();
    const hex = shopifySignature(delivery.raw, SHOPIFY_SECRET, 'hex');
    expect((await post({ ...delivery, headers: { ...delivery.headers, 'x-shopify-hmac-sha256': hex } })).status).toBe(
      401,
    );
  });

  it('a base64 body in Lambda not decoded: it is, whatever the media type', async () => {
    const { body, headers } = sent(aDelivery());
    const event = aGatewayEvent('POST', `/webhooks/${storeId}`, { body, headers });
    const encoded = { ...event, body: Buffer.from(body).toString('base64'), isBase64Encoded: true };
    const answer = answeredOf(await api.handlers.webhook(encoded, undefined as never));
    expect(answer).toMatchObject({ status: 200, json: { state: 'applied' } });
  });

  it('duplicates at the same instant although each was answered: one event, one order', async () => {
    const delivery = aDelivery();
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(delivery)));
    expect(new Set(answers.map(({ status, json }) => `${status} ${json.id}`)).size).toBe(1);
    const data: Json[] = (await world.get('/v1/orders', { storeId })).data;
    expect(data.filter((order) => order.externalId === String(orders))).toMatchObject([{ netRevenue: 10_000 }]);
  });

  it('200 on a database error, the sale lost for ever: it is 503, and the retry counts', async () => {
    const table = openTable({ name: 'tributary', endpoint: 'http://127.0.0.1:1', region: 'local' });
    const away = { ...api, ...handlersOf({ ...api.service, table }) };
    const delivery = aDelivery();
    expect((await post(delivery, away)).status).toBe(503);
    expect(await post(delivery)).toMatchObject({ status: 200, json: { state: 'applied' } });
    expect(await post(delivery)).toMatchObject({ status: 200, json: { state: 'applied' } });
  });

  it('a privacy topic with a bad signature: 401, and nothing is kept of it', async () => {
    const delivery = aShopifyDelivery('customers/redact', '{}', { 'x-shopify-hmac-sha256': 'AAAA' });
    const before = await world.get('/v1/webhook-events');
    expect((await post(delivery)).status).toBe(401);
    expect(await world.get('/v1/webhook-events')).toEqual(before);
  });

  it('a topic that says more than the body: an order captured and sent as a privacy topic is kept as failed', async () => {
    const raw = aDelivery().raw;
    const { json } = await post(aShopifyDelivery('customers/redact', raw));
    expect(json.state).toBe('failed');
    expect(await eventById(api.service.table, json.id)).toMatchObject({ reason: 'shape_does_not_fit_topic' });
  });

  it('a fired-at time with nanoseconds: read, to the millisecond', () => {
    const headers = { 'x-shopify-triggered-at': '2026-03-30T14:30:00.123456789Z' };
    const delivery = aShopifyDelivery('orders/delete', { id: 1 }, headers);
    expect(shopify.normalise(delivery, { receivedAt: 0, storeDomain: 'x', exponentOf: () => 2 })).toMatchObject({
      event: { cancelledAt: Date.parse('2026-03-30T14:30:00.123Z') },
    });
  });
});

describe('ids', () => {
  it('beyond 2^53 rounded: exact to the digit, for orders, lines, refunds and customers', () => {
    const order = readSnapshot(
      '{"id":820982911946154508,"currency":"USD","financial_status":"paid",' +
        '"customer":{"id":115310627314723954},' +
        '"line_items":[{"id":487817672276298554,"product_id":788032119674292922,"quantity":1,"price":"1.00"}],' +
        '"refunds":[{"id":890088186047892319,"refund_line_items":[{"line_item_id":487817672276298554,"subtotal":1}]}]}',
    );
    expect(order).toMatchObject({
      customer: { platformId: '115310627314723954' },
      lines: [{ id: '487817672276298554', productId: '788032119674292922' }],
      refunds: [{ id: '890088186047892319', lines: [{ lineId: '487817672276298554' }] }],
    });
  });
});

describe('refunds', () => {
  const onlyShipping = { refund_line_items: [], transactions: [{ kind: 'refund', status: 'success', amount: '5.00' }] };

  it.each([
    ['2024-10 on', { refund_shipping_lines: [{ subtotal_amount_set: shopMoney('5.00') }] }],
    ['before', { order_adjustments: [{ kind: 'shipping_refund', amount: '-5.00', tax_amount: '0.00' }] }],
  ])('of shipping missing: it is told in either shape, %s, and is no item’s', (_, over) => {
    // 6.00 of shipping less 5.00; the items' 100.00 stay.
    expect(folded(told(), refunded({ ...onlyShipping, ...over })).current).toMatchObject({
      net: 10_000,
      shipping: 100,
    });
  });

  it('whose transactions are empty or of another sum than its lines: the lines count', () => {
    for (const transactions of [[], [{ kind: 'refund', status: 'success', amount: '20.90', currency: 'USD' }]]) {
      expect(folded(told(), refunded({ transactions })).current).toMatchObject({ refunds: 5_000, net: 5_000 });
    }
  });

  it('without items, as a gesture: of its money, and never more than was paid', () => {
    const gesture = (amount: string) =>
      refunded({
        refund_line_items: [],
        transactions: [{ kind: 'refund', status: 'success', amount, currency: 'USD' }],
      });
    expect(folded(told(), gesture('7.50')).current).toMatchObject({ refunds: 750, net: 9_250 });
    // 170.00 of an order of 100.00 for items, 6.00 for shipping and 4.00 of tax: 60.00 were never paid.
    const over = folded(told(), gesture('170.00'));
    expect(over.current).toMatchObject({ refunds: 10_000, net: 0, shipping: 0, tax: 0 });
    expect(over.entries).toMatchObject([{ type: 'refund', refunds: 10_000, excess: 6_000 }]);
  });
});

describe('what is revenue', () => {
  it('quantity counted twice: a unit’s price times its quantity, once', () => {
    const line = aShopifyLine({ quantity: 3, price: '40.00', discount_allocations: [], tax_lines: [] });
    expect(folded(told({ line_items: [line], total_discounts: '0.00' })).current).toMatchObject({ gross: 12_000 });
  });

  it('a gift card counted when sold and again when spent: only when spent', () => {
    const card = aShopifyLine({
      gift_card: true,
      price: '50.00',
      quantity: 1,
      discount_allocations: [],
      tax_lines: [],
    });
    const bought = folded(told({ line_items: [card], total_discounts: '0.00', total_tax: '0.00' }));
    expect(bought).toMatchObject({ state: 'paid', current: { gross: 0, net: 0 }, units: 0 });
    const spent = folded(told({ payment_gateway_names: ['gift_card'] }));
    expect(spent.current).toMatchObject({ gross: 12_000, net: 10_000 });
  });

  it.each(['subscription_contract', 'subscription_contract_checkout_one'])(
    'renewals as new sales: %s',
    (source_name) => {
      const line_items = [aShopifyLine({ selling_plan_allocation: { selling_plan: { name: 'Monthly' } } })];
      expect(folded(told({ source_name, line_items })).kind).toBe('renewal');
      expect(folded(told({ source_name, line_items, tags: 'Subscription First Order' })).kind).toBe('sale');
    },
  );

  it('a one-time upsell through a subscription app as a renewal: it has no selling plan', () => {
    expect(folded(told({ source_name: 'subscription_contract_checkout_one' })).kind).toBe('sale');
  });

  it.each([
    ['a draft not paid', { source_name: 'shopify_draft_order', financial_status: 'pending' }, 'draft', 'draft'],
    ['a draft that was paid', { source_name: 'shopify_draft_order' }, 'paid', 'draft'],
    ['an order at a till', { source_name: 'pos', customer: null, landing_site: null }, 'paid', 'pos'],
    ['a test', { test: true }, 'test', 'web'],
    ['an app’s order', { source_name: '4383523', app_id: 4383523 }, 'paid', 'app'],
  ])('drafts, tills and tests taken for sales of the web: %s', (_, over, state, channel) => {
    const order = folded(told(over));
    expect(order).toMatchObject({ state, channel });
    expect(order.sale === null).toBe(state !== 'paid');
  });

  it('“Send test notification” as a commission: test, cancelled and voided, it is never a sale', () => {
    const test = { test: true, cancelled_at: '2026-11-20T05:00:00-05:00', financial_status: 'voided' };
    for (const over of [test, { ...test, financial_status: 'paid' }, { ...test, cancelled_at: null }]) {
      expect(folded(told(over))).toMatchObject({ state: 'test', sale: null, entries: [] });
    }
  });

  it('shop’s and buyer’s currency mixed: the shop’s in every part', () => {
    const both = (cad: string, usd: string) => ({
      ...shopMoney(cad, 'CAD'),
      presentment_money: { amount: usd, currency_code: 'USD' },
    });
    const line = aShopifyLine({
      ...{ price: '60.00', price_set: both('75.00', '60.00'), quantity: 2, tax_lines: [] },
      discount_allocations: [{ amount: '20.00', amount_set: both('25.00', '20.00'), discount_application_index: 0 }],
    });
    const order = told({ currency: 'CAD', presentment_currency: 'USD', line_items: [line], total_tax: '0.00' });
    expect(folded(order)).toMatchObject({ currency: 'CAD', current: { gross: 15_000, discounts: 2_500, net: 12_500 } });
  });
});

describe('what comes late, or again', () => {
  const CLICK = 'clk_AbCd-1234_xyz';

  it('attribution that is saved after orders/create: the later telling adds it, and none takes it away', () => {
    const enriched = told({ ...SECOND, note_attributes: [{ name: 'trb_click', value: CLICK }] });
    const third = told({ updated_at: '2026-11-20T05:02:00-05:00' });
    expect(folded(told(), enriched).clickId).toBe(CLICK);
    expect(folded(told(), enriched, third).clickId).toBe(CLICK);
    expect(folded(third, enriched, told()).clickId).toBe(CLICK);
  });

  it('a landing site that is a wallet’s own request: no click, and no failure', () => {
    expect(readSnapshot(aShopifyOrder({ landing_site: '/wallets/checkouts.json' })).clickId).toBeNull();
  });

  it('a retry with the original payload after a newer one: the newer stands', () => {
    const newer = told({ ...SECOND, line_items: [aShopifyLine({ quantity: 1 })] });
    expect(folded(newer, told()).units).toBe(1);
    expect(folded(told(), newer).units).toBe(1);
  });

  it('an equal time taken for stale: of one second, the paid telling stands', () => {
    const unpaid = told({ financial_status: 'pending' });
    expect(folded(unpaid, told()).state).toBe('paid');
    expect(folded(told(), unpaid).state).toBe('paid');
  });

  it('no access to protected customer data: an unknown customer, and a sale', () => {
    const masked = told({ customer: null, email: null, shipping_address: null, billing_address: null });
    expect(folded(masked)).toMatchObject({ state: 'paid', customerKeys: [], current: { net: 10_000 } });
  });
});
