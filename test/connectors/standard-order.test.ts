// What events of the `standard` platform say: bodies by docs/webhooks.md, and which are refused.
import { describe, expect, it } from 'vitest';
import { standard } from '../../lib/connectors/standard.ts';
import { someOptions } from '../support/payloads/shopify.ts';
import { aStandardDelivery, aStandardEvent, standardOrderData } from '../support/payloads/standard.ts';

const normalise = (type: string, data: Record<string, unknown>, over = {}) =>
  standard.normalise(aStandardDelivery(aStandardEvent(type, data, over)), someOptions());

const orderOf = (over: Record<string, unknown> = {}, type = 'order.paid') => {
  const normalised = normalise(type, standardOrderData(over));
  if (normalised.outcome !== 'order' || normalised.event.type !== 'snapshot')
    throw new Error(JSON.stringify(normalised));
  return normalised.event;
};

const AT = Date.parse('2026-11-20T10:00:00Z');

describe('order.paid', () => {
  it('carries the whole order', () => {
    expect(normalise('order.paid', standardOrderData())).toEqual({
      outcome: 'order',
      orderExternalId: '1001',
      event: {
        type: 'snapshot',
        updatedAt: Date.parse('2026-11-20T09:59:30Z'),
        name: '#1001',
        placedAt: Date.parse('2026-11-20T09:59:00Z'),
        currency: 'USD',
        gross: 12000,
        discounts: 1800,
        shipping: 500,
        tax: 900,
        units: 2,
        lines: [
          {
            id: '1',
            sku: 'P-1',
            productId: 'p1',
            title: 'Protein',
            collections: [],
            quantity: 2,
            price: 6000,
            discount: 1800,
            tax: 900,
            giftCard: false,
            subscription: false,
          },
        ],
        codes: [{ code: 'SARAH15', amount: null }],
        clickId: 'clk_0123456789',
        customer: { platformId: 'c1', email: 'buyer@example.com' },
        payment: 'paid',
        test: false,
        draft: false,
        kind: 'sale',
        channel: 'web',
        cancelledAt: null,
        refunds: [],
      },
    });
  });

  it('needs only an id, a time, a currency and a total', () => {
    const data = {
      externalId: 'w1',
      placedAt: '2026-11-20T09:00:00+01:00',
      currency: 'JPY',
      itemsTotal: 0,
      surprise: { a: 1 },
    };
    expect(normalise('order.paid', data)).toMatchObject({
      outcome: 'order',
      event: {
        placedAt: Date.parse('2026-11-20T08:00:00Z'),
        updatedAt: AT,
        gross: 0,
        units: 0,
        codes: [],
        clickId: null,
      },
    });
  });

  it('takes every optional field as null too', () => {
    const optional = [
      'name',
      'updatedAt',
      'discounts',
      'shipping',
      'tax',
      'units',
      'discountCodes',
      'clickId',
      'lines',
    ];
    const rest = ['landingUrl', 'customer', 'test', 'draft', 'kind', 'channel', 'payment'];
    const nothing = Object.fromEntries([...optional, ...rest].map((field) => [field, null]));
    expect(orderOf(nothing)).toMatchObject({
      gross: 12000,
      discounts: 0,
      shipping: 0,
      tax: 0,
      channel: 'web',
      kind: 'sale',
    });
  });

  it('is the sum of its lines without a total, gift cards left out', () => {
    const lines = [
      { quantity: 2, price: 6000, discount: 1000, tax: 300 },
      { quantity: 1, price: 2500, discount: 500, tax: 0, giftCard: true },
    ];
    const told = { itemsTotal: undefined, discounts: undefined, tax: undefined, units: undefined, lines };
    expect(orderOf(told)).toMatchObject({ gross: 12000, discounts: 1000, tax: 300, units: 2 });
    expect(orderOf({ ...told, discounts: 700 })).toMatchObject({ discounts: 700 });
  });

  it('takes codes as text or with the money they took off', () => {
    const discountCodes = [' sarah15 ', { code: 'MIKE20', amount: 500 }, { code: 'X' }, ''];
    expect(orderOf({ discountCodes }).codes).toEqual([
      { code: 'sarah15', amount: null },
      { code: 'MIKE20', amount: 500 },
      { code: 'X', amount: null },
    ]);
  });

  it('finds the click in the landing page when the order has none of its own', () => {
    const landingUrl = 'https://shop.example.com/?trb_click=clk_landing123';
    expect(orderOf({ clickId: null, landingUrl }).clickId).toBe('clk_landing123');
    expect(orderOf({ clickId: 'nonsense', landingUrl }).clickId).toBe('clk_landing123');
    expect(orderOf({ landingUrl }).clickId).toBe('clk_0123456789');
    expect(orderOf({ clickId: 'ext_my click 7' }).clickId).toBe('ext_my click 7');
  });

  it('is paid whatever `payment` says; order.updated says it itself', () => {
    expect(orderOf({ payment: 'pending' }).payment).toBe('paid');
    expect(orderOf({ payment: 'pending' }, 'order.updated').payment).toBe('pending');
    expect(orderOf({}, 'order.updated').payment).toBe('paid');
  });

  it('keeps the first characters of what only informs', () => {
    const long = `${'x'.repeat(254)}\u{1f600}${'x'.repeat(800_000)}`;
    const line = { title: long, sku: long, quantity: 1, price: 1 };
    const told = orderOf({ name: long, channel: long, discountCodes: [long], lines: [line] });
    expect(told.name).toBe(`${'x'.repeat(254)}\ufffd`);
    expect(told.channel).toHaveLength(100);
    expect(told.codes[0]?.code).toHaveLength(255);
    expect([told.lines[0]?.title?.length, told.lines[0]?.sku?.length]).toEqual([500, 255]);
  });

  it('keeps ids that are numbers beyond 2^53', () => {
    const raw =
      '{"type":"order.paid","data":{"externalId":820982911946154508,"placedAt":"2026-11-20T09:00:00Z","currency":"USD","itemsTotal":1}}';
    expect(standard.normalise(aStandardDelivery(raw), someOptions())).toMatchObject({
      orderExternalId: '820982911946154508',
      event: { updatedAt: someOptions().receivedAt },
    });
  });
});

describe('order.cancelled and refund.created', () => {
  it('cancels at the time told, else at the event’s', () => {
    expect(normalise('order.cancelled', { externalId: '1001', cancelledAt: '2026-11-20T09:59:59Z' })).toEqual({
      outcome: 'order',
      orderExternalId: '1001',
      event: { type: 'cancellation', cancelledAt: AT - 1000 },
    });
    expect(normalise('order.cancelled', { externalId: '1001' })).toMatchObject({ event: { cancelledAt: AT } });
  });

  it('refunds items, shipping and tax apart', () => {
    const lines = [{ id: '1', quantity: 1, amount: 5000, tax: 200 }];
    const data = {
      externalId: 'r1',
      orderExternalId: '1001',
      amount: 5000,
      shipping: 100,
      tax: 200,
      refundedAt: '2026-11-20T09:59:59Z',
      lines,
    };
    expect(normalise('refund.created', data)).toEqual({
      outcome: 'order',
      orderExternalId: '1001',
      event: {
        type: 'refund',
        refund: {
          id: 'r1',
          refundedAt: AT - 1000,
          items: 5000,
          shipping: 100,
          tax: 200,
          lines: [{ lineId: '1', quantity: 1, amount: 5000, tax: 200 }],
          itemsOnly: true,
        },
      },
    });
    expect(normalise('refund.created', { externalId: 'r1', orderExternalId: '1001', lines })).toMatchObject({
      event: { refund: { items: 5000, refundedAt: AT, shipping: 0 } },
    });
  });
});

describe('an event that is not applied', () => {
  it.each(['order.created', 'customer.created', 'constructor'])('is ignored for another type: %j', (type) => {
    expect(normalise(type, {})).toMatchObject({ outcome: 'ignored', reason: 'topic_not_used' });
  });

  it.each(['', '{"type":"order.paid"', '[]'])('is not JSON, or cut off: %j', (body) => {
    expect(standard.normalise(aStandardDelivery(body), someOptions())).toMatchObject({ reason: 'not_json' });
  });

  it('has an unknown currency', () => {
    expect(normalise('order.paid', standardOrderData({ currency: 'ZZZ' }))).toMatchObject({
      reason: 'unknown_currency',
    });
  });

  it.each([
    [{ itemsTotal: -1 }, 'itemsTotal'],
    [{ itemsTotal: 120.5 }, 'itemsTotal'],
    [{ itemsTotal: '12000' }, 'itemsTotal'],
    [{ itemsTotal: 1_000_000_000_001 }, 'itemsTotal'],
    [{ itemsTotal: null, lines: [] }, 'itemsTotal'],
    [{ discounts: -5 }, 'discounts'],
    [{ placedAt: '2026-02-31T00:00:00Z' }, 'placedAt'],
    [{ placedAt: '2026-11-20' }, 'placedAt'],
    [{ externalId: '' }, 'externalId'],
    [{ lines: [{ quantity: 1.5, price: 1 }] }, 'lines.0.quantity'],
    [{ discountCodes: [{ code: 'A', amount: -1 }] }, 'discountCodes.0'],
    [{ kind: 'bargain' }, 'kind'],
  ])('is invalid: %j', (over, field) => {
    expect(normalise('order.paid', standardOrderData(over))).toMatchObject({
      outcome: 'failed',
      reason: 'invalid_payload',
      detail: expect.stringContaining(field),
    });
  });

  it('lists every problem at once, and no value', () => {
    const told = normalise(
      'order.paid',
      standardOrderData({ tax: -1, shipping: 0.5, placedAt: 'buyer@example.com', currency: 5 }),
    );
    const detail = told.outcome === 'failed' ? told.detail : '';
    for (const field of ['tax', 'shipping', 'placedAt', 'currency']) expect(detail).toContain(`${field}: `);
    expect(detail).not.toContain('buyer@');
  });

  it.each([
    [{ lines: Array.from({ length: 5_001 }, () => ({ quantity: 1, price: 1 })) }, 'lines'],
    [{ discountCodes: Array.from({ length: 101 }, (_, i) => `CODE${i}`) }, 'discountCodes'],
    [{ externalId: 'x'.repeat(256) }, 'externalId'],
  ])('has more than any order has (%#)', (over, field) => {
    expect(normalise('order.paid', standardOrderData(over))).toMatchObject({
      reason: 'invalid_payload',
      detail: expect.stringContaining(field),
    });
  });

  it.each([
    ['refund.created', { externalId: 'r1', amount: 5 }, 'orderExternalId'],
    ['refund.created', { externalId: 'r1', orderExternalId: '1' }, 'amount'],
    ['refund.created', { externalId: 'r1', orderExternalId: '1', amount: -5 }, 'amount'],
    ['order.cancelled', { cancelledAt: '2026-11-20T10:00:00Z' }, 'externalId'],
  ])('is incomplete: %s %j', (type, data, field) => {
    expect(normalise(type, data)).toMatchObject({ reason: 'invalid_payload', detail: expect.stringContaining(field) });
  });

  it('takes more off than the items cost, all in all or by line: revenue below nothing', () => {
    const told = (over: Record<string, unknown>) => {
      const refused = normalise('order.paid', standardOrderData(over));
      return refused.outcome === 'failed' ? [refused.reason, refused.detail] : refused.outcome;
    };
    const ofItems = ['invalid_payload', 'discounts: must not be more than the items cost'];
    expect(told({ discounts: 12_001 })).toEqual(ofItems);
    expect(told({ discounts: 12_000 })).toBe('order');
    const line = { quantity: 2, price: 6000 };
    const card = { ...line, giftCard: true };
    expect(told({ lines: [{ ...line, discount: 12_001 }] })).toEqual([
      'invalid_payload',
      'lines.0.discount: must not be more than the line costs',
    ]);
    const byLines = { itemsTotal: null };
    expect(told({ ...byLines, discounts: 12_001, lines: [line, card] })).toEqual(ofItems);
    expect(told({ ...byLines, discounts: 12_000, lines: [line, card] })).toBe('order');
    expect(told({ ...byLines, discounts: null, lines: [{ ...line, discount: 12_000 }] })).toBe('order');
  });

  it('does not say what it is, which is no other type', () => {
    expect(normalise('', standardOrderData())).toEqual({
      ...{ outcome: 'failed', reason: 'invalid_payload', detail: 'type: is required' },
    });
  });

  it('is told so in the words of the API, a field of several kinds too', () => {
    const data = { externalId: [], currency: 7, itemsTotal: -1, placedAt: 'yesterday', kind: 'gone', tags: 'vip' };
    const refused = normalise('order.paid', { ...data, lines: [{ id: '', price: 1, quantity: 0.5 }] });
    expect('detail' in refused && refused.detail.split('; ')).toEqual([
      'externalId: must be text, or must be a number',
      'placedAt: must be an instant, ISO 8601 with an offset',
      'currency: must be text',
      'itemsTotal: must be at least 0',
      'lines.0.id: must not be empty',
      'lines.0.quantity: must be an integer',
      'kind: must be one of sale, renewal, exchange, gift',
      'tags: must be a list',
    ]);
    const empty = normalise('order.paid', {});
    expect('detail' in empty && empty.detail).toBe(
      'externalId: is required; placedAt: is required; currency: is required',
    );
  });

  it('has no data at all', () => {
    expect(standard.normalise(aStandardDelivery({ type: 'order.paid' }), someOptions())).toMatchObject({
      reason: 'invalid_payload',
      detail: expect.stringContaining('data'),
    });
  });
});
