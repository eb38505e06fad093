// What Stripe's events say: sessions as orders, invoices as renewals, money in its currency's minor units, codes, clicks.
import { describe, expect, it } from 'vitest';
import type { ConnectorSnapshot } from '../../lib/connectors/connector.ts';
import { stripe } from '../../lib/connectors/stripe.ts';
import { exponentOf } from '../../lib/platform/currencies.ts';
import { someOptions } from '../support/payloads/shopify.ts';
import {
  anInvoice,
  aSession,
  aStripeDelivery,
  aStripeEvent,
  COMPLETED_AT,
  secondsOf,
} from '../support/payloads/stripe.ts';

type Json = Record<string, unknown>;

const told = (type: string, object: Json, over: Json = {}) => {
  const delivery = aStripeDelivery(aStripeEvent(type, object, over));
  const normalised = stripe.normalise(delivery, someOptions({ exponentOf }));
  if (normalised.outcome !== 'order' || normalised.event.type !== 'snapshot')
    throw new Error(JSON.stringify(normalised));
  return { id: normalised.orderExternalId, order: normalised.event };
};
const orderOf = (over: Json = {}): ConnectorSnapshot => told('checkout.session.completed', aSession(over)).order;
const figuresOf = ({ gross, discounts, shipping, tax, pricesIncludeTax }: ConnectorSnapshot) => ({
  ...{ gross, discounts, shipping, tax },
  included: pricesIncludeTax ?? false,
});

describe('a completed session', () => {
  it('is the whole order', () => {
    expect(told('checkout.session.completed', aSession())).toEqual({
      id: 'pi_1',
      order: {
        type: 'snapshot',
        updatedAt: Date.parse(COMPLETED_AT),
        name: null,
        placedAt: Date.parse(COMPLETED_AT),
        currency: 'USD',
        ...{ gross: 12000, discounts: 2000, shipping: 600, tax: 400, units: 0 },
        lines: [],
        codes: [{ code: 'promo_Sarah15', amount: 2000 }],
        clickId: 'clk_0123456789',
        customer: { platformId: 'cus_1', email: 'buyer@example.com' },
        ...{ payment: 'paid', test: false, draft: false, kind: 'sale', channel: 'web' },
        cancelledAt: null,
        refunds: [],
        country: 'SG',
      },
    });
  });

  it('is known by its payment, as refunds name it: a text, or the whole object; without one by invoice or session', () => {
    const id = (over: Json) => told('checkout.session.completed', aSession(over)).id;
    expect(id({ payment_intent: { id: 'pi_9', object: 'payment_intent' } })).toBe('pi_9');
    expect(id({ payment_intent: null, invoice: 'in_1' })).toBe('in_1');
    expect(id({ payment_intent: null })).toBe('cs_live_1');
  });

  it.each([
    ['paid', 'paid'],
    ['no_payment_required', 'paid'],
    ['unpaid', 'pending'],
  ])('with payment_status %s is %s', (payment_status, payment) => {
    expect(orderOf({ payment_status }).payment).toBe(payment);
  });

  it('is a test where livemode is false', () => {
    expect(told('checkout.session.completed', aSession(), { livemode: false }).order.test).toBe(true);
  });

  it('of a subscription is its first sale', () => {
    const session = aSession({ mode: 'subscription', payment_intent: null, invoice: 'in_1', subscription: 'sub_1' });
    const { id, order } = told('checkout.session.completed', session);
    expect([id, order.kind, order.subscriptionId]).toEqual(['in_1', 'sale', 'sub_1']);
  });

  it('reads the shape of 2020, without discounts, shipping cost or collected information', () => {
    const gone = ['discounts', 'shipping_cost', 'collected_information', 'client_reference_id', 'metadata', 'invoice'];
    const old = Object.fromEntries(Object.entries(aSession()).filter(([field]) => !gone.includes(field)));
    const { order } = told('checkout.session.completed', { ...old, shipping: { address: { country: 'my' } } });
    expect(figuresOf(order)).toEqual({ gross: 12000, discounts: 2000, shipping: 600, tax: 400, included: false });
    expect([order.codes, order.clickId, order.country]).toEqual([[], null, 'MY']);
  });
});

describe('a payment that took its time', () => {
  it('is paid later, on the day the session was completed, of which it knows only about when it began', () => {
    const type = 'checkout.session.async_payment_succeeded';
    const { id, order } = told(type, aSession(), { created: secondsOf('2026-11-24T08:00:00Z') });
    expect([id, order.payment, order.updatedAt]).toEqual(['pi_1', 'paid', Date.parse('2026-11-24T08:00:00Z')]);
    expect([order.placedAt, order.placedAtGuessed]).toEqual([Date.parse('2026-11-20T09:50:00Z'), true]);
    // Before 2022 a session did not say when it began.
    const undated = told(type, aSession({ created: undefined })).order;
    expect([undated.placedAt, undated.placedAtGuessed]).toEqual([Date.parse(COMPLETED_AT), true]);
  });

  it('has failed, whatever the session says', () => {
    const failed = told('checkout.session.async_payment_failed', aSession({ payment_status: 'unpaid' }));
    expect(failed.order.payment).toBe('failed');
  });
});

describe('tax that prices include', () => {
  it('is none where the total is the parts and the tax', () => {
    expect(figuresOf(orderOf())).toMatchObject({ gross: 12000, tax: 400, included: false });
  });

  it('is taken out of gross where the total is the parts without it', () => {
    // 119.00 with 19 % VAT in it, no shipping: 100.00 and 19.00.
    const session = { amount_subtotal: 11900, amount_total: 11900, shipping_cost: null, discounts: [] };
    const details = { amount_discount: 0, amount_shipping: 0, amount_tax: 1900 };
    expect(figuresOf(orderOf({ ...session, total_details: details }))).toEqual({
      ...{ gross: 10000, discounts: 0, shipping: 0, tax: 1900, included: true },
    });
  });

  it('is that of what was paid after discounts, which stay as Stripe shows them', () => {
    // 119.00 less 23.80 is 95.20, of which 15.20 is tax: 80.00 net.
    const details = { amount_discount: 2380, amount_shipping: 0, amount_tax: 1520 };
    const over = { amount_subtotal: 11900, amount_total: 9520, shipping_cost: null, total_details: details };
    const order = orderOf(over);
    expect(figuresOf(order)).toEqual({ gross: 10380, discounts: 2380, shipping: 0, tax: 1520, included: true });
    expect(order.gross - order.discounts).toBe(8000);
  });

  it('is taken out of shipping as well', () => {
    // Items 119.00 with 19.00 in them, shipping 5.95 with 0.95 in it.
    const details = { amount_discount: 0, amount_shipping: 595, amount_tax: 1995 };
    const shipping_cost = { amount_subtotal: 595, amount_tax: 95, amount_total: 595 };
    const over = { amount_subtotal: 11900, amount_total: 12495, total_details: details, shipping_cost, discounts: [] };
    expect(figuresOf(orderOf(over))).toEqual({
      ...{ gross: 10000, discounts: 0, shipping: 500, tax: 1995, included: true },
    });
  });

  it('may be in the items and on top of shipping', () => {
    const details = { amount_discount: 0, amount_shipping: 500, amount_tax: 1995 };
    const shipping_cost = { amount_subtotal: 500, amount_tax: 95, amount_total: 595 };
    const over = { amount_subtotal: 11900, amount_total: 12495, total_details: details, shipping_cost, discounts: [] };
    expect(figuresOf(orderOf(over))).toMatchObject({ gross: 10000, shipping: 500, tax: 1995 });
  });

  it('is nothing of an order that is free', () => {
    const details = { amount_discount: 5000, amount_shipping: 0, amount_tax: 0 };
    const over = { amount_subtotal: 5000, amount_total: 0, total_details: details, shipping_cost: null };
    expect(figuresOf(orderOf(over))).toEqual({ gross: 5000, discounts: 5000, shipping: 0, tax: 0, included: false });
  });
});

describe('minor units', () => {
  const grossIn = (currency: string, amount: number) => {
    const details = { amount_discount: 0, amount_shipping: 0, amount_tax: 0 };
    const over = { amount_subtotal: amount, amount_total: amount, total_details: details, shipping_cost: null };
    return orderOf({ ...over, currency, discounts: [] }).gross;
  };

  it.each(['jpy', 'vnd', 'krw', 'clp', 'bif', 'djf', 'gnf', 'kmf', 'pyg', 'rwf', 'vuv', 'xaf', 'xof', 'xpf'])(
    '5,000 %s stay 5,000: never times a hundred',
    (currency) => expect(grossIn(currency, 5000)).toBe(5000),
  );

  it.each([
    ['usd', 5000, 5000],
    ['huf', 500000, 500000],
    ['twd', 500000, 500000],
    ['kwd', 5120, 5120],
    // Written with two decimals though they have none.
    ['isk', 500000, 5000],
    ['ugx', 500000, 5000],
    // Written without the fifths that ISO 4217 gives it.
    ['mga', 5000, 500000],
  ])('%s %i is %i', (currency, written, meant) => {
    expect(grossIn(currency, written)).toBe(meant);
  });

  it('are those of shipping, tax, discounts and codes too', () => {
    const details = { amount_discount: 100000, amount_shipping: 50000, amount_tax: 24000 };
    const shipping_cost = { amount_subtotal: 50000, amount_tax: 0, amount_total: 50000 };
    const over = { currency: 'isk', amount_subtotal: 1000000, amount_total: 974000, total_details: details };
    const order = orderOf({ ...over, shipping_cost });
    expect(figuresOf(order)).toMatchObject({ gross: 10000, discounts: 1000, shipping: 500, tax: 240 });
    expect(order.codes).toEqual([{ code: 'promo_Sarah15', amount: 1000 }]);
  });
});

describe('codes', () => {
  const codesOf = (over: Json) => orderOf(over).codes;

  it('are promotion codes by name where the sender expands them, else by id, else the coupon’s', () => {
    const expanded = { id: 'promo_1', code: 'SARAH15', object: 'promotion_code' };
    expect(codesOf({ discounts: [{ coupon: null, promotion_code: expanded }] })).toEqual([
      { code: 'SARAH15', amount: 2000 },
    ]);
    expect(codesOf({ discounts: [{ coupon: 'SUMMER', promotion_code: null }] })).toEqual([
      { code: 'SUMMER', amount: 2000 },
    ]);
    expect(codesOf({ discounts: [{ coupon: { id: 'co_1' }, promotion_code: 'promo_1' }] })).toEqual([
      { code: 'promo_1', amount: 2000 },
    ]);
    expect(codesOf({ discounts: [{ source: { type: 'coupon', coupon: 'co_2' } }] })[0]?.code).toBe('co_2');
    expect(codesOf({ discounts: [] })).toEqual([]);
    expect(codesOf({ discounts: null })).toEqual([]);
  });

  it('of several say what each took off only where that is expanded', () => {
    const two = [{ promotion_code: 'promo_1' }, { promotion_code: 'promo_2' }];
    expect(codesOf({ discounts: two })).toEqual([
      { code: 'promo_1', amount: null },
      { code: 'promo_2', amount: null },
    ]);
    const breakdown = { discounts: two.map((discount, i) => ({ amount: 500 + 1000 * i, discount })) };
    const total_details = { amount_discount: 2000, amount_shipping: 600, amount_tax: 400, breakdown };
    expect(codesOf({ discounts: two, total_details })).toEqual([
      { code: 'promo_1', amount: 500 },
      { code: 'promo_2', amount: 1500 },
    ]);
  });

  it('are those that the merchant’s own code put into metadata, each once', () => {
    const metadata = { discount_code: ' sarah15 ' };
    expect(codesOf({ discounts: [], metadata })).toEqual([{ code: 'sarah15', amount: 2000 }]);
    expect(codesOf({ metadata })).toEqual([
      { code: 'promo_Sarah15', amount: 2000 },
      { code: 'sarah15', amount: null },
    ]);
    const named = [{ promotion_code: { id: 'promo_1', code: 'SARAH15' } }];
    expect(codesOf({ discounts: named, metadata })).toEqual([{ code: 'SARAH15', amount: 2000 }]);
    expect(codesOf({ discounts: [], metadata: { discount_code: '  ' } })).toEqual([]);
  });
});

describe('the click', () => {
  it('is the client reference, else of the metadata; anything else is none', () => {
    const click = (over: Json) => orderOf(over).clickId;
    expect(click({ client_reference_id: 'cart_77' })).toBeNull();
    expect(click({ client_reference_id: 'cart_77', metadata: { trb_click: 'clk_meta12345' } })).toBe('clk_meta12345');
    expect(click({ client_reference_id: null, metadata: { click_id: 'clk_meta12345' } })).toBe('clk_meta12345');
    expect(click({ client_reference_id: null, metadata: { trb_click: 7 } })).toBeNull();
  });
});

describe('the buyer', () => {
  it('is hashed by id and e-mail, wherever they stand', () => {
    expect(orderOf({ customer: { id: 'cus_2', email: 'a@example.com' }, customer_details: null }).customer).toEqual({
      platformId: 'cus_2',
      email: 'a@example.com',
    });
    expect(orderOf({ customer: null, customer_details: null, customer_email: 'b@example.com' }).customer).toEqual({
      platformId: null,
      email: 'b@example.com',
    });
  });

  it('is in the country it is sent to, else billed in', () => {
    const sent = { shipping_details: { address: { country: 'DE' } } };
    expect(orderOf({ collected_information: sent }).country).toBe('DE');
    expect(orderOf({ ...sent, customer_details: { address: { country: 'SG' } } }).country).toBe('DE');
    expect(orderOf({ customer_details: { address: { country: 'Nowhere' } } })).not.toHaveProperty('country');
  });
});

describe('lines', () => {
  it('are there where the sender expands them', () => {
    const item = {
      id: 'li_1',
      description: 'Protein',
      quantity: 3,
      ...{ amount_subtotal: 10000, amount_discount: 1000, amount_tax: 400, amount_total: 9400 },
      price: { lookup_key: 'protein-1kg', product: 'prod_1', metadata: {}, recurring: { interval: 'month' } },
    };
    const { lines, units } = orderOf({ line_items: { data: [item], has_more: false } });
    expect(units).toBe(3);
    expect(lines).toEqual([
      {
        ...{ id: 'li_1', sku: 'protein-1kg', productId: 'prod_1', title: 'Protein', collections: [], quantity: 3 },
        ...{ price: 3333, gross: 10000, discount: 1000, tax: 400, giftCard: false, subscription: true },
      },
    ]);
    const included = { ...item, amount_total: 9000, price: { product: { id: 'prod_1' }, metadata: { sku: 'P-1' } } };
    const [line] = orderOf({ line_items: { data: [included] } }).lines;
    expect(line).toMatchObject({ price: 3200, sku: 'P-1', productId: 'prod_1', subscription: false });
    expect(line).not.toHaveProperty('gross');
  });
});

describe('a renewal', () => {
  const renewal = (over: Json = {}) => told('invoice.paid', anInvoice(over));

  it('is an order of its own, known by its invoice', () => {
    const { id, order } = renewal();
    expect(id).toBe('in_2');
    expect(order).toMatchObject({
      ...{ kind: 'renewal', subscriptionId: 'sub_1', name: 'AB12-0002', payment: 'paid', currency: 'USD' },
      ...{ gross: 6000, discounts: 0, shipping: 0, tax: 540, country: 'SG' },
      placedAt: Date.parse('2026-12-20T10:00:00Z'),
      customer: { platformId: 'cus_1', email: 'buyer@example.com' },
    });
  });

  it('reads the shape before 2025-03-31', () => {
    const old = { parent: undefined, total_taxes: undefined, status_transitions: undefined, number: null };
    const taxes = { tax: 540, total_tax_amounts: [{ amount: 540, inclusive: false }] };
    const details = { subscription_details: { metadata: { trb_click: 'clk_0123456789' } } };
    const { order } = renewal({ ...old, ...taxes, ...details, subscription: 'sub_1' });
    expect(order).toMatchObject({ subscriptionId: 'sub_1', gross: 6000, tax: 540, clickId: 'clk_0123456789' });
    expect(order.placedAt).toBe(Date.parse(COMPLETED_AT));
    expect(renewal({ ...old, tax: 540, subscription: 'sub_1' }).order.tax).toBe(540);
  });

  it('has its tax taken out of prices that include it', () => {
    const over = { subtotal: 11900, total: 11900, total_taxes: [{ amount: 1900, tax_behavior: 'inclusive' }] };
    expect(figuresOf(renewal(over).order)).toMatchObject({ gross: 10000, tax: 1900, included: true });
  });

  it('is what was paid, whether its subtotal is before or after what was taken off its items', () => {
    const off = { total: 5000, total_taxes: [], total_discount_amounts: [{ amount: 1000, discount: 'di_1' }] };
    for (const subtotal of [6000, 5000]) {
      const { order } = renewal({ ...off, subtotal, discounts: ['di_1'] });
      expect(figuresOf(order)).toMatchObject({ gross: 6000, discounts: 1000, included: false });
      expect(order.codes).toEqual([]);
    }
  });

  it('is nothing where credit exceeds it', () => {
    expect(figuresOf(renewal({ subtotal: -500, total: -500, total_taxes: [] }).order)).toMatchObject({ gross: 0 });
  });
});
