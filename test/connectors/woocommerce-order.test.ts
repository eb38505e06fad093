// What a WooCommerce order says: its money, its state, who it is tied to, and where it came from.
import { describe, expect, it } from 'vitest';
import type { ConnectorSnapshot } from '../../lib/connectors/connector.ts';
import { woocommerce } from '../../lib/connectors/woocommerce.ts';
import { aMeta, aWooDelivery, aWooLine, aWooOrder, RECEIVED_AT, wooOptions } from '../support/payloads/woocommerce.ts';

const snapshotOf = (over: Record<string, unknown> = {}): ConnectorSnapshot => {
  const told = woocommerce.normalise(aWooDelivery('order.updated', aWooOrder(over)), wooOptions());
  if (told.outcome !== 'order' || told.event.type !== 'snapshot') throw new Error(JSON.stringify(told));
  return told.event;
};
const moneyOf = (over: Record<string, unknown>) => {
  const { gross, discounts, shipping, tax, units } = snapshotOf(over);
  return { gross, discounts, shipping, tax, units };
};
const utc = (text: string) => Date.parse(`2026-11-${text}Z`);

describe('a paid order', () => {
  it('is told whole', () => {
    expect(snapshotOf()).toEqual({
      type: 'snapshot',
      updatedAt: utc('20T10:00:10'),
      name: '727',
      placedAt: utc('20T10:00:05'),
      currency: 'USD',
      ...{ gross: 12000, discounts: 2000, shipping: 600, tax: 400, units: 2 },
      lines: [
        {
          ...{ id: '11', sku: 'P-1', productId: '77', title: 'Protein – Größe M', collections: [] },
          ...{ quantity: 2, price: 6000, discount: 2000, tax: 400, giftCard: false, subscription: false },
        },
      ],
      codes: [],
      clickId: null,
      customer: { platformId: '26', email: 'buyer@example.com' },
      payment: 'paid',
      ...{ test: false, draft: false, kind: 'sale', channel: 'web', cancelledAt: null },
      refunds: [],
      country: 'US',
    });
  });

  it('keeps every digit of ids beyond 2^53', () => {
    const body = JSON.stringify(aWooOrder({ refunds: [{ id: 71, total: '-1.00' }] }))
      .replace('"id":727', '"id":9007199254740993')
      .replace('"id":11', '"id":9007199254740995')
      .replace('"id":71', '"id":9007199254740997');
    expect(woocommerce.normalise(aWooDelivery('order.updated', body), wooOptions())).toMatchObject({
      orderExternalId: '9007199254740993',
      event: { lines: [{ id: '9007199254740995' }], refunds: [{ id: '9007199254740997' }] },
    });
  });
});

describe('the money of an order', () => {
  it('counts a quantity once: amounts are the whole line’s', () => {
    const line = aWooLine({ quantity: 3, subtotal: '10.00', total: '10.00', total_tax: '0.00', price: 3.3333333333 });
    const { gross, units, lines } = snapshotOf({ line_items: [line], total: '20.00' });
    expect({ gross, units }).toEqual({ gross: 1000, units: 3 });
    // 3 x 3.33 is 9.99: the line says what it really comes to.
    expect(lines).toMatchObject([{ quantity: 3, price: 333, gross: 1000 }]);
  });

  it.each([
    ['JPY', '12000', '10000', '600', '400', { gross: 12000, discounts: 2000, shipping: 600, tax: 400 }],
    ['KWD', '12.000', '10.500', '0.600', '0.405', { gross: 12000, discounts: 1500, shipping: 600, tax: 405 }],
    ['JPY', '12000.00', '10000.00', '600.00', '400.00', { gross: 12000, discounts: 2000, shipping: 600, tax: 400 }],
  ])('follows the currency’s decimals: %s %s', (currency, subtotal, total, shipping_total, total_tax, money) => {
    const line = aWooLine({ subtotal, total, total_tax });
    expect(moneyOf({ currency, line_items: [line], shipping_total, total_tax, total: '' })).toMatchObject(money);
  });

  it('is without tax where prices include it, to the cent of the order’s own total', () => {
    // 3 x 9.99 with 21 % in it: each 8.2562 and 1.7338. Rounded parts come to 24.78 + 5.20, the order to 29.97.
    const line = (id: number) =>
      aWooLine({ id, quantity: 1, subtotal: '8.26', total: '8.26', subtotal_tax: '1.73', total_tax: '1.73' });
    const order = {
      prices_include_tax: true,
      line_items: [line(1), line(2), line(3)],
      ...{ shipping_total: '0.00', total_tax: '5.20', total: '29.97' },
    };
    expect(moneyOf(order)).toEqual({ gross: 2477, discounts: 0, shipping: 0, tax: 520, units: 3 });
    expect(snapshotOf(order).lines.map(({ price, gross }) => gross ?? price)).toEqual([825, 826, 826]);
  });

  it('does not take for rounding what is more than that: a gift card spent that no field tells', () => {
    expect(moneyOf({ total: '60.00' })).toMatchObject({ gross: 12000, discounts: 2000 });
  });

  it('does not lose revenue to gift cards that paid for it, though they lower `total`', () => {
    // 110.00 less 24.00 and 82.00 of gift cards: 4.00 was left to pay.
    const gift_cards = [
      { id: 1, code: 'AAAA', amount: 24 },
      { id: 2, code: 'BBBB', amount: 82 },
    ];
    expect(moneyOf({ total: '4.00', gift_cards })).toEqual(moneyOf({}));
  });

  it.each(['wc_gc_giftcard_amount', 'wc_gc_giftcards', 'pw_gift_card_number', '_ywgc_gift_card_code'])(
    'does not count a gift card sold, nor its units: %s',
    (key) => {
      const card = aWooLine({ id: 12, quantity: 1, subtotal: '50.00', total: '50.00', meta_data: [aMeta(key, ['A'])] });
      const order = { line_items: [aWooLine(), card], total: '160.00' };
      expect(moneyOf(order)).toEqual(moneyOf({}));
      expect(snapshotOf(order).lines).toMatchObject([{ giftCard: false }, { giftCard: true, price: 5000 }]);
    },
  );

  it('takes a fee for something beside the items, as it does shipping', () => {
    const fee_lines = [{ id: 5, name: 'Gift wrap', total: '3.50', total_tax: '0.00' }];
    expect(moneyOf({ fee_lines, total: '113.50' })).toMatchObject({ gross: 12000, discounts: 2000, shipping: 950 });
  });

  it('takes a fee below nothing for a discount, shared by what the items cost', () => {
    const lines = [
      aWooLine({ id: 1, quantity: 1, subtotal: '75.00', total: '75.00', total_tax: '0.00' }),
      aWooLine({ id: 2, quantity: 1, subtotal: '25.00', total: '25.00', total_tax: '0.00' }),
    ];
    const order = { line_items: lines, fee_lines: [{ total: '-10.01' }], total_tax: '0.00', total: '95.99' };
    expect(moneyOf(order)).toMatchObject({ gross: 10000, discounts: 1001, shipping: 600 });
    expect(snapshotOf(order).lines.map(({ discount }) => discount)).toEqual([751, 250]);
  });

  it('takes off shipping what such a fee is beyond the items', () => {
    expect(moneyOf({ fee_lines: [{ total: '-104.00' }], total: '6.00' })).toMatchObject({
      ...{ gross: 12000, discounts: 12000, shipping: 200 },
    });
  });

  it('takes a line below nothing, as trade-ins are, for a discount too', () => {
    const tradeIn = aWooLine({ id: 12, quantity: 1, subtotal: '-30.00', total: '-30.00', total_tax: '0.00' });
    expect(moneyOf({ line_items: [aWooLine(), tradeIn], total: '80.00' })).toMatchObject({
      ...{ gross: 12000, discounts: 5000 },
    });
  });

  it('takes a price that was raised by hand for the price', () => {
    const raised = aWooLine({ subtotal: '120.00', total: '130.00' });
    expect(moneyOf({ line_items: [raised], total: '140.00' })).toMatchObject({ gross: 13000, discounts: 0 });
  });

  it('counts what is sold by weight as one thing a line', () => {
    const { units, lines } = snapshotOf({ line_items: [aWooLine({ quantity: 0.35 })] });
    expect({ units, lines }).toMatchObject({ units: 1, lines: [{ quantity: 1, price: 12000 }] });
  });

  it('is nothing where nothing was paid', () => {
    const free = aWooLine({ subtotal: '120.00', total: '0.00', total_tax: '0.00' });
    const order = { line_items: [free], shipping_total: '0.00', total_tax: '0.00', total: '0.00' };
    expect(moneyOf(order)).toEqual({ gross: 12000, discounts: 12000, shipping: 0, tax: 0, units: 2 });
  });
});

describe('the state of an order', () => {
  const unpaid = { date_paid: null, date_paid_gmt: null };

  it.each([
    ['processing', 'paid', 'paid'],
    ['completed', 'paid', 'paid'],
    ['refunded', 'paid', 'paid'],
    ['wc-completed', 'paid', 'paid'],
    ['on-hold', 'pending', 'paid'],
    ['shipped', 'pending', 'paid'],
    ['wc-partial-shipped', 'pending', 'paid'],
    ['cancelled', 'pending', 'paid'],
    ['trash', 'pending', 'paid'],
    ['pending', 'pending', 'pending'],
    ['draft', 'pending', 'pending'],
    ['failed', 'failed', 'failed'],
  ])('%s is %s without a payment date and %s with one', (status, without, dated) => {
    expect(snapshotOf({ status, ...unpaid }).payment).toBe(without);
    expect(snapshotOf({ status }).payment).toBe(dated);
  });

  it('is a draft while staff still write it', () => {
    expect(snapshotOf({ status: 'draft' }).draft).toBe(true);
    expect(snapshotOf().draft).toBe(false);
  });

  it.each(['cancelled', 'trash'])('is over when it is in %s, since its last change', (status) => {
    expect(snapshotOf({ status }).cancelledAt).toBe(utc('20T10:00:10'));
  });
});

describe('the times of an order', () => {
  it('have no zone and are UTC', () => {
    expect(snapshotOf().placedAt).toBe(utc('20T10:00:05'));
    expect(snapshotOf({ date_paid_gmt: '2026-11-20T10:00:05+00:00' }).placedAt).toBe(utc('20T10:00:05'));
  });

  it.each([
    [{ date_paid_gmt: null }, '20T10:00:00'],
    [{ date_paid_gmt: null, date_created_gmt: null }, '20T05:00:05'],
    [{ date_paid_gmt: null, date_created_gmt: null, date_paid: null }, '20T05:00:00'],
    [{ date_paid_gmt: null, date_created_gmt: null, date_paid: null, date_created: 'x' }, '20T10:00:10'],
  ])('are when it was paid, else made, else the shop’s local time: %j', (over, placedAt) => {
    expect(snapshotOf(over).placedAt).toBe(utc(placedAt));
  });

  it('fall back to the shop’s own zone and to ours', () => {
    expect(snapshotOf({ date_modified_gmt: null }).updatedAt).toBe(utc('20T05:00:10'));
    expect(snapshotOf({ date_modified_gmt: null, date_modified: null }).updatedAt).toBe(RECEIVED_AT);
  });
});

describe('coupons', () => {
  it('are kept as shown, two on one order, with what each took off', () => {
    const coupon_lines = [
      { id: 1, code: '20$off Spring', discount: '12.00', discount_tax: '0.48' },
      { id: 2, code: 'SaraH15', discount: '8.00', discount_tax: '0.32' },
    ];
    expect(snapshotOf({ coupon_lines }).codes).toEqual([
      { code: '20$off Spring', amount: 1200 },
      { code: 'SaraH15', amount: 800 },
    ]);
  });

  it.each([
    ['r&amp;d&quot;10&quot;', 'r&d"10"'],
    ['ＳＡＲＡＨ１５', 'SARAH15'],
    [' zoë10 ', 'zoë10'],
    ['ｒ&amp;d', 'r&d'],
  ])('are as they were typed: %s', (code, shown) => {
    expect(snapshotOf({ coupon_lines: [{ code, discount: '1.00' }] }).codes).toEqual([{ code: shown, amount: 100 }]);
  });

  it('without a name are none, and without an amount still count', () => {
    expect(snapshotOf({ coupon_lines: [{ code: '', discount: '1.00' }, { code: 'A' }] }).codes).toEqual([
      { code: 'A', amount: null },
    ]);
  });
});

describe('the click', () => {
  const landing = 'https://shop.example.com/p/?utm_source=tiktok&trb_click=clk_0123456789';

  it.each([
    ['_wc_order_attribution_session_entry', landing, 'clk_0123456789'],
    ['_shop_prefix_session_entry', landing, 'clk_0123456789'],
    ['_wc_order_attribution_session_entry', landing.replace('&', '&amp;'), 'clk_0123456789'],
    ['_wc_order_attribution_session_entry', 'https://shop.example.com/', null],
    ['_wc_order_attribution_session_entry', '(none)', null],
    ['trb_click', 'clk_0123456789', 'clk_0123456789'],
    ['_trb_click', 'ext_42', 'ext_42'],
    ['trb_click', 'not one', null],
    ['not_trb_click', 'clk_0123456789', null],
    ['_wc_order_attribution_utm_content', 'clk_0123456789', null],
  ])('is read from %s: %s', (key, value, clickId) => {
    expect(snapshotOf({ meta_data: [aMeta(key, value)] }).clickId).toBe(clickId);
  });

  it('is our own field’s before the landing page’s, which a later session overwrites', () => {
    const meta_data = [aMeta('_wc_order_attribution_session_entry', landing), aMeta('_trb_click', 'clk_abcdefghij')];
    expect(snapshotOf({ meta_data }).clickId).toBe('clk_abcdefghij');
  });

  it('is found among values of any shape: numbers, lists, objects, nothing', () => {
    const meta_data = [
      aMeta('a', 1.5),
      aMeta('trb_click', ['clk_aaaaaaaaaa']),
      aMeta('session_entry', { url: landing }),
      aMeta('b', null),
      { id: 5 },
      null,
      'text',
      aMeta('_trb_click', 'clk_0123456789'),
    ];
    expect(snapshotOf({ meta_data }).clickId).toBe('clk_0123456789');
    for (const none of [null, {}, 'text', undefined]) expect(snapshotOf({ meta_data: none }).clickId).toBeNull();
  });
});

describe('subscriptions', () => {
  it('billed again are renewals, of the subscription and the order they go back to', () => {
    const meta_data = [aMeta('_subscription_renewal', '801')];
    expect(snapshotOf({ created_via: 'subscription', parent_id: 700, meta_data })).toMatchObject({
      ...{ kind: 'renewal', subscriptionId: '801', parentExternalId: '700', channel: 'subscription' },
      lines: [{ subscription: true }],
    });
    expect(snapshotOf({ meta_data: [aMeta('_subscription_renewal', 801)] })).toMatchObject({
      ...{ kind: 'renewal', subscriptionId: '801' },
    });
    expect(snapshotOf({ created_via: 'subscription' }).kind).toBe('renewal');
  });

  it.each(['_subscription_switch', '_subscription_resubscribe'])('that the buyer took up anew are sales: %s', (key) => {
    const order = snapshotOf({ meta_data: [aMeta(key, '801')] });
    expect(order).toMatchObject({ kind: 'sale', subscriptionId: '801', lines: [{ subscription: true }] });
  });

  it.each([false, 'false', '', '0'])('are not meant by %j', (value) => {
    const order = snapshotOf({ meta_data: [aMeta('_subscription_renewal', value)] });
    expect(order).toMatchObject({ kind: 'sale', lines: [{ subscription: false }] });
    expect(order).not.toHaveProperty('subscriptionId');
    expect(order).not.toHaveProperty('parentExternalId');
  });
});

describe('the channel', () => {
  it.each([
    ['checkout', 'web'],
    ['store-api', 'web'],
    ['', 'web'],
    [null, 'web'],
    ['pos-rest-api', 'pos'],
    ['admin', 'phone'],
    ['rest-api', 'app'],
    ['subscription', 'subscription'],
    ['Amazon', 'marketplace'],
    ['ebay-import', 'marketplace'],
    ['some plugin of ours', 'other'],
    ['constructor', 'other'],
  ])('of an order made via %j is %s', (created_via, channel) => {
    expect(snapshotOf({ created_via }).channel).toBe(channel);
  });

  it('is the telephone where staff entered it in the shop’s own app', () => {
    const meta_data = [aMeta('_wc_order_attribution_source_type', 'mobile_app')];
    expect(snapshotOf({ created_via: 'rest-api', meta_data }).channel).toBe('phone');
    expect(snapshotOf({ meta_data }).channel).toBe('web');
  });
});

describe('the buyer', () => {
  it('is a guest without an account of number 0', () => {
    expect(snapshotOf({ customer_id: 0 }).customer).toEqual({ platformId: null, email: 'buyer@example.com' });
  });

  it('is nobody where PHP writes an empty address as a list', () => {
    expect(snapshotOf({ customer_id: 0, billing: [], shipping: [] }).customer).toEqual({
      platformId: null,
      email: null,
    });
    expect(snapshotOf({ billing: [], shipping: [] })).not.toHaveProperty('country');
  });

  it.each([
    ['CA', 'US', 'CA'],
    ['', 'us', 'US'],
    [null, 'Germany', undefined],
  ])('lives where it is sent, else billed: %j, %j', (shipped, billed, country) => {
    const order = snapshotOf({ shipping: { country: shipped }, billing: { country: billed } });
    expect(order.country).toBe(country);
  });
});
