// What is a sale and what only went through the checkout: gifts by rule and for nothing, exchanges, renewals.
import { describe, expect, it } from 'vitest';
import type { MerchantData } from '../../lib/domain/entities.ts';
import { foldOrder } from '../../lib/domain/orders/fold.ts';
import { giftRulesOf } from '../../lib/domain/rules.ts';
import { aLine, anEvent, aSnapshot, PLACED_AT } from '../support/payloads/order-events.ts';

const LATER = PLACED_AT + 60_000;
const snapshot = (over: Parameters<typeof aSnapshot>[0] = {}) => anEvent(aSnapshot(over));

const rulesOf = (giftOrders: MerchantData['giftOrders']) =>
  giftRulesOf({ timeZone: 'UTC', ...(giftOrders && { giftOrders }) });
const always = rulesOf([{ from: '0001-01-01', tags: ['Influencer Gift'], codes: ['seeding100'] }]);

describe('an order that never cost anything', () => {
  it('is a gift', () => {
    expect(foldOrder([snapshot({ discounts: 12_000 })]).kind).toBe('gift');
  });

  it('is a sale where a gift card was bought', () => {
    const lines = [aLine({ giftCard: true })];
    expect(foldOrder([snapshot({ gross: 0, discounts: 0, lines })]).kind).toBe('sale');
  });

  it('was sold when it was edited down to nothing later', () => {
    const order = foldOrder([snapshot(), snapshot({ updatedAt: LATER, gross: 0, discounts: 0 })]);
    expect(order).toMatchObject({ kind: 'sale', current: { net: 0 } });
    expect(order.entries).toMatchObject([{ type: 'edit', gross: -12_000, discounts: -2000 }]);
  });

  it('is what the shop calls it when it calls it anything', () => {
    expect(foldOrder([snapshot({ discounts: 12_000, kind: 'renewal' })]).kind).toBe('renewal');
  });
});

describe("the merchant's gift rules", () => {
  it.each([
    ['a label, in any case and with spaces around it', { tags: ['vip', ' INFLUENCER GIFT '] }],
    ['a code, in any case', { codes: [{ code: 'SEEDING100', amount: null }] }],
  ])('name an order by %s', (_, over) => {
    expect(foldOrder([snapshot(over)], always).kind).toBe('gift');
    expect(foldOrder([snapshot(over)]).kind).toBe('sale');
  });

  it('leave other orders, and those that are no sales, as they are', () => {
    expect(foldOrder([snapshot({ tags: ['influencer'] })], always).kind).toBe('sale');
    expect(foldOrder([snapshot({ tags: ['influencer gift'], kind: 'exchange' })], always).kind).toBe('exchange');
  });

  it('hold from their day on', () => {
    const rules = rulesOf([
      { from: '0001-01-01', tags: [], codes: [] },
      { from: '2026-11-21', tags: ['gift'], codes: [] },
    ]);
    const placed = (placedAt: string) => snapshot({ tags: ['gift'], placedAt: Date.parse(placedAt) });
    expect(foldOrder([placed('2026-11-20T23:59:59Z')], rules).kind).toBe('sale');
    expect(foldOrder([placed('2026-11-21T00:00:00Z')], rules).kind).toBe('gift');
  });
});

describe('an exchange within an order', () => {
  const exchanged = (over: Parameters<typeof aSnapshot>[0]) => snapshot({ updatedAt: LATER, exchanges: 1, ...over });

  it('is one entry of the difference, and the order stays the sale it was', () => {
    const order = foldOrder([snapshot(), exchanged({ gross: 13_000 })]);
    expect(order).toMatchObject({ kind: 'sale', sale: { gross: 12_000 } });
    expect(order.entries).toMatchObject([{ type: 'exchange', at: LATER, orders: 0, gross: 1000 }]);
  });

  it('is told apart from an edit that comes after it', () => {
    const order = foldOrder([
      snapshot(),
      exchanged({ gross: 13_000 }),
      exchanged({ updatedAt: LATER + 1, gross: 13_500 }),
    ]);
    expect(order.entries.map(({ type }) => type)).toEqual(['exchange', 'edit']);
  });

  it('of items of one price is an entry without money, for what was sold is another thing', () => {
    const other = exchanged({ lines: [aLine({ id: '9', sku: 'Q-1' })] });
    const [entry] = foldOrder([snapshot(), other]).entries;
    expect(entry).toMatchObject({ type: 'exchange', gross: 0, discounts: 0, units: 0 });
    expect(entry?.lines).toHaveLength(2);
  });
});

describe('what the newest telling says besides', () => {
  it('is kept, and what no telling says takes no room', () => {
    const told = {
      country: 'DE',
      tags: ['vip'],
      subscriptionId: 's1',
      renewalNumber: 2,
      parentExternalId: '1000',
      manualReason: 'lost webhook',
    };
    expect(foldOrder([snapshot(told)])).toMatchObject(told);
    const plain = foldOrder([snapshot({ tags: [] })]);
    expect(Object.keys(told).filter((field) => field in plain)).toEqual([]);
  });
});
