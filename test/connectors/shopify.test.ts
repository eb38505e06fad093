// Shopify deliveries: who sent them, which event they are, and which are refused or left aside.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { shopify } from '../../lib/connectors/shopify.ts';
import {
  aShopifyDelivery,
  aShopifyOrder,
  aShopifyRefund,
  SHOPIFY_SECRET,
  shopifySignature,
  someOptions,
} from '../support/payloads/shopify.ts';

const normalise = (topic: string, body: Parameters<typeof aShopifyDelivery>[1], headers = {}, options = {}) =>
  shopify.normalise(aShopifyDelivery(topic, body, headers), someOptions(options));

describe('the signature', () => {
  const delivery = aShopifyDelivery('orders/paid', aShopifyOrder());
  const signed = (value: string | undefined) => ({
    ...delivery,
    headers: { ...delivery.headers, 'x-shopify-hmac-sha256': value },
  });

  it('is the base64 HMAC of the raw bytes', () => {
    expect(shopify.verify(delivery, [SHOPIFY_SECRET], 0)).toBe(true);
  });

  it('holds for any one of several secrets, as during a rotation', () => {
    expect(shopify.verify(delivery, ['shpss_new', SHOPIFY_SECRET], 0)).toBe(true);
    expect(shopify.verify(delivery, ['shpss_new', 'shpss_newer'], 0)).toBe(false);
    expect(shopify.verify(delivery, [], 0)).toBe(false);
  });

  it('is read from the unprefixed header too', () => {
    const headers = { 'shopify-hmac-sha256': shopifySignature(delivery.raw) };
    expect(shopify.verify({ raw: delivery.raw, headers }, [SHOPIFY_SECRET], 0)).toBe(true);
  });

  it('is broken by parsing and writing the body again (Rails escapes)', () => {
    const raw = '{"landing_site":"http:\\/\\/shop.example.com\\/?a=1\\u0026b=2"}';
    const rails = aShopifyDelivery('orders/paid', raw);
    expect(shopify.verify(rails, [SHOPIFY_SECRET], 0)).toBe(true);
    const rewritten = Buffer.from(JSON.stringify(JSON.parse(raw)));
    expect(shopify.verify({ ...rails, raw: rewritten }, [SHOPIFY_SECRET], 0)).toBe(false);
  });

  it('is not the hex digest', () => {
    expect(shopify.verify(signed(shopifySignature(delivery.raw, SHOPIFY_SECRET, 'hex')), [SHOPIFY_SECRET], 0)).toBe(
      false,
    );
  });

  it('is not over a body still in base64, as a Lambda gets it', () => {
    const undecoded = Buffer.from(Buffer.from(delivery.raw).toString('base64'));
    expect(shopify.verify({ ...delivery, raw: undecoded }, [SHOPIFY_SECRET], 0)).toBe(false);
  });

  it.each([undefined, '', 'AAAA', `${shopifySignature(delivery.raw)} `, '\u0000'])('is not %j', (value) => {
    expect(shopify.verify(signed(value), [SHOPIFY_SECRET], 0)).toBe(false);
  });

  it('never holds under an empty secret, which anyone could sign with', () => {
    expect(shopify.verify(signed(shopifySignature(delivery.raw, '')), [''], 0)).toBe(false);
  });
});

describe('the identity of an event', () => {
  const identify = (headers: Record<string, string | undefined>) =>
    shopify.identify(aShopifyDelivery('orders/paid', '{}', headers));

  it('is its topic and event id, the same over every subscription and retry', () => {
    expect(identify({ 'x-shopify-webhook-id': 'another' })).toEqual({ topic: 'orders/paid', eventId: 'event-1' });
  });

  it('falls back to the delivery, then to the body', () => {
    expect(identify({ 'x-shopify-event-id': undefined }).eventId).toBe('delivery-1');
    const body = createHash('sha256').update('{}').digest('hex');
    expect(identify({ 'x-shopify-event-id': undefined, 'x-shopify-webhook-id': '' }).eventId).toBe(body);
  });

  it('is read from the unprefixed headers too', () => {
    const headers = { 'shopify-topic': 'orders/create', 'shopify-event-id': 'e' };
    expect(shopify.identify({ raw: Buffer.from(''), headers })).toEqual({ topic: 'orders/create', eventId: 'e' });
  });
});

describe('a topic that changes no order', () => {
  it.each([
    'orders/fulfilled',
    'order_transactions/create',
    'draft_orders/create',
    'customers/purchasing_summary',
    'constructor',
  ])('is ignored, and says which: %j', (topic) => {
    expect(normalise(topic, '{"shop_id":1}')).toMatchObject({
      outcome: 'ignored',
      reason: 'topic_not_used',
      detail: expect.stringContaining(topic),
    });
  });

  it('is told apart from none: without its header a delivery is failed, to be seen', () => {
    expect(normalise('', aShopifyOrder())).toMatchObject({
      outcome: 'failed',
      reason: 'topic_missing',
      detail: expect.stringContaining('X-Shopify-Topic'),
    });
  });
});

describe('a delivery that is refused', () => {
  it.each(['', '{', '{"id":1,"line_items":[', '[]', '"text"', 'id=1', `${'['.repeat(100_000)}`])(
    'is not JSON, or cut off: %.30s',
    (body) => {
      expect(normalise('orders/paid', body)).toMatchObject({ outcome: 'failed', reason: 'not_json' });
    },
  );

  it('is not UTF-8', () => {
    const body = Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    expect(normalise('orders/paid', body)).toMatchObject({ reason: 'not_json' });
  });

  it.each([
    ['orders/paid', aShopifyRefund()],
    ['orders/updated', { id: 1, name: 'Super Toys', domain: null }],
    ['orders/create', { order_edit: { order_id: 1, line_items: { additions: [] } } }],
    ['refunds/create', aShopifyOrder()],
    ['refunds/create', { refund_line_items: [] }],
  ])('carries a captured body under another topic: %s', (topic, body) => {
    expect(normalise(topic, body)).toMatchObject({ outcome: 'failed', reason: 'shape_does_not_fit_topic' });
  });

  it('names another shop than the store', () => {
    const other = { 'x-shopify-shop-domain': 'other.myshopify.com' };
    expect(normalise('orders/paid', aShopifyOrder(), other)).toMatchObject({ reason: 'shop_domain_mismatch' });
    expect(
      normalise('orders/paid', aShopifyOrder(), { 'x-shopify-shop-domain': 'OPEN-shop.myshopify.com' }),
    ).toMatchObject({
      outcome: 'order',
    });
    expect(normalise('orders/paid', aShopifyOrder(), other, { storeDomain: 'shop.example.com' })).toMatchObject({
      outcome: 'order',
    });
  });

  it.each(['ZZZ', 'usd', '', null])('has an unknown currency: %j', (currency) => {
    expect(normalise('orders/paid', aShopifyOrder({ currency }))).toMatchObject({ reason: 'unknown_currency' });
  });

  it.each([
    [{ line_items: [{ id: 1, quantity: -1, price: '1.00' }] }, 'line_items.0.quantity'],
    [{ line_items: [{ id: 1, quantity: 1 }] }, 'line_items.0.price'],
    [{ line_items: [{ id: 1, quantity: 1, price: '12,50' }] }, 'line_items.0.price'],
    [{ line_items: [{ id: 1, quantity: 1, price: '-1.00' }] }, 'line_items.0.price'],
    [{ line_items: [{ id: 1, quantity: 999_999_999, price: '9999999999.00' }] }, 'line_items'],
    [{ total_tax: {} }, 'total_tax'],
    [{ test: 'yes' }, 'test'],
    [{ cancelled_at: 'yesterday' }, 'cancelled_at'],
  ])('has money or flags that can only be guessed at: %j', (over, field) => {
    const refused = normalise('orders/paid', aShopifyOrder(over));
    expect(refused).toMatchObject({
      outcome: 'failed',
      reason: 'invalid_payload',
      detail: expect.stringContaining(field),
    });
  });

  it('says which fields are wrong and never what they hold', () => {
    const refused = normalise('orders/paid', aShopifyOrder({ cancelled_at: 'buyer@example.com', test: 'Ada' }));
    expect(refused).toMatchObject({ detail: expect.stringMatching(/cancelled_at.*test|test.*cancelled_at/) });
    expect(JSON.stringify(refused)).not.toMatch(/buyer@example|Ada/);
  });
});
