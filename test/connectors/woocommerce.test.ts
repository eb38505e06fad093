// WooCommerce deliveries: who sent them, which event they are, and which are refused or left aside.
import { describe, expect, it } from 'vitest';
import { decodedSpecialCharacters } from '../../lib/connectors/html-text.ts';
import { woocommerce } from '../../lib/connectors/woocommerce.ts';
import {
  aWooDelivery,
  aWooOrder,
  aWooPing,
  phpJson,
  RECEIVED_AT,
  WOO_SECRET,
  wooOptions,
  wooSignature,
} from '../support/payloads/woocommerce.ts';

const normalise = (topic: string, body: Parameters<typeof aWooDelivery>[1], headers = {}, options = {}) =>
  woocommerce.normalise(aWooDelivery(topic, body, headers), wooOptions(options));

describe('the signature', () => {
  const delivery = aWooDelivery('order.updated', aWooOrder());
  const signed = (value: string | undefined) => ({
    ...delivery,
    headers: { ...delivery.headers, 'x-wc-webhook-signature': value },
  });

  it('is the base64 HMAC of the raw bytes', () => {
    expect(woocommerce.verify(delivery, [WOO_SECRET], 0)).toBe(true);
  });

  it('is broken by a changed byte', () => {
    const raw = Buffer.from(delivery.raw);
    raw[20] = (raw[20] ?? 0) ^ 1;
    expect(woocommerce.verify({ ...delivery, raw }, [WOO_SECRET], 0)).toBe(false);
  });

  it('holds for any one of several secrets, as during a rotation', () => {
    expect(woocommerce.verify(delivery, ['woo_newer', WOO_SECRET], 0)).toBe(true);
    expect(woocommerce.verify(delivery, ['woo_newer', 'woo_newest'], 0)).toBe(false);
    expect(woocommerce.verify(delivery, [], 0)).toBe(false);
  });

  it('is lost when a JSON parser gets hold of the body: PHP escapes slashes and letters', () => {
    const raw = phpJson({ url: 'https://shop.example.com/?a=1', name: 'João' });
    expect(raw).toBe('{"url":"https:\\/\\/shop.example.com\\/?a=1","name":"Jo\\u00e3o"}');
    const php = aWooDelivery('order.updated', raw);
    expect(woocommerce.verify(php, [WOO_SECRET], 0)).toBe(true);
    const rewritten = Buffer.from(JSON.stringify(JSON.parse(raw)));
    expect(woocommerce.verify({ ...php, raw: rewritten }, [WOO_SECRET], 0)).toBe(false);
  });

  it('is not the hex digest', () => {
    const hex = signed(wooSignature(delivery.raw, WOO_SECRET, 'hex'));
    expect(woocommerce.verify(hex, [WOO_SECRET], 0)).toBe(false);
  });

  it('is not over a body still in base64, as a Lambda gets it', () => {
    const undecoded = Buffer.from(Buffer.from(delivery.raw).toString('base64'));
    expect(woocommerce.verify({ ...delivery, raw: undecoded }, [WOO_SECRET], 0)).toBe(false);
  });

  it.each([undefined, '', 'AAAA', `${wooSignature(delivery.raw)} `, '\u0000'])('is not %j', (value) => {
    expect(woocommerce.verify(signed(value), [WOO_SECRET], 0)).toBe(false);
  });

  it('never holds under an empty secret, which anyone could sign with', () => {
    expect(woocommerce.verify(signed(wooSignature(delivery.raw, '')), [''], 0)).toBe(false);
  });

  it.each([
    ['R&amp;D', 'R&D'],
    ['a&lt;b&gt;c', 'a<b>c'],
    ['it&#039;s &quot;it&quot;', 'it\'s "it"'],
    ['it&#39;s', "it's"],
  ])('is made with the secret as it was typed, not as WordPress stores it: %s', (stored, typed) => {
    const theirs = aWooDelivery('order.updated', aWooOrder(), {}, typed);
    expect(woocommerce.verify(theirs, [stored], 0)).toBe(true);
    expect(woocommerce.verify(theirs, [typed], 0)).toBe(true);
    expect(woocommerce.verify(theirs, ['woo_newer', stored], 0)).toBe(true);
  });

  it('holds as well for a shop that signs with the secret just as it was given', () => {
    const plain = aWooDelivery('order.updated', aWooOrder(), {}, 'R&amp;D');
    expect(woocommerce.verify(plain, ['R&amp;D'], 0)).toBe(true);
    expect(woocommerce.verify(plain, ['R&D'], 0)).toBe(false);
  });
});

describe('special characters', () => {
  it.each([
    ['&amp;lt;', '&lt;'],
    ['&#038;&#x26;&#X26;', '&&&'],
    ['&#60;&#062;', '<>'],
    ['&#34;&#x00022;', '""'],
    ['&#x27;&#0039;', "''"],
    ['&nbsp;&AMP;&#x3c;&apos;&amp', '&nbsp;&AMP;&#x3c;&apos;&amp'],
  ])('are decoded once, as WordPress does: %s', (escaped, text) => {
    expect(decodedSpecialCharacters(escaped)).toBe(text);
  });
});

describe('the unsigned ping', () => {
  const isPing = (body?: string, headers: Record<string, string | undefined> = {}) =>
    woocommerce.ping?.(aWooPing(body, headers));

  it('is exactly webhook_id and a number, as a form', () => {
    expect(isPing()).toBe(true);
    expect(isPing('webhook_id=1', { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' })).toBe(true);
  });

  it.each([
    '',
    'webhook_id=',
    'webhook_id=12&x=1',
    'x=1&webhook_id=12',
    'webhook_id=12\n',
    ' webhook_id=12',
    'webhook_id=-1',
    'webhook_id=1e3',
    'webhook_id=１２',
    `webhook_id=${'1'.repeat(21)}`,
    '{"webhook_id":12}',
  ])('is not %j', (body) => {
    expect(isPing(body)).toBe(false);
  });

  it.each([
    { 'content-type': 'application/json' },
    { 'content-type': undefined },
    { 'content-type': 'text/plain' },
    { 'x-wc-webhook-topic': 'order.updated' },
    { 'x-wc-webhook-signature': '' },
  ])('has no other headers than a form: %j', (headers) => {
    expect(isPing('webhook_id=12', headers)).toBe(false);
  });
});

describe('the identity of an event', () => {
  const eventIdOf = (topic: string, body: Record<string, unknown>, headers = {}) =>
    woocommerce.identify(aWooDelivery(topic, body, headers)).eventId;

  it('is not the delivery id, which two deliveries of one second share', () => {
    const [one, other] = [aWooOrder(), aWooOrder({ id: 728 })];
    expect(eventIdOf('order.updated', one)).not.toBe(eventIdOf('order.updated', other));
  });

  it('is the same for the same body delivered twice', () => {
    const again = { 'x-wc-webhook-delivery-id': 'another', 'x-wc-webhook-id': '28' };
    expect(eventIdOf('order.updated', aWooOrder())).toBe(eventIdOf('order.updated', aWooOrder(), again));
    expect(woocommerce.identify(aWooDelivery('order.updated', aWooOrder())).topic).toBe('order.updated');
  });

  it('differs where attribution is added to the same change: its meta keys vary', () => {
    const meta = [{ id: 1, key: '_wc_order_attribution_utm_source', value: 'tiktok' }];
    expect(eventIdOf('order.updated', aWooOrder({ meta_data: meta }))).not.toBe(
      eventIdOf('order.updated', aWooOrder()),
    );
  });

  it('tells the second time in the trash from the first, though both say the same', () => {
    const later = { 'x-wc-webhook-delivery-id': 'another' };
    expect(eventIdOf('order.deleted', { id: 727 })).not.toBe(eventIdOf('order.deleted', { id: 727 }, later));
    expect(eventIdOf('order.deleted', { id: 727 })).toBe(eventIdOf('order.deleted', { id: 727 }));
    expect(eventIdOf('order.deleted', { id: 727 })).not.toBe(eventIdOf('order.deleted', { id: 728 }));
  });
});

describe('a topic that changes no order', () => {
  it.each([
    'product.updated',
    'customer.created',
    'coupon.updated',
    'action.woocommerce_order_refunded',
    'subscription.updated',
    'constructor',
  ])('is ignored, and says which: %j', (topic) => {
    expect(normalise(topic, { action: 'woocommerce_order_refunded', arg: 727 })).toMatchObject({
      outcome: 'ignored',
      reason: 'topic_not_used',
      detail: expect.stringContaining(topic),
    });
  });

  it('is told apart from none: without its header a delivery is failed, to be seen', () => {
    expect(normalise('', aWooOrder())).toMatchObject({
      outcome: 'failed',
      reason: 'topic_missing',
      detail: expect.stringContaining('X-WC-Webhook-Topic'),
    });
  });
});

describe('topics of orders', () => {
  it.each(['order.created', 'order.updated'])('%s is the order as it stands', (topic) => {
    const told = normalise(topic, aWooOrder());
    expect(told).toMatchObject({ outcome: 'order', orderExternalId: '727', event: { type: 'snapshot' } });
    expect(told).not.toHaveProperty('event.restored');
  });

  it('order.restored is the order brought back', () => {
    expect(normalise('order.restored', aWooOrder())).toMatchObject({
      orderExternalId: '727',
      event: { type: 'snapshot', restored: true },
    });
  });

  it('order.deleted is a cancellation that can be taken back, at the time it reached us', () => {
    expect(normalise('order.deleted', { id: 727 })).toEqual({
      outcome: 'order',
      orderExternalId: '727',
      event: { type: 'cancellation', cancelledAt: RECEIVED_AT, revocable: true },
    });
  });

  it.each(['checkout-draft', 'auto-draft', 'new'])('ignore what no shopper has placed yet: %s', (status) => {
    for (const topic of ['order.created', 'order.updated']) {
      expect(normalise(topic, aWooOrder({ status }))).toMatchObject({ outcome: 'ignored', reason: 'not_placed' });
    }
  });
});

describe('a delivery that is refused', () => {
  it.each(['', '{', '{"id":1,"line_items":[', '[]', '"text"', 'webhook_id=27', '['.repeat(100_000)])(
    'is not JSON, or cut off: %.30s',
    (body) => {
      expect(normalise('order.updated', body)).toMatchObject({ outcome: 'failed', reason: 'not_json' });
    },
  );

  it.each([
    ['order.updated', { id: 727 }],
    ['order.restored', { id: 727 }],
    ['order.deleted', aWooOrder()],
    ['order.deleted', {}],
    ['order.updated', { id: 726, amount: '10.00', reason: '', line_items: [] }],
    ['order.updated', { id: 719, code: '10off', amount: '10.00' }],
    ['order.updated', aWooOrder({ billing_period: 'month', billing_interval: '1' })],
    ['order.updated', { order: aWooOrder() }],
  ])('carries a captured body under another topic: %s', (topic, body) => {
    expect(normalise(topic, body)).toMatchObject({ outcome: 'failed', reason: 'shape_does_not_fit_topic' });
  });

  it.each([
    ['https://shop.example.com/', 'shop.example.com'],
    ['https://www.shop.example.com/', 'shop.example.com'],
    ['https://shop.example.com/', 'www.shop.example.com'],
    ['http://SHOP.example.com/store/en/', 'shop.example.com'],
    ['https://shop.example.com:8443/', 'shop.example.com'],
    ['', 'shop.example.com'],
    ['not an address', 'shop.example.com'],
  ])('is not one whose source can be the store: %s', (source, storeDomain) => {
    const told = normalise('order.updated', aWooOrder(), { 'x-wc-webhook-source': source }, { storeDomain });
    expect(told).toMatchObject({ outcome: 'order' });
  });

  it.each([
    'https://other.example.com/',
    'https://shop.example.com.evil.example/',
    'https://staging.shop.example.com/',
  ])('names another shop than the store: %s', (source) => {
    for (const [topic, body] of [
      ['order.updated', aWooOrder()],
      ['order.deleted', { id: 727 }],
    ] as const) {
      expect(normalise(topic, body, { 'x-wc-webhook-source': source })).toMatchObject({
        outcome: 'failed',
        reason: 'shop_domain_mismatch',
      });
    }
  });

  it.each(['ZZZ', 'usd', ''])('has an unknown currency: %j', (currency) => {
    expect(normalise('order.updated', aWooOrder({ currency }))).toMatchObject({ reason: 'unknown_currency' });
  });

  it.each([
    [{ line_items: [{ id: 1, quantity: -1, total: '1.00' }] }, 'line_items.0.quantity'],
    [{ line_items: [{ id: 1, quantity: 1 }] }, 'line_items.0.total'],
    [{ line_items: [{ id: 1, quantity: 1, total: '12,50' }] }, 'line_items.0.total'],
    [{ line_items: [{ id: 1, quantity: 1, total: '1.00', subtotal: 'free' }] }, 'line_items.0.subtotal'],
    [{ line_items: Array(200).fill({ id: 1, quantity: 1, total: '90000000000000.00' }) }, 'beyond reason'],
    [{ total_tax: {} }, 'total_tax'],
    [{ shipping_total: '-1.00' }, 'shipping_total'],
    [{ refunds: [{ id: 1, total: 'all of it' }] }, 'refunds.total'],
    [{ fee_lines: [{ total: 'x' }] }, 'fee_lines.total'],
    [{ coupon_lines: [{ code: 'A', discount: 'x' }] }, 'coupon_lines.discount'],
  ])('has money that can only be guessed at: %j', (over, field) => {
    expect(normalise('order.updated', aWooOrder(over))).toMatchObject({
      outcome: 'failed',
      reason: 'invalid_payload',
      detail: expect.stringContaining(field),
    });
  });

  it('has no id', () => {
    expect(normalise('order.updated', aWooOrder({ id: null }))).toMatchObject({ reason: 'invalid_payload' });
    expect(normalise('order.deleted', { id: 'all' })).toMatchObject({ reason: 'invalid_payload' });
  });

  it('says which fields are wrong and never what they hold', () => {
    const refused = normalise('order.updated', aWooOrder({ total_tax: ['buyer@example.com'], shipping_total: 'Ada' }));
    expect(refused).toMatchObject({ reason: 'invalid_payload' });
    expect(JSON.stringify(refused)).not.toMatch(/buyer@example|Ada/);
  });
});
