// Shopify refunds, told alone or in their order: what goes back for items, for shipping and for tax.
import { describe, expect, it } from 'vitest';
import { shopify } from '../../lib/connectors/shopify.ts';
import { foldOrder } from '../../lib/domain/orders/fold.ts';
import { anEvent } from '../support/payloads/order-events.ts';
import {
  aShopifyDelivery,
  aShopifyLine,
  aShopifyOrder,
  aShopifyRefund,
  RECEIVED_AT,
  shopMoney,
  someOptions,
} from '../support/payloads/shopify.ts';

const normalise = (over: Record<string, unknown> = {}, headers = {}, options = {}) =>
  shopify.normalise(aShopifyDelivery('refunds/create', aShopifyRefund(over), headers), someOptions(options));

const refundOf = (...args: Parameters<typeof normalise>) => {
  const normalised = normalise(...args);
  if (normalised.outcome !== 'order' || normalised.event.type !== 'refund') throw new Error(JSON.stringify(normalised));
  return normalised.event.refund;
};

const orderOf = (over: Record<string, unknown>) => {
  const normalised = shopify.normalise(aShopifyDelivery('orders/updated', aShopifyOrder(over)), someOptions());
  if (normalised.outcome !== 'order' || normalised.event.type !== 'snapshot')
    throw new Error(JSON.stringify(normalised));
  const { customer: _, ...snapshot } = normalised.event;
  return { ...snapshot, customerKeys: [] };
};

const NOTHING_BUT_MONEY = { refund_line_items: [], order_adjustments: [], refund_shipping_lines: [] };
const discrepancy = (amount: string, reason = 'Refund discrepancy') => ({
  kind: 'refund_discrepancy',
  amount,
  tax_amount: '0.00',
  reason,
});

describe('a refund', () => {
  it('gives back the lines’ subtotals and, apart, their tax', () => {
    expect(normalise()).toMatchObject({ outcome: 'order', orderExternalId: '5001' });
    expect(refundOf()).toEqual({
      id: '71',
      refundedAt: Date.parse('2026-11-21T11:00:00Z'),
      items: 5000,
      shipping: 0,
      tax: 200,
      lines: [{ lineId: '1', quantity: 1, amount: 5000, tax: 200 }],
      mayIncludeTax: true,
    });
  });

  it('reads JSON numbers as exactly as text: 195.67 is 19567', () => {
    const lines = [
      { quantity: 1, line_item_id: 1, subtotal: 195.67, total_tax: 0 },
      { quantity: 1, line_item_id: 2, subtotal: '195.66', total_tax: '0' },
    ];
    expect(refundOf({ refund_line_items: lines }).items).toBe(39133);
  });

  it('believes the set in the shop’s currency over the plain amount, and its currency over the transaction’s', () => {
    const line = { quantity: 1, line_item_id: 1, subtotal: 7.3, subtotal_set: shopMoney('1000', 'JPY'), total_tax: 0 };
    expect(refundOf({ refund_line_items: [line] }).items).toBe(1000);
  });

  it('is never what the payment returned when lines are told: the two may differ', () => {
    expect(refundOf({ transactions: [{ kind: 'refund', status: 'success', amount: '20.90' }] }).items).toBe(5000);
  });

  it('keeps ids beyond 2^53, of the refund, the order and the lines', () => {
    const refund = refundOf({
      admin_graphql_api_id: 'gid://shopify/Refund/890088186047892319',
      refund_line_items: [
        {
          line_item_id: 1,
          line_item: { admin_graphql_api_id: 'gid://shopify/LineItem/866550311766439020' },
          subtotal: 1,
        },
      ],
    });
    expect(refund).toMatchObject({ id: '890088186047892319', lines: [{ lineId: '866550311766439020' }] });
    const raw = JSON.stringify(aShopifyRefund()).replace('"order_id":5001', '"order_id":820982911946154508');
    const told = shopify.normalise(aShopifyDelivery('refunds/create', raw), someOptions());
    expect(told).toMatchObject({ orderExternalId: '820982911946154508' });
  });

  it('falls back to when it was made, when the event fired, and when it reached us', () => {
    const untimed = { processed_at: null, created_at: null };
    expect(refundOf({ processed_at: null }).refundedAt).toBe(Date.parse('2026-11-21T10:00:00Z'));
    expect(refundOf(untimed).refundedAt).toBe(Date.parse('2026-11-20T10:00:11.123Z'));
    expect(refundOf(untimed, { 'x-shopify-triggered-at': undefined }).refundedAt).toBe(RECEIVED_AT);
  });

  it('is its lines alone where no money moved: an unpaid item removed, or money that is to follow', () => {
    expect(refundOf({ transactions: [] })).toMatchObject({ items: 5000, tax: 200 });
  });

  it('leaves out a gift card given back', () => {
    const lines = [
      { quantity: 1, line_item_id: 1, subtotal: 50, total_tax: 2 },
      { quantity: 1, line_item_id: 2, subtotal: 25, total_tax: 0, line_item: { gift_card: true } },
    ];
    expect(refundOf({ refund_line_items: lines }).items).toBe(5000);
  });
});

describe('a refund of shipping', () => {
  it('is in refund_shipping_lines since 2024-10', () => {
    const refund_shipping_lines = [{ subtotal_amount_set: shopMoney(5) }];
    expect(refundOf({ refund_line_items: [], transactions: [], refund_shipping_lines })).toMatchObject({
      items: 0,
      shipping: 500,
    });
  });

  it('brings its tax where that is told', () => {
    const refund_shipping_lines = [{ subtotal_amount_set: shopMoney('5.00'), tax_amount_set: shopMoney('0.40') }];
    expect(refundOf({ refund_shipping_lines })).toMatchObject({ items: 5000, shipping: 500, tax: 240 });
  });

  it('was a negative adjustment before', () => {
    const order_adjustments = [{ kind: 'shipping_refund', amount: '-5.00', tax_amount: '-0.40' }];
    expect(refundOf({ order_adjustments })).toMatchObject({ items: 5000, shipping: 500, tax: 240 });
  });
});

describe('a discrepancy', () => {
  it('is more given back when negative: an amount refunded without lines', () => {
    expect(refundOf({ refund_line_items: [], order_adjustments: [discrepancy('-5.85')] }).items).toBe(585);
    expect(refundOf({ order_adjustments: [discrepancy('-5.85')] }).items).toBe(5585);
  });

  it('is part of the lines kept when positive, at most all of them', () => {
    expect(refundOf({ order_adjustments: [discrepancy('10.00')] }).items).toBe(4000);
    expect(refundOf({ order_adjustments: [discrepancy('80.00')] }).items).toBe(0);
  });

  it('does not take a refund back while its money is on its way, nor give it twice when it has gone', () => {
    const pending = [{ kind: 'refund', status: 'pending', amount: '52.00', currency: 'USD' }];
    expect(refundOf({ transactions: pending, order_adjustments: [discrepancy('52.00')] }).items).toBe(5000);
    const gone = discrepancy('-52.00', 'Pending refund discrepancy');
    expect(refundOf({ refund_line_items: [], order_adjustments: [gone] }).items).toBe(0);
  });
});

describe('a refund that says nothing but money', () => {
  it('gives back what its successful refund transactions returned', () => {
    const transactions = [
      { kind: 'refund', status: 'success', amount: '12.00', currency: 'USD' },
      { kind: 'refund', status: 'success', amount: '3.00' },
      { kind: 'refund', status: 'failure', amount: '50.00', currency: 'USD' },
      { kind: 'void', status: 'success', amount: '60.00', currency: 'USD' },
    ];
    expect(refundOf({ ...NOTHING_BUT_MONEY, transactions })).toMatchObject({ items: 1500, lines: [] });
  });

  it('leaves it to the order which part was for items, shipping and tax', () => {
    const transactions = [{ kind: 'refund', status: 'success', amount: '110.00', currency: 'USD' }];
    const refund = refundOf({ ...NOTHING_BUT_MONEY, transactions });
    expect(refund).toMatchObject({ items: 11000, undivided: true });
    const order = foldOrder([anEvent(orderOf({})), anEvent({ type: 'refund', refund })]);
    expect(order.current).toMatchObject({ refunds: 10000, net: 0, shipping: 0, tax: 0 });
    expect(order.entries).toMatchObject([{ excess: 0 }]);
  });

  it('may name lines without their price, as the oldest bodies do', () => {
    const refund_line_items = [{ id: 1, quantity: 1, line_item_id: 1 }];
    expect(refundOf({ refund_line_items })).toMatchObject({ items: 5200, undivided: true, lines: [] });
  });

  it.each(['store_credit', 'gift_card', 'manual'])('counts money that went back by %s like any other', (gateway) => {
    const transactions = [{ kind: 'refund', status: 'success', amount: '12.00', currency: 'USD', gateway }];
    expect(refundOf({ ...NOTHING_BUT_MONEY, transactions }).items).toBe(1200);
  });

  it('leaves out the duties in it, which were never the items’', () => {
    const transactions = [{ kind: 'refund', status: 'success', amount: '12.00', currency: 'USD' }];
    const told = { ...NOTHING_BUT_MONEY, transactions };
    expect(refundOf({ ...told, total_duties_set: shopMoney('9.83') }).items).toBe(217);
    const listed = [
      { duty_id: 1, amount_set: shopMoney('9.83') },
      { duty_id: 2, amount_set: shopMoney('2.17') },
    ];
    expect(refundOf({ ...told, duties: listed }).items).toBe(0);
    expect(refundOf({ ...told, duties: { duties: listed } }).items).toBe(0);
    expect(refundOf({ ...told, duties: [], total_duties_set: shopMoney('0.00') }).items).toBe(1200);
  });

  it('gives back nothing when the money is in another currency than the shop’s', () => {
    const transactions = [{ kind: 'refund', status: 'success', amount: '12.00', currency: 'USD' }];
    const refund = refundOf({ ...NOTHING_BUT_MONEY, transactions, total_duties_set: shopMoney('0.00', 'CAD') });
    expect(refund.items).toBe(0);
  });

  it('may be empty, as when an unpaid order is cancelled', () => {
    expect(refundOf({ ...NOTHING_BUT_MONEY, transactions: [] })).toMatchObject({ items: 0, shipping: 0, tax: 0 });
  });
});

describe('the currency of a refund told alone', () => {
  const unnamed = { transactions: [{ kind: 'refund', status: 'success', amount: '52.00' }] };

  it('is the merchant’s where the body names none', () => {
    expect(refundOf(unnamed).items).toBe(5000);
    expect(refundOf(unnamed, {}, { merchantCurrency: 'JPY' }).items).toBe(50);
  });

  it('is never guessed', () => {
    expect(normalise(unnamed, {}, { merchantCurrency: undefined })).toMatchObject({ reason: 'unknown_currency' });
    expect(normalise(unnamed, {}, { merchantCurrency: 'ZZZ' })).toMatchObject({ reason: 'unknown_currency' });
  });
});

describe('a refund that is refused', () => {
  it.each([
    [{ id: null, admin_graphql_api_id: null }],
    [{ refund_line_items: [{ subtotal: '-5.00', line_item_id: 1 }] }],
    [{ refund_line_items: [{ subtotal: {}, line_item_id: 1 }] }],
    [{ order_adjustments: [discrepancy('ten')] }],
  ])('has no id, or money that can only be guessed at: %j', (over) => {
    expect(normalise(over)).toMatchObject({ outcome: 'failed', reason: 'invalid_payload' });
  });
});

describe('refunds with their order', () => {
  it('count once, told alone and embedded', () => {
    const order = foldOrder([
      anEvent(orderOf({ refunds: [aShopifyRefund()], financial_status: 'partially_refunded' })),
      anEvent({ type: 'refund', refund: refundOf() }),
    ]);
    expect(order.current).toMatchObject({ refunds: 5000, net: 5000, tax: 200 });
  });

  it('lose the tax that the order’s prices include, told alone or embedded', () => {
    // 2 x 60.00 with 20 % in it: 100.00 without. One goes back: 60.00, of which 10.00 is tax.
    const included = {
      taxes_included: true,
      total_tax: '20.00',
      total_discounts: '0.00',
      line_items: [aShopifyLine({ discount_allocations: [], tax_lines: [{ price: '20.00' }] })],
    };
    const back = { refund_line_items: [{ quantity: 1, line_item_id: 1, subtotal: 60, total_tax: 10 }] };
    const alone = [anEvent(orderOf(included)), anEvent({ type: 'refund', refund: refundOf(back) })];
    const embedded = [anEvent(orderOf({ ...included, refunds: [aShopifyRefund(back)] }))];
    for (const events of [alone, embedded]) {
      expect(foldOrder(events).current).toMatchObject({ gross: 10000, refunds: 5000, net: 5000, tax: 1000 });
    }
  });
});
