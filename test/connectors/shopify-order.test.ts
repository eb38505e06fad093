// Shopify order bodies: the money, the times, and what ties an order to a creator.
import { describe, expect, it } from 'vitest';
import type { ConnectorSnapshot } from '../../lib/connectors/connector.ts';
import { shopify } from '../../lib/connectors/shopify.ts';
import {
  aShopifyDelivery,
  aShopifyLine,
  aShopifyOrder,
  aShopifyRefund,
  shopMoney,
  someOptions,
} from '../support/payloads/shopify.ts';

const normalise = (body: Parameters<typeof aShopifyDelivery>[1], headers = {}) => {
  const normalised = shopify.normalise(aShopifyDelivery('orders/updated', body, headers), someOptions());
  if (normalised.outcome !== 'order' || normalised.event.type !== 'snapshot')
    throw new Error(JSON.stringify(normalised));
  return { id: normalised.orderExternalId, ...(normalised.event as ConnectorSnapshot) };
};
const snapshotOf = (over: Record<string, unknown> = {}, headers = {}) => normalise(aShopifyOrder(over), headers);

describe('the money of an order', () => {
  it('is the items before discounts, the discounts, shipping and tax, each apart', () => {
    expect(snapshotOf()).toMatchObject({ gross: 12000, discounts: 2000, shipping: 600, tax: 400, units: 2 });
  });

  it('counts a price by its quantity once, as the total of the items already does', () => {
    expect(snapshotOf({ line_items: [aShopifyLine({ quantity: 3, price: '40.00' })] }).gross).toBe(12000);
  });

  it('is not changed by refunds, which total_price ignores too', () => {
    const refunded = snapshotOf({ financial_status: 'partially_refunded', refunds: [aShopifyRefund()] });
    expect(refunded).toMatchObject({ gross: 12000, payment: 'paid', refunds: [{ id: '71', items: 5000, tax: 200 }] });
  });

  it('leaves out a gift card sold, its discount included', () => {
    const card = aShopifyLine({
      id: 2,
      gift_card: true,
      quantity: 1,
      price: '25.00',
      discount_allocations: [{ amount: '5.00' }],
    });
    const order = snapshotOf({ line_items: [aShopifyLine(), card] });
    expect(order).toMatchObject({ gross: 12000, discounts: 2000, units: 2 });
    expect(order.lines).toMatchObject([{ giftCard: false }, { giftCard: true }]);
  });

  it('is in the currency of the shop, whatever the buyer paid in', () => {
    const order = snapshotOf({
      currency: 'CAD',
      presentment_currency: 'USD',
      total_shipping_price_set: {
        ...shopMoney('8.00', 'CAD'),
        presentment_money: { amount: '6.00', currency_code: 'USD' },
      },
    });
    expect(order).toMatchObject({ currency: 'CAD', gross: 12000, shipping: 800 });
  });

  it.each([
    ['JPY', '2000', 2000],
    ['JPY', '2000.00', 2000],
    ['KWD', '1.234', 1234],
  ])('has the minor units of %s', (currency, price, gross) => {
    const line = aShopifyLine({ quantity: 1, price, discount_allocations: [], tax_lines: [] });
    expect(snapshotOf({ currency, line_items: [line], total_discounts: '0', total_tax: '0' }).gross).toBe(gross);
  });

  it('takes the 2016 shape, where a line says its discount itself', () => {
    const line = aShopifyLine({ discount_allocations: undefined, total_discount: '5.00' });
    expect(snapshotOf({ line_items: [line], total_discounts: '5.00', total_tax: null })).toMatchObject({
      discounts: 500,
      tax: 400,
    });
  });

  it('spreads a discount that only the order knows over its lines', () => {
    const lines = [aShopifyLine({ quantity: 1, price: '1.00' }), aShopifyLine({ quantity: 2, price: '1.00' })];
    const order = snapshotOf({
      line_items: lines.map((line) => ({ ...line, discount_allocations: [] })),
      total_discounts: '1.00',
    });
    expect(order).toMatchObject({ gross: 300, discounts: 100, lines: [{ discount: 33 }, { discount: 67 }] });
  });
});

describe('a discount on shipping', () => {
  it('lowers shipping and no item', () => {
    const order = snapshotOf({
      total_discounts: '6.00',
      discount_applications: [{ type: 'discount_code', code: 'SHIPFREE', target_type: 'shipping_line' }],
      discount_codes: [{ code: 'SHIPFREE', amount: '6.00', type: 'shipping' }],
      shipping_lines: [{ price: '6.00', discount_allocations: [{ amount: '6.00', discount_application_index: 0 }] }],
      line_items: [aShopifyLine({ discount_allocations: [] })],
    });
    expect(order).toMatchObject({
      gross: 12000,
      discounts: 0,
      shipping: 0,
      codes: [{ code: 'SHIPFREE', amount: 600 }],
    });
  });

  it('stands beside one on items', () => {
    const order = snapshotOf({
      total_discounts: '26.00',
      discount_applications: [
        { type: 'automatic', target_type: 'line_item' },
        { type: 'automatic', target_type: 'shipping_line' },
      ],
      shipping_lines: [{ price: '6.00', discount_allocations: [{ amount: '6.00', discount_application_index: 1 }] }],
    });
    expect(order).toMatchObject({ discounts: 2000, shipping: 0 });
  });
});

describe('prices that include tax', () => {
  it('lose it, so that gross less discounts is what was paid without tax', () => {
    // 120.00 with 20 % in it, 12.00 off: 108.00 paid, 18.00 of it tax. Shipping 6.00 holds 1.00.
    const order = snapshotOf({
      taxes_included: true,
      total_tax: '19.00',
      total_discounts: '12.00',
      line_items: [aShopifyLine({ discount_allocations: [{ amount: '12.00' }], tax_lines: [{ price: '18.00' }] })],
      shipping_lines: [{ price: '6.00', discount_allocations: [], tax_lines: [{ price: '1.00' }] }],
    });
    expect(order).toMatchObject({ gross: 10200, discounts: 1200, tax: 1900, shipping: 500, pricesIncludeTax: true });
    expect(order.gross - order.discounts).toBe(9000);
  });

  it('are exact for the order where a unit is rounded', () => {
    const line = aShopifyLine({
      quantity: 3,
      price: '10.00',
      discount_allocations: [],
      tax_lines: [{ price: '4.79' }],
    });
    const order = snapshotOf({ taxes_included: true, line_items: [line], total_discounts: '0.00', total_tax: '4.79' });
    expect(order).toMatchObject({ gross: 2521, lines: [{ quantity: 3, price: 840, tax: 479 }] });
  });

  it('lose tax that only the order knows', () => {
    const line = aShopifyLine({ tax_lines: [], discount_allocations: [] });
    const order = snapshotOf({ taxes_included: true, line_items: [line], total_discounts: '0.00', total_tax: '20.00' });
    expect(order).toMatchObject({ gross: 10000, tax: 2000, lines: [{ price: 5000, tax: 2000 }] });
  });
});

describe('the ids of an order', () => {
  it('survive beyond 2^53, taken from the gid or read without a float', () => {
    const big =
      '{"id":820982911946154508,"currency":"USD","line_items":[{"id":487817672276298554,"quantity":1,"price":"1"}]}';
    expect(normalise(big)).toMatchObject({ id: '820982911946154508', lines: [{ id: '487817672276298554' }] });
    const rounded = big.replace(
      '{"id":820982911946154508',
      '{"id":820982911946154500,"admin_graphql_api_id":"gid://shopify/Order/820982911946154508"',
    );
    expect(normalise(rounded).id).toBe('820982911946154508');
  });

  it.each(['gid://shopify/Refund/1', 'gid://shopify/Order/1?x', 'nonsense', 7])('are not taken from %j', (gid) => {
    expect(snapshotOf({ admin_graphql_api_id: gid }).id).toBe('5001');
  });
});

describe('the times of an order', () => {
  it('are when the buyer finished checkout and when the shop last changed it', () => {
    expect(snapshotOf()).toMatchObject({
      placedAt: Date.parse('2026-11-20T10:00:00Z'),
      updatedAt: Date.parse('2026-11-20T10:00:10Z'),
    });
  });

  it('fall back to when it was processed, when the event fired, and when it reached us', () => {
    const bare = { created_at: null, updated_at: null };
    expect(snapshotOf({ ...bare, processed_at: '2026-11-20T09:00:00Z' }).placedAt).toBe(
      Date.parse('2026-11-20T09:00:00Z'),
    );
    expect(snapshotOf({ ...bare, processed_at: null }).placedAt).toBe(Date.parse('2026-11-20T10:00:11.123Z'));
    expect(snapshotOf(bare, { 'x-shopify-triggered-at': undefined }).updatedAt).toBe(someOptions().receivedAt);
  });
});

describe('the state an order is told in', () => {
  it.each([
    ['paid', 'paid'],
    ['partially_refunded', 'paid'],
    ['refunded', 'paid'],
    ['authorized', 'pending'],
    ['partially_paid', 'pending'],
    [null, 'pending'],
    ['constructor', 'pending'],
    ['voided', 'failed'],
  ])('is by financial_status %j: %s', (financial_status, payment) => {
    expect(snapshotOf({ financial_status }).payment).toBe(payment);
  });

  it('is a test for the test notification, which is cancelled and voided as well', () => {
    const order = snapshotOf({ test: true, financial_status: 'voided', cancelled_at: '2026-11-20T05:00:00-05:00' });
    expect(order).toMatchObject({ test: true, payment: 'failed', cancelledAt: Date.parse('2026-11-20T10:00:00Z') });
  });

  it('is a draft until a draft order is paid', () => {
    const draft = { source_name: 'shopify_draft_order' };
    expect(snapshotOf({ ...draft, financial_status: 'pending' }).draft).toBe(true);
    expect(snapshotOf(draft)).toMatchObject({ draft: false, channel: 'draft', payment: 'paid' });
  });
});

describe('what ties an order to a creator', () => {
  const CLICK = 'clk_AbCd-1234_xyz';
  const attribute = (name: string, value: unknown) => ({ note_attributes: [{ name, value }] });

  it.each([
    ['a cart attribute', attribute('trb_click', CLICK)],
    ['a cart attribute of the shop', attribute('click_id', CLICK)],
    ['a relative landing page', { landing_site: `/products/p?utm_source=ig&trb_click=${CLICK}` }],
    ['an absolute landing page', { landing_site: `https://shop.example.com/?trb_click=${CLICK}#top` }],
    [
      'the referrer',
      { landing_site: '/wallets/checkouts.json', referring_site: `https://shop.example.com/?trb_click=${CLICK}` },
    ],
  ])('is the click in %s', (_, over) => {
    expect(snapshotOf(over).clickId).toBe(CLICK);
  });

  it.each([
    ['another tool’s click', attribute('click_id', 'EAIaIQobChMI')],
    ['a number', attribute('trb_click', 5)],
    ['an object', attribute('trb_click', { id: CLICK })],
    ['one too long', attribute('trb_click', `clk_${'a'.repeat(201)}`)],
    ['attributes of no list', { note_attributes: 'none' }],
    ['a broken landing page', { landing_site: `http://[?trb_click=${CLICK}` }],
  ])('is no click for %s', (_, over) => {
    expect(snapshotOf(over).clickId).toBeNull();
  });

  it('prefers an attribute that is a click id to one that is not, and both to the landing page', () => {
    const note_attributes = [
      { name: 'trb_click', value: '' },
      { name: 'click_id', value: CLICK },
    ];
    expect(snapshotOf({ note_attributes, landing_site: '/?trb_click=clk_other12345' }).clickId).toBe(CLICK);
  });

  it('is the codes with the money each took off', () => {
    const discount_codes = [
      { code: ' sarah15 ', amount: '20.00', type: 'percentage' },
      { code: 'B', amount: '1.5', type: 'fixed_amount' },
    ];
    expect(snapshotOf({ discount_codes }).codes).toEqual([
      { code: 'sarah15', amount: 2000 },
      { code: 'B', amount: 150 },
    ]);
  });

  it('is the codes among the applications where none are listed', () => {
    const discount_applications = [{ type: 'automatic' }, { type: 'discount_code', code: 'SARAH15' }];
    expect(snapshotOf({ discount_applications }).codes).toEqual([{ code: 'SARAH15', amount: null }]);
  });
});

describe('personal data', () => {
  it('is the customer’s id and e-mail for hashing, and nothing else leaves the connector', () => {
    const order = snapshotOf({
      billing_address: { address1: '1 Main St' },
      client_details: { browser_ip: '203.0.113.7' },
    });
    expect(order.customer).toEqual({ platformId: '900', email: 'buyer@example.com' });
    expect(JSON.stringify({ ...order, customer: null })).not.toMatch(/Ada|Buyer|buyer@|Main St|203\.0/);
  });

  it('may be missing, as for a guest at a till', () => {
    expect(snapshotOf({ customer: undefined, email: null }).customer).toEqual({ platformId: null, email: null });
  });
});
