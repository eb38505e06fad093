// WooCommerce's sample payloads, byte for byte, with figures worked out by hand. The samples are no part of this
// repository: without the folder beside it these tests are skipped.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { woocommerce } from '../../lib/connectors/woocommerce.ts';
import { foldOrder } from '../../lib/domain/orders/fold.ts';
import { requestOf } from '../../lib/http/request.ts';
import { anEvent } from '../support/payloads/order-events.ts';
import { aWooDelivery, aWooOrder, wooOptions } from '../support/payloads/woocommerce.ts';

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
const vectors: readonly Vector[] = missing
  ? []
  : jsonOf('signature-vectors.json').filter(({ file }: Vector) => file.startsWith('woocommerce/'));

const SOURCE = { 'x-wc-webhook-source': 'https://example.com/' };
const normalise = (topic: string, file: string) =>
  woocommerce.normalise(aWooDelivery(topic, bytesOf(file), SOURCE), wooOptions({ storeDomain: 'example.com' }));

const foldedOf = (topic: string, file: string) => {
  const told = normalise(topic, file);
  if (told.outcome !== 'order' || told.event.type !== 'snapshot') throw new Error(told.outcome);
  return foldOrder([anEvent({ ...told.event, customerKeys: [] })]);
};

const flipped = (raw: Buffer, at: number): Buffer => {
  const copy = Buffer.from(raw);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
};

describe.skipIf(missing)('the signatures of WooCommerce’s samples', () => {
  it('are there for every file but the ping, which has none', () => {
    expect(vectors).toHaveLength(4);
  });

  it.each(vectors)('$file', ({ file, secret, value }) => {
    const raw = bytesOf(file);
    const headers = { 'x-wc-webhook-signature': value };
    expect(woocommerce.verify({ raw, headers }, [secret], 0)).toBe(true);
    for (const at of [0, Math.floor(raw.length / 2), raw.length - 1]) {
      expect(woocommerce.verify({ raw: flipped(raw, at), headers }, [secret], 0)).toBe(false);
    }
    expect(woocommerce.verify({ raw, headers }, [`${secret}x`], 0)).toBe(false);
  });
});

describe.skipIf(missing)('WooCommerce’s sample orders', () => {
  it('order-processing: 2 x 3.00 and 12.00, 10.00 shipping, 1.35 tax, made through the API', () => {
    // Goods 6.00 + 12.00 = 18.00, nothing off; 18.00 + 10.00 + 1.35 is the order's 29.35.
    // Paid 2017-03-22 at 19:28:08 of UTC (16:28:08 in the shop): its day, and not that of the shop's local time.
    expect(normalise('order.created', 'woocommerce/order-processing.json')).toEqual({
      outcome: 'order',
      orderExternalId: '727',
      event: {
        type: 'snapshot',
        name: '727',
        updatedAt: Date.parse('2017-03-22T19:28:08Z'),
        placedAt: Date.parse('2017-03-22T19:28:08Z'),
        currency: 'USD',
        ...{ gross: 1800, discounts: 0, shipping: 1000, tax: 135, units: 3 },
        lines: [
          {
            ...{ id: '315', sku: null, productId: '93', title: 'Woo Single #1', collections: [] },
            ...{ quantity: 2, price: 300, discount: 0, tax: 45, giftCard: false, subscription: false },
          },
          {
            ...{ id: '316', sku: 'Bar3', productId: '22', collections: [] },
            title: 'Ship Your Idea &ndash; Color: Black, Size: M Test',
            ...{ quantity: 1, price: 1200, discount: 0, tax: 90, giftCard: false, subscription: false },
          },
        ],
        codes: [],
        clickId: null,
        customer: { platformId: null, email: 'john.doe@example.com' },
        ...{ payment: 'paid', test: false, draft: false, kind: 'sale', channel: 'app', cancelledAt: null },
        refunds: [],
        country: 'US',
      },
    });
    expect(foldedOf('order.created', 'woocommerce/order-processing.json')).toMatchObject({
      state: 'paid',
      current: { gross: 1800, discounts: 0, refunds: 0, shipping: 1000, tax: 135, net: 1800 },
    });
  });

  it('order-with-refunds: 9.00 and 20.00, 10.00 shipping, 10.00 and 9.00 given back, completed and never dated paid', () => {
    // Goods 29.00; 29.00 + 10.00 shipping is the order's 39.00, which refunds do not lower. 10.00 + 9.00 back, undivided,
    // all of it from the goods: 29.00 - 19.00 leaves 10.00, and shipping stays.
    const told = normalise('order.updated', 'woocommerce/order-with-refunds.json');
    const changedAt = Date.parse('2017-03-21T19:54:51Z');
    const refund = (id: string, items: number) => ({
      ...{ id, refundedAt: changedAt, approximateTime: true },
      ...{ items, shipping: 0, tax: 0, lines: [], undivided: true },
    });
    expect(told).toMatchObject({
      orderExternalId: '723',
      event: {
        placedAt: Date.parse('2017-03-21T19:16:00Z'),
        updatedAt: changedAt,
        ...{ gross: 2900, discounts: 0, shipping: 1000, tax: 0, units: 2 },
        ...{ payment: 'paid', channel: 'web', country: 'BR', cancelledAt: null },
        customer: { platformId: '26', email: 'joao.silva@example.com' },
        refunds: [refund('726', 1000), refund('724', 900)],
      },
    });
    const order = foldedOf('order.updated', 'woocommerce/order-with-refunds.json');
    expect(order).toMatchObject({
      state: 'paid',
      current: { gross: 2900, discounts: 0, refunds: 1900, shipping: 1000, tax: 0, net: 1000 },
    });
    expect(order.entries.map(({ id, refunds }) => [id, refunds])).toEqual([
      ['refund-724', 900],
      ['refund-726', 1000],
    ]);
  });

  it('refund-resource in its order: a positive amount, a time of its own, and no lines', () => {
    // 120.00 - 20.00 off = 100.00 of goods; 10.00 back leaves 90.00, on the day the refund names.
    const order = aWooOrder({ refunds: [jsonOf('woocommerce/refund-resource.json')] });
    const told = woocommerce.normalise(aWooDelivery('order.updated', order), wooOptions());
    if (told.outcome !== 'order' || told.event.type !== 'snapshot') throw new Error(told.outcome);
    expect(told.event.refunds).toEqual([
      {
        ...{ id: '726', refundedAt: Date.parse('2017-03-21T20:07:11Z') },
        ...{ items: 1000, shipping: 0, tax: 0, lines: [], undivided: true },
      },
    ]);
    expect(foldOrder([anEvent({ ...told.event, customerKeys: [] })]).current.net).toBe(9000);
  });
});

describe.skipIf(missing)('WooCommerce’s other samples', () => {
  it.each(['woocommerce/coupon-resource.json', 'woocommerce/refund-resource.json'])(
    '%s changes no order, under its own topic or another',
    (file) => {
      expect(normalise('coupon.created', file)).toMatchObject({ outcome: 'ignored', reason: 'topic_not_used' });
      for (const topic of ['order.created', 'order.updated', 'order.deleted', 'order.restored']) {
        expect(normalise(topic, file)).toMatchObject({ outcome: 'failed', reason: 'shape_does_not_fit_topic' });
      }
    },
  );

  it('ping is one, as the shop sends it and as API Gateway hands it on', () => {
    const { headers, body, apigw_v2 } = missing ? {} : jsonOf('woocommerce/ping.json');
    expect(woocommerce.ping?.({ headers, raw: Buffer.from(body) })).toBe(true);
    const request = requestOf({ version: '2.0', rawPath: '/webhooks/sto_1', ...apigw_v2 });
    expect(request.body.toString()).toBe('webhook_id=27');
    expect(woocommerce.ping?.({ headers: request.headers, raw: request.body })).toBe(true);
  });
});
