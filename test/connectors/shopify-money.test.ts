// Where Shopify's amounts are easily read wrong: two currencies, taxes in prices, gift cards, tips, edits, API versions.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldOrder } from '../../lib/domain/orders/fold.ts';
import { lineGross } from '../../lib/domain/orders/ledger.ts';
import { anEvent } from '../support/payloads/order-events.ts';
import {
  aShopifyLine,
  aShopifyOrder,
  aShopifyRefund,
  readEvent,
  readSnapshot,
  shopMoney,
} from '../support/payloads/shopify.ts';

const snapshotOf = (over: Record<string, unknown> = {}) => readSnapshot(aShopifyOrder(over));
const folded = (...bodies: Record<string, unknown>[]) => foldOrder(bodies.map((body) => anEvent(readEvent(body))));
const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);

/** CAD 1.25 to the USD: the shop's amount beside the buyer's. */
const both = (cad: string, usd: string) => ({
  shop_money: { amount: cad, currency_code: 'CAD' },
  presentment_money: { amount: usd, currency_code: 'USD' },
});

describe('a shop in CAD that a buyer pays in USD', () => {
  // 2 x CAD 75.00, 25.00 off, 5.00 tax on top, shipping 10.00 less 2.50; every plain field here has the buyer's dollars.
  const order = {
    currency: 'CAD',
    presentment_currency: 'USD',
    total_discounts: '22.00',
    total_discounts_set: both('27.50', '22.00'),
    total_tax: '4.00',
    total_tax_set: both('5.00', '4.00'),
    total_shipping_price_set: both('10.00', '8.00'),
    discount_applications: [{ type: 'automatic', target_type: 'line_item' }, { target_type: 'shipping_line' }],
    line_items: [
      aShopifyLine({
        price: '60.00',
        price_set: both('75.00', '60.00'),
        discount_allocations: [{ amount: '20.00', amount_set: both('25.00', '20.00'), discount_application_index: 0 }],
        tax_lines: [{ price: '4.00', price_set: both('5.00', '4.00') }],
      }),
    ],
    shipping_lines: [
      {
        price: '8.00',
        price_set: both('10.00', '8.00'),
        discount_allocations: [{ amount: '2.00', amount_set: both('2.50', '2.00'), discount_application_index: 1 }],
      },
    ],
  };
  const refund = aShopifyRefund({
    refund_line_items: [
      {
        ...{ quantity: 1, line_item_id: 1, subtotal: 50, total_tax: 2 },
        ...{ subtotal_set: both('62.50', '50.00'), total_tax_set: both('2.50', '2.00') },
      },
    ],
    transactions: [{ kind: 'refund', status: 'success', amount: '52.00', currency: 'USD' }],
  });

  it('sells in CAD: items, discounts, tax and shipping alike', () => {
    expect(snapshotOf(order)).toMatchObject({
      currency: 'CAD',
      ...{ gross: 15000, discounts: 2500, tax: 500, shipping: 750 },
      lines: [{ price: 7500, discount: 2500, tax: 500 }],
    });
  });

  it('reads the shipping line and the line’s own discount from their sets where the order tells no total', () => {
    const line = aShopifyLine({
      ...{ price: '60.00', price_set: both('75.00', '60.00'), discount_allocations: [] },
      ...{ total_discount: '20.00', total_discount_set: both('25.00', '20.00') },
    });
    expect(snapshotOf({ ...order, total_shipping_price_set: null, line_items: [line] })).toMatchObject({
      ...{ gross: 15000, discounts: 2500, shipping: 750 },
    });
  });

  it('refunds in CAD, though the money went back in USD', () => {
    expect(snapshotOf({ ...order, refunds: [refund] }).refunds).toMatchObject([{ items: 6250, tax: 250 }]);
    // 150.00 - 25.00 - 62.50
    expect(folded(aShopifyOrder(order), refund).current).toMatchObject({ net: 6250, refunds: 6250, tax: 250 });
  });

  it('knows what a refund of money alone is in CAD only where the transaction says so', () => {
    const alone = { refund_line_items: [], total_duties_set: both('0.00', '0.00') };
    const paid = { kind: 'refund', status: 'success', amount: '8.00', currency: 'USD' };
    const told = { ...paid, amount_set: both('10.00', '8.00') };
    expect(
      snapshotOf({ ...order, refunds: [aShopifyRefund({ ...alone, transactions: [told] })] }).refunds,
    ).toMatchObject([{ items: 1000 }]);
    expect(
      snapshotOf({ ...order, refunds: [aShopifyRefund({ ...alone, transactions: [paid] })] }).refunds,
    ).toMatchObject([{ items: 0 }]);
  });
});

describe('prices that include tax', () => {
  it('make lines that sum to the order exactly, where no unit price could', () => {
    // 3 x 10.00 holds 4.79, 7 x 3.33 holds 3.71: 25.21 and 19.60; 25.21 / 3 is no cent, 19.60 / 7 is 2.80.
    const lines = [
      aShopifyLine({ id: 1, quantity: 3, price: '10.00', tax_lines: [{ price: '4.79' }], discount_allocations: [] }),
      aShopifyLine({
        ...{ id: 2, admin_graphql_api_id: null, quantity: 7, price: '3.33' },
        ...{ tax_lines: [{ price: '3.71' }], discount_allocations: [] },
      }),
    ];
    const order = snapshotOf({ taxes_included: true, line_items: lines, total_discounts: '0.00', total_tax: '8.50' });
    expect(order.gross).toBe(2521 + 1960);
    expect(order.lines).toMatchObject([{ price: 840, gross: 2521 }, { price: 280 }]);
    expect(order.lines[1]).not.toHaveProperty('gross');
    expect(sum(order.lines.map(lineGross))).toBe(order.gross);
  });
});

describe('whatever the prices, quantities, discounts and taxes', () => {
  const cents = (amount: number) => `${Math.floor(amount / 100)}.${String(amount % 100).padStart(2, '0')}`;
  const someLine = fc
    .record({ price: fc.nat(50_000), quantity: fc.integer({ min: 1, max: 13 }), giftCard: fc.boolean() })
    .chain(({ price, quantity, giftCard }) =>
      fc.record({
        ...{ price: fc.constant(price), quantity: fc.constant(quantity), giftCard: fc.constant(giftCard) },
        ...{ tax: fc.nat(price * quantity), discount: fc.nat(price * quantity) },
      }),
    );

  it('lines sum to the order to the cent, and gross less discounts is what was paid without tax', () => {
    fc.assert(
      fc.property(fc.array(someLine, { maxLength: 6 }), fc.boolean(), (lines, taxes_included) => {
        const order = snapshotOf({
          taxes_included,
          ...{ total_discounts: cents(sum(lines.map(({ discount }) => discount))), total_tax: null },
          line_items: lines.map(({ price, quantity, tax, discount, giftCard }, id) =>
            aShopifyLine({
              ...{ id, admin_graphql_api_id: null, price: cents(price), quantity, gift_card: giftCard },
              ...{ tax_lines: [{ price: cents(tax) }], discount_allocations: [{ amount: cents(discount) }] },
            }),
          ),
        });
        const counted = order.lines.filter(({ giftCard }) => !giftCard);
        expect(sum(counted.map(lineGross))).toBe(order.gross);
        expect(sum(counted.map(({ discount }) => discount))).toBe(order.discounts);
        const sold = lines.filter(({ giftCard }) => !giftCard);
        const paid = sum(sold.map(({ price, quantity, discount }) => price * quantity - discount));
        const tax = sum(sold.map((line) => line.tax));
        expect(order.gross - order.discounts).toBe(taxes_included ? paid - tax : paid);
      }),
    );
  });
});

describe('gift cards', () => {
  const card = (over: Record<string, unknown> = {}) =>
    aShopifyLine({
      ...{ id: 2, admin_graphql_api_id: null, quantity: 1, price: '25.00', tax_lines: [], gift_card: true },
      ...{ discount_allocations: [{ amount: '5.00', discount_application_index: 0 }] },
      ...over,
    });

  it('sold at a discount are no revenue, and lend none of their discount to the items', () => {
    const order = snapshotOf({ line_items: [aShopifyLine(), card()], total_discounts: '25.00' });
    expect(order).toMatchObject({ gross: 12000, discounts: 2000, units: 2 });
    expect(order.lines[1]).toMatchObject({ price: 2500, discount: 500, giftCard: true });
  });

  it('are known by their fulfilment where the flag is missing', () => {
    const bare = card({ gift_card: undefined, fulfillment_service: 'gift_card' });
    expect(snapshotOf({ line_items: [aShopifyLine(), bare] })).toMatchObject({ gross: 12000, units: 2 });
    const posted = card({ gift_card: true, fulfillment_service: 'manual' });
    expect(snapshotOf({ line_items: [aShopifyLine(), posted] })).toMatchObject({ gross: 12000, units: 2 });
  });

  it('used to pay are money: neither a discount nor less of a sale', () => {
    const order = snapshotOf({ payment_gateway_names: ['gift_card', 'shopify_payments'], total_price: '110.00' });
    expect(order).toMatchObject({ gross: 12000, discounts: 2000, payment: 'paid' });
  });
});

describe('a tip', () => {
  const tip = aShopifyLine({
    ...{ id: 3, admin_graphql_api_id: null, title: 'Tip', quantity: 1, price: '3.59', product_id: null },
    ...{ tip: { payment_method: null, payment_gateway: null }, tax_lines: [], discount_allocations: [] },
  });

  it('among the items is none of them', () => {
    const order = snapshotOf({ line_items: [aShopifyLine(), tip], total_tip_received: '3.59' });
    expect(order).toMatchObject({ gross: 12000, units: 2 });
    expect(order.lines).toHaveLength(1);
  });

  it('given back takes nothing from the items', () => {
    const back = [{ quantity: 1, line_item_id: 3, subtotal: 3.59, total_tax: 0, line_item: tip }];
    expect(snapshotOf({ refunds: [aShopifyRefund({ refund_line_items: back })] }).refunds).toMatchObject([
      { items: 0 },
    ]);
  });
});

describe('an order edited after it was placed', () => {
  const kept = aShopifyLine({ current_quantity: 2 });
  const removed = aShopifyLine({
    ...{ id: 2, admin_graphql_api_id: null, quantity: 1, current_quantity: 0, price: '30.00' },
    ...{ discount_allocations: [], tax_lines: [] },
  });
  const placed = aShopifyOrder({ line_items: [kept, { ...removed, current_quantity: 1 }], total_price: '140.00' });
  const removal = aShopifyRefund({
    ...{ id: 72, admin_graphql_api_id: 'gid://shopify/Refund/72', transactions: [] },
    refund_line_items: [{ quantity: 1, line_item_id: 2, subtotal: 30, total_tax: 0, restock_type: 'cancel' }],
  });
  const edited = aShopifyOrder({
    ...{ line_items: [kept, removed], refunds: [removal], updated_at: '2026-11-21T06:00:00-05:00' },
    ...{ total_price: '140.00', current_total_price: '110.00', financial_status: 'paid' },
  });

  it('keeps the removed line’s quantity and tells its removal as a refund: counted once', () => {
    // 150.00 - 20.00 off = 130.00 placed; 30.00 removed leaves 100.00.
    expect(folded(placed).current).toMatchObject({ gross: 15000, net: 13000 });
    expect(folded(placed, edited).current).toMatchObject({ gross: 15000, refunds: 3000, net: 10000 });
  });

  it('is the same with the removal’s refund told alone as well, and once it is repaid', () => {
    const repaid = { ...removal, transactions: [{ kind: 'refund', status: 'success', amount: '30.00' }] };
    expect(folded(placed, removal, edited, repaid).current).toMatchObject({ refunds: 3000, net: 10000 });
  });

  it('counts an added line from then on', () => {
    const added = aShopifyLine({
      ...{ id: 3, admin_graphql_api_id: null, quantity: 1, price: '15.00', discount_allocations: [], tax_lines: [] },
    });
    const more = aShopifyOrder({ line_items: [kept, added], updated_at: '2026-11-21T06:00:00-05:00' });
    const order = folded(aShopifyOrder(), more);
    expect(order.current).toMatchObject({ gross: 13500, net: 11500 });
    expect(order.entries).toMatchObject([{ type: 'edit', gross: 1500, lines: [{ lineId: '3', gross: 1500 }] }]);
  });
});

describe('an exchange within the order', () => {
  it('keeps the sale: the item sent is added, the item returned is refunded, and the difference is the rest', () => {
    // 2 x 60.00 less 20.00; one goes back for its 50.00, one of 65.00 is sent instead: 100.00 + 15.00.
    const sent = aShopifyLine({
      ...{ id: 9, admin_graphql_api_id: null, quantity: 1, price: '65.00', discount_allocations: [], tax_lines: [] },
    });
    const exchanged = aShopifyOrder({
      ...{ line_items: [aShopifyLine(), sent], updated_at: '2026-11-21T06:30:00-05:00' },
      refunds: [aShopifyRefund({ transactions: [] })],
      returns: [{ status: 'open', exchange_line_items: [{ line_item_id: 9 }] }],
    });
    const order = folded(aShopifyOrder(), exchanged);
    expect(order).toMatchObject({ kind: 'sale', current: { net: 11500 } });
    expect(order.entries).toMatchObject([
      { type: 'refund', refunds: 5000 },
      { type: 'exchange', gross: 6500 },
    ]);
  });
});

describe('shipping that an edit removed', () => {
  it('is not charged, and its tax is not taken from what is', () => {
    const lines = [
      { price: '6.00', tax_lines: [{ price: '1.00' }] },
      { price: '12.00', tax_lines: [{ price: '2.00' }], is_removed: true },
    ];
    const order = snapshotOf({ taxes_included: true, shipping_lines: lines, total_shipping_price_set: null });
    expect(order.shipping).toBe(500);
  });
});

describe('the shapes of ten years', () => {
  it('2016: no sets, no applications, no tax total, never processed', () => {
    const line = { id: 7, quantity: 2, price: '10.00', total_discount: '3.00', gift_card: false, tax_lines: [] };
    const order = readSnapshot({
      ...{ id: 1, name: '#9', created_at: '2016-05-17T04:14:36-04:00', updated_at: '2016-05-17T04:14:36-04:00' },
      ...{ processed_at: null, cancelled_at: null, currency: 'USD', financial_status: 'paid', source_name: 'web' },
      ...{ total_tax: null, taxes_included: false, total_discounts: '3.00', discount_codes: [], note_attributes: [] },
      ...{ shipping_lines: [{ price: '4.00', tax_lines: [] }], line_items: [line], refunds: [] },
    });
    expect(order).toMatchObject({ gross: 2000, discounts: 300, shipping: 400, tax: 0, units: 2, payment: 'paid' });
  });

  it('2026: no checkout or order count, returns and cash rounding, a discount without a code', () => {
    const order = snapshotOf({
      ...{ merchant_business_entity_id: 'MTU0', duties_included: false, line_item_groups: [], returns: [] },
      total_cash_rounding_payment_adjustment_set: shopMoney('0.02'),
      total_cash_rounding_refund_adjustment_set: shopMoney('0.00'),
      ...{ discount_codes: [], discount_applications: [], total_discounts: '20.00' },
      line_items: [aShopifyLine({ discount_allocations: [], attributed_staffs: [] })],
      customer: { id: 900, state: 'disabled', email: 'buyer@example.com' },
    });
    expect(order).toMatchObject({ gross: 12000, discounts: 2000, codes: [], lines: [{ discount: 2000 }] });
    expect(order).not.toHaveProperty('exchanges');
  });

  it('money as JSON numbers is as exact as text', () => {
    const line =
      '{"id":1,"quantity":3,"price":19.99,"tax_lines":[{"price":1.1}],"discount_allocations":[{"amount":0.07}]}';
    const body = `{"id":1,"currency":"USD","total_tax":1.10,"total_discounts":0.07,"line_items":[${line}],"financial_status":"paid"}`;
    expect(readSnapshot(body)).toMatchObject({ gross: 5997, discounts: 7, tax: 110 });
  });
});
