// What kind of order it is, by which channel it came, and what few orders say of themselves besides.
import { describe, expect, it } from 'vitest';
import { aShopifyLine, aShopifyOrder, readSnapshot } from '../support/payloads/shopify.ts';

const snapshotOf = (over: Record<string, unknown> = {}) => readSnapshot(aShopifyOrder(over));

const plan = aShopifyLine({ selling_plan_allocation: { selling_plan: { name: 'Every month' } } });
const attributes = (...pairs: [string, unknown][]) => ({
  note_attributes: pairs.map(([name, value]) => ({ name, value })),
});

describe('an order of a subscription', () => {
  it.each([
    ['a bill of a contract', { source_name: 'subscription_contract' }, 'renewal'],
    ['one through checkout', { source_name: 'subscription_contract_checkout_one', line_items: [plan] }, 'renewal'],
    ['an upsell billed so', { source_name: 'subscription_contract_checkout_one' }, 'sale'],
    [
      'a first order',
      { source_name: 'subscription_contract_checkout_one', line_items: [plan], tags: 'vip, Subscription First Order' },
      'sale',
    ],
    ['a first bill', { source_name: 'subscription_contract', tags: ['Subscription First Order'] }, 'sale'],
    ['a checkout with a plan', { source_name: 'web', line_items: [plan] }, 'sale'],
    ['an app’s own recurring order', { source_name: '294517', tags: 'Subscription Recurring Order' }, 'renewal'],
  ])('%s is told apart', (_, over, kind) => {
    expect(snapshotOf(over).kind).toBe(kind);
  });

  it('says which subscription where an app names it by its id', () => {
    const named = (name: string, value: unknown) => snapshotOf(attributes([name, value])).subscriptionId;
    expect(named('subscription_id', '9007199254740993123')).toBe('9007199254740993123');
    expect(named('firmhouse-subscription-id', '12')).toBe('12');
    expect(named('Subscription contract id', 'gid://shopify/SubscriptionContract/31')).toBe('31');
    for (const free of ['monthly', 'gid://shopify/Order/31', '', null, 5.5]) {
      expect(named('subscription_id', free)).toBeUndefined();
    }
  });

  it('marks the lines on a plan', () => {
    expect(snapshotOf({ line_items: [plan, aShopifyLine()] }).lines).toMatchObject([
      { subscription: true },
      { subscription: false },
    ]);
  });
});

describe('an order that a return app made in exchange', () => {
  it.each([
    [{ tags: 'exchange' }],
    [{ tags: 'loop-exchange, #1001' }],
    [{ tags: 'Replacement' }],
    [{ note: 'Exchange for #1001' }],
    [{ note: 'loop exchange' }],
    [{ name: 'EXC-1001' }],
  ])('is an exchange by %j and an app’s number for its source', (over) => {
    expect(snapshotOf({ source_name: '1234567', ...over }).kind).toBe('exchange');
    expect(snapshotOf({ source_name: 'web', ...over }).kind).toBe('sale');
  });

  it.each([
    [{ tags: 'exchanged, exchanges' }],
    [{ note: 'exchange rate agreed by phone' }],
    [{ note: 'May I exchange it?' }],
    [{ name: 'EXCLUSIVE1' }],
    // These are on the order that was exchanged.
    [{ tags: 'LE:Exchange' }],
    [{ tags: 'Loop Exchange', returns: [{ exchange_line_items: [{ id: 1 }] }] }],
  ])('is a sale all the same by %j', (over) => {
    expect(snapshotOf({ source_name: '1234567', ...over }).kind).toBe('sale');
  });

  it('names the order it goes back to where an attribute holds its id', () => {
    const exchange = { source_name: '1234567', tags: 'exchange' };
    const named = (over: Record<string, unknown>) => snapshotOf(over).parentExternalId;
    expect(named({ ...exchange, ...attributes(['original_order_id', '820982911946154508']) })).toBe(
      '820982911946154508',
    );
    expect(named({ ...exchange, ...attributes(['Parent order id', 'gid://shopify/Order/7']) })).toBe('7');
    expect(named({ ...exchange, ...attributes(['original_order_id', '#1001']) })).toBeUndefined();
    expect(named(attributes(['original_order_id', '7']))).toBeUndefined();
  });
});

describe('exchanges within the order', () => {
  it('are counted by the returns that bring other items', () => {
    const exchange = { status: 'open', exchange_line_items: [{ id: 1 }] };
    expect(snapshotOf({ returns: [exchange, { exchange_line_items: [] }, exchange] }).exchanges).toBe(2);
    expect(snapshotOf({ returns: [{ ...exchange, status: 'CANCELED' }, exchange] }).exchanges).toBe(1);
  });

  it.each([[undefined], [null], [[]], [[7]], ['none'], [[{ exchange_line_items: 'two' }]]])(
    'are none in %j',
    (returns) => {
      expect(snapshotOf({ returns })).not.toHaveProperty('exchanges');
    },
  );
});

describe('the channel', () => {
  it.each([
    ['web', 'web'],
    ['pos', 'pos'],
    ['phone', 'phone'],
    ['shopify_draft_order', 'draft'],
    ['iphone', 'app'],
    ['755357713', 'app'],
    ['subscription_contract', 'subscription'],
    ['amazon', 'marketplace'],
    ['Amazon US', 'marketplace'],
    ['ebay', 'marketplace'],
    ['facebook', 'marketplace'],
    ['instagram', 'marketplace'],
    ['google', 'marketplace'],
    ['tiktok', 'marketplace'],
    ['TikTok Shop', 'marketplace'],
    ['tiktok_shop', 'marketplace'],
    ['walmart', 'marketplace'],
    ['Googleplex gift list of Ada', 'other'],
    ['constructor', 'other'],
    [null, 'other'],
  ])('of source %j is %s', (source_name, channel) => {
    expect(snapshotOf({ source_name }).channel).toBe(channel);
  });
});

describe('the country', () => {
  it.each([
    [{ shipping_address: { country_code: 'ca' }, billing_address: { country_code: 'US' } }, 'CA'],
    [{ shipping_address: null, billing_address: { country_code: 'US' } }, 'US'],
    [{ shipping_address: { country_code: null }, billing_address: { country_code: 'US' } }, 'US'],
    [{ shipping_address: { country_code: 'Canada' } }, undefined],
    [{ shipping_address: 'Ottawa', customer: { default_address: { country_code: 'US' } } }, undefined],
    [{}, undefined],
  ])('in %j is %s', (over, country) => {
    expect(snapshotOf(over).country).toBe(country);
  });
});

describe('the tags', () => {
  it('are listed, trimmed, from one text or a list', () => {
    expect(snapshotOf({ tags: ' vip ,, Gift 2026 ' }).tags).toEqual(['vip', 'Gift 2026']);
    expect(snapshotOf({ tags: ['vip', ' '] }).tags).toEqual(['vip']);
  });

  it('are at most 50 of at most 100 characters', () => {
    const tags = snapshotOf({ tags: Array.from({ length: 60 }, (_, n) => `${n}${'x'.repeat(200)}`).join(',') }).tags;
    expect(tags).toHaveLength(50);
    expect(tags?.every((tag) => tag.length === 100)).toBe(true);
  });

  it.each(['', null, undefined, {}, [[]]])('are absent for %j', (tags) => {
    expect(snapshotOf({ tags })).not.toHaveProperty('tags');
  });
});

describe('an order of a shop without access to protected customer data', () => {
  it('has an unknown customer and no country, and counts', () => {
    const masked = { customer: null, email: null, shipping_address: null, billing_address: null, client_details: null };
    const order = snapshotOf(masked);
    expect(order).toMatchObject({ customer: { platformId: null, email: null }, gross: 12000, payment: 'paid' });
    expect(order).not.toHaveProperty('country');
    const { customer, ...without } = aShopifyOrder();
    expect(readSnapshot(without).customer).toEqual({ platformId: null, email: null });
  });
});
