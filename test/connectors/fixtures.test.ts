// Sample payloads of the shops themselves, byte for byte, with figures worked out by hand. The samples are no part of
// this repository: without the folder beside it these tests are skipped.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { shopify } from '../../lib/connectors/shopify.ts';
import { standard } from '../../lib/connectors/standard.ts';
import { foldOrder } from '../../lib/domain/orders/fold.ts';
import { anEvent } from '../support/payloads/order-events.ts';
import { aShopifyDelivery, aShopifyOrder, someOptions } from '../support/payloads/shopify.ts';

const FOLDER = new URL('../../../shared/fixtures/webhooks/', import.meta.url);
const bytesOf = (file: string): Buffer => readFileSync(new URL(file, FOLDER));
const jsonOf = (file: string) => JSON.parse(bytesOf(file).toString('utf8'));

const missing = !existsSync(FOLDER);
if (missing) console.warn('Skipped: sample payloads are not beside the repository (../shared/fixtures/webhooks).');

interface Vector {
  readonly file: string;
  readonly secret: string;
  readonly value: string;
}
const vectors: readonly Vector[] = missing ? [] : jsonOf('signature-vectors.json');
const shopifyVectors = vectors.filter(({ file }) => file.startsWith('shopify/'));

const normalise = (topic: string, file: string) =>
  shopify.normalise(aShopifyDelivery(topic, bytesOf(file)), someOptions());

const flipped = (raw: Buffer, at: number): Buffer => {
  const copy = Buffer.from(raw);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
};

describe.skipIf(missing)('the signatures of Shopify’s samples', () => {
  it('are there for every file', () => {
    expect(shopifyVectors).toHaveLength(10);
  });

  it.each(shopifyVectors)('$file', ({ file, secret, value }) => {
    const raw = bytesOf(file);
    const headers = { 'x-shopify-hmac-sha256': value };
    expect(shopify.verify({ raw, headers }, [secret], 0)).toBe(true);
    for (const at of [0, Math.floor(raw.length / 2), raw.length - 1]) {
      expect(shopify.verify({ raw: flipped(raw, at), headers }, [secret], 0)).toBe(false);
    }
    expect(shopify.verify({ raw, headers }, [`${secret}x`], 0)).toBe(false);
  });

  it('are lost when Rails’ bytes are parsed and written again', () => {
    const file = 'shopify/order-partially-refunded-2020-10.rails-bytes.json';
    const { secret, value } = shopifyVectors.find((vector) => vector.file === file)!;
    const raw = Buffer.from(JSON.stringify(jsonOf(file)));
    expect(shopify.verify({ raw, headers: { 'x-shopify-hmac-sha256': value } }, [secret], 0)).toBe(false);
  });
});

/** A sample as the fold takes it. */
const eventOf = (topic: string, file: string) => {
  const normalised = normalise(topic, file);
  if (normalised.outcome !== 'order') throw new Error(normalised.outcome);
  const { event } = normalised;
  return anEvent(event.type === 'snapshot' ? { ...event, customerKeys: [] } : event);
};

describe.skipIf(missing)('Shopify’s sample orders', () => {
  it('order-2026-shape: ids beyond 2^53, a discount without codes or allocations, a cancelled test', () => {
    // 1 x 89.99, its 20.00 off told by the order alone, 10.00 of shipping, no tax. (Its own totals, 414.95 and 404.95, are
    // those of lines that the sample leaves out: lines count.) 2021-12-31 19:00 at -05:00 is midnight.
    const at = Date.parse('2022-01-01T00:00:00Z');
    expect(normalise('orders/cancelled', 'shopify/order-2026-shape.json')).toMatchObject({
      outcome: 'order',
      orderExternalId: '820982911946154508',
      event: {
        name: '#9999',
        placedAt: at,
        updatedAt: at,
        cancelledAt: at,
        ...{ gross: 8999, discounts: 2000, shipping: 1000, tax: 0, units: 1 },
        ...{ payment: 'failed', test: true, draft: false, kind: 'sale', channel: 'web' },
        ...{ country: 'US', tags: ['tag1', 'tag2'], refunds: [], pricesIncludeTax: false },
        codes: [],
        clickId: null,
        customer: { platformId: '115310627314723954', email: 'john@example.com' },
        lines: [{ id: '487817672276298554', productId: '788032119674292922', price: 8999, discount: 2000 }],
      },
    });
  });

  it('order-2016-cancelled: no tax, no allocations, no gid, a processed_at of null', () => {
    // 1 x 0.00 and 1 x 5.00 less its total_discount of 5.00; a shipping line of 10.00; total_tax null and no tax lines.
    expect(normalise('orders/cancelled', 'shopify/order-2016-cancelled.json')).toMatchObject({
      outcome: 'order',
      orderExternalId: '123456',
      event: {
        placedAt: Date.parse('2016-05-17T04:14:36Z'),
        updatedAt: Date.parse('2016-05-17T08:14:36Z'),
        cancelledAt: Date.parse('2016-05-17T08:14:36Z'),
        ...{ gross: 500, discounts: 500, shipping: 1000, tax: 0, units: 2 },
        ...{ payment: 'failed', test: true, channel: 'web', country: 'US', codes: [] },
        customer: { platformId: null, email: 'john@test.com' },
        lines: [
          { id: '254721536', price: 0, discount: 0 },
          { id: '5', price: 500, discount: 500 },
        ],
      },
    });
  });

  it.each(['order-partially-refunded-2020-10.json', 'order-partially-refunded-2020-10.rails-bytes.json'])(
    '%s: three lines of 199.00, TENOFF, two of them refunded',
    (file) => {
      // 3 x 199.00 = 597.00; 10.00 off = 3.34 + 3.33 + 3.33; tax 3 x 3.98 = 11.94; free shipping.
      // Refunded 195.67 + 195.66 = 391.33 of items and 2 x 3.98 = 7.96 of tax; at 14:53:36 -05:00.
      const normalised = normalise('orders/updated', `shopify/${file}`);
      expect(normalised).toMatchObject({
        outcome: 'order',
        orderExternalId: '450789469',
        event: {
          placedAt: Date.parse('2008-01-10T16:00:00Z'),
          ...{ gross: 59700, discounts: 1000, shipping: 0, tax: 1194, units: 3 },
          ...{ payment: 'paid', test: false, cancelledAt: null, clickId: null, channel: 'web', country: 'US' },
          codes: [{ code: 'TENOFF', amount: 1000 }],
          lines: [{ discount: 334 }, { discount: 333 }, { discount: 333 }],
          refunds: [
            {
              id: '509562969',
              refundedAt: Date.parse('2020-12-04T19:53:36Z'),
              ...{ items: 39133, tax: 796, shipping: 0 },
              lines: [
                { lineId: '703073504', amount: 19567 },
                { lineId: '466157049', amount: 19566 },
              ],
            },
          ],
        },
      });
    },
  );

  it('leaves 195.67 of that order, its refund told alone as well', () => {
    // 597.00 - 10.00 - 391.33; tax 11.94 - 7.96 = 3.98; charged is the body's own total_price.
    const order = foldOrder([
      eventOf('orders/updated', 'shopify/order-partially-refunded-2020-10.json'),
      eventOf('refunds/create', 'shopify/refund-2020-11.json'),
    ]);
    const money = { gross: 59700, discounts: 1000, refunds: 39133, shipping: 0, tax: 398, net: 19567 };
    expect(order.current).toEqual({ ...money, charged: 59894 });
    expect(order.entries).toMatchObject([{ id: 'refund-509562969', at: Date.parse('2020-11-04T21:46:58Z') }]);
  });
});

describe.skipIf(missing)('Shopify’s sample test notifications', () => {
  it.each(['order-2026-shape.json', 'order-2016-cancelled.json'])('%s is never a sale', (file) => {
    for (const topic of ['orders/create', 'orders/paid', 'orders/updated', 'orders/cancelled']) {
      expect(foldOrder([eventOf(topic, `shopify/${file}`)])).toMatchObject({ state: 'test', sale: null, entries: [] });
    }
  });
});

describe.skipIf(missing)('Shopify’s sample refunds', () => {
  it('refund-2020-11: subtotals as numbers, another sum in the transaction', () => {
    // 195.67 + 195.66, not the 209.00 of the transaction; tax 2 x 3.98.
    expect(normalise('refunds/create', 'shopify/refund-2020-11.json')).toMatchObject({
      orderExternalId: '450789469',
      event: { refund: { id: '509562969', items: 39133, tax: 796, shipping: 0 } },
    });
  });

  it('refund-webhook-2023-10: rounded ids but exact gids, no times of its own', () => {
    // 2 x 199.00, no transaction yet; when it happened is when the event fired.
    expect(normalise('refunds/create', 'shopify/refund-webhook-2023-10.json')).toMatchObject({
      orderExternalId: '820982911946154500',
      event: {
        refund: {
          id: '890088186047892319',
          refundedAt: Date.parse('2026-11-20T10:00:11.123Z'),
          ...{ items: 39800, tax: 0, shipping: 0 },
          lines: [{ lineId: '866550311766439020' }, { lineId: '141249953214522974' }],
        },
      },
    });
  });

  it('refund-docs-2025-10: 10.99 of lines less 10.00 kept, 5.00 of shipping, amounts as numbers', () => {
    // In the shop's CAD: 10.99 - 10.00 of discrepancy = 0.99; tax 1.67, where the plain field has 2.67; USD is the buyer's.
    const refund = jsonOf('shopify/refund-docs-2025-10.json');
    const order = aShopifyOrder({ currency: 'CAD', refunds: [refund] });
    expect(shopify.normalise(aShopifyDelivery('orders/updated', order), someOptions())).toMatchObject({
      event: {
        refunds: [
          { id: '92738740', items: 99, shipping: 500, tax: 167, lines: [{ lineId: '128323456', amount: 1099 }] },
        ],
      },
    });
  });

  it('refund-docs-2025-10 is no webhook: it does not say which order it belongs to', () => {
    expect(normalise('refunds/create', 'shopify/refund-docs-2025-10.json')).toMatchObject({
      outcome: 'failed',
      reason: 'shape_does_not_fit_topic',
    });
  });
});

describe.skipIf(missing)('Shopify’s other samples', () => {
  // The documentation leaves the shop's name open.
  const asNamed = { storeDomain: '{shop}.myshopify.com' };
  const asked = (topic: string, file: string) => {
    const headers = { 'x-shopify-shop-domain': undefined };
    return shopify.normalise(aShopifyDelivery(topic, bytesOf(file), headers), someOptions(asNamed));
  };

  it('app-uninstalled: the shop’s record, which does not tell its domain', () => {
    expect(normalise('app/uninstalled', 'shopify/app-uninstalled-2023-10.json')).toEqual({
      outcome: 'request',
      request: { type: 'uninstalled' },
    });
  });

  it('customers-redact: one customer, three orders, numbers for ids', () => {
    expect(asked('customers/redact', 'shopify/customers-redact.json')).toEqual({
      outcome: 'request',
      request: {
        type: 'erase_customer',
        customer: { platformId: '191167', email: 'john@example.com' },
        orderExternalIds: ['299938', '280263', '220458'],
      },
    });
  });

  it('shop-redact: the shop and nothing else', () => {
    expect(asked('shop/redact', 'shopify/shop-redact.json')).toEqual({
      outcome: 'request',
      request: { type: 'erase_store' },
    });
  });

  it.each([
    ['customers/redact', 'shopify/customers-redact.json'],
    ['shop/redact', 'shopify/shop-redact.json'],
  ])('%s does nothing to a store that it does not name', (topic, file) => {
    expect(normalise(topic, file)).toMatchObject({ outcome: 'failed', reason: 'shop_domain_mismatch' });
  });

  const OWN = new Map([
    ['app-uninstalled-2023-10.json', ['app/uninstalled']],
    ['customers-redact.json', ['customers/redact']],
    ['shop-redact.json', ['shop/redact']],
    ['refund-2020-11.json', ['refunds/create']],
    ['refund-webhook-2023-10.json', ['refunds/create']],
    ['refund-docs-2025-10.json', []],
    ...['2016-cancelled', '2026-shape', 'partially-refunded-2020-10', 'partially-refunded-2020-10.rails-bytes'].map(
      (name): [string, string[]] => [
        `order-${name}.json`,
        ['orders/create', 'orders/paid', 'orders/updated', 'orders/cancelled'],
      ],
    ),
  ]);
  const TOPICS = [
    ...['orders/create', 'orders/paid', 'orders/updated', 'orders/cancelled', 'orders/edited', 'orders/delete'],
    ...['refunds/create', 'disputes/create', 'disputes/update', 'app/uninstalled'],
    ...['customers/redact', 'customers/data_request', 'shop/redact'],
  ];

  it.each([...OWN])('%s does nothing under any topic but its own', (file, own) => {
    for (const topic of TOPICS.filter((one) => !own.includes(one))) {
      expect([topic, asked(topic, `shopify/${file}`)]).toMatchObject([topic, { reason: 'shape_does_not_fit_topic' }]);
    }
  });
});

describe.skipIf(missing)('the vector of Standard Webhooks', () => {
  const vector = missing ? {} : jsonOf('standard-webhooks/vector.json');
  const now = vector.timestamp * 1000;
  const holds = (headers: Record<string, string> = {}, at = now, payload: string = vector.payload) => {
    const sent = {
      'webhook-id': vector.msg_id,
      'webhook-timestamp': String(vector.timestamp),
      'webhook-signature': vector.expected_signature,
      ...headers,
    };
    return standard.verify({ raw: Buffer.from(payload), headers: sent }, [vector.secret], at);
  };

  it('holds', () => {
    expect(holds()).toBe(true);
  });

  it.each([
    ['another id', () => holds({ 'webhook-id': 'msg_other' })],
    ['an old timestamp', () => holds({}, now + 301_000)],
    ['a future timestamp', () => holds({}, now - 301_000)],
    ['another version', () => holds({ 'webhook-signature': vector.expected_signature.replace('v1,', 'v2,') })],
    ['a signature without padding', () => holds({ 'webhook-signature': vector.expected_signature.replace('=', '') })],
    ['a changed body', () => holds({}, now, vector.payload.replace('2432232314', '2432232315'))],
    ['a body written again', () => holds({}, now, JSON.stringify(JSON.parse(vector.payload)))],
  ])('does not hold with %s', (_, check) => {
    expect(check()).toBe(false);
  });
});
