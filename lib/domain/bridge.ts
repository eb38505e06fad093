// From the shop's own net sales to ours, in named lines that add up: what each leaves out, counts otherwise or never got.
import type { Platform } from './entities.ts';
import type { Basis, RolledDay } from './performance.ts';
import type { StoreParts } from './rollup.ts';

/** A line: what has to be added to the shop's figure, and how many orders it is about. Minor units. */
interface BridgeLine {
  readonly line:
    | 'missing'
    | 'returns_timing'
    | 'chargebacks'
    | 'renewals'
    | 'gifts'
    | 'tests'
    | 'gift_cards'
    | 'currency';
  readonly amount: number;
  readonly orders: number;
}

export interface Bridge {
  /** The shop's net sales as it was told here, or as they follow from what it sent. */
  readonly shopNetSales: number;
  readonly lines: readonly BridgeLine[];
  /** Ours: net revenue of all orders that count, booked. */
  readonly netRevenue: number;
  /** What no line explains. */
  readonly remainder: number;
}

export interface BridgeFacts {
  readonly platform: Platform;
  readonly storeIds: ReadonlySet<string>;
  /** Orders that never came, by the days held against the shop's list. */
  readonly missing: { readonly orders: number; readonly total: number };
  /** What the shop's own report says; null = to be reckoned from what it sent. */
  readonly told: number | null;
}

interface Sums {
  netRevenue: number;
  parts: Record<keyof StoreParts, number>;
}

const NOTHING: Readonly<Record<keyof StoreParts, number>> = {
  ...{ renewalOrders: 0, renewalNetRevenue: 0, exchangeOrders: 0, exchangeNetRevenue: 0, shipping: 0, tax: 0 },
  ...{
    giftCardsSold: 0,
    chargebacks: 0,
    giftOrders: 0,
    giftNetRevenue: 0,
    testOrders: 0,
    cancelledOrders: 0,
    fxMissingOrders: 0,
  },
};

const sumsOf = (days: readonly RolledDay[], basis: Basis, storeIds: ReadonlySet<string>): Sums => {
  const sums: Sums = { netRevenue: 0, parts: { ...NOTHING } };
  for (const { rollup } of days) {
    for (const store of rollup.stores) {
      if (!storeIds.has(store.storeId)) continue;
      sums.netRevenue += store[`${basis}NetRevenue`];
      for (const [name, amount] of Object.entries(store[basis] ?? {}) as [keyof StoreParts, number][]) {
        sums.parts[name] += amount;
      }
    }
  }
  return sums;
};

/** WooCommerce sells gift cards as products, and its net sales count them; Shopify and the others don't. */
const countsGiftCards = (platform: Platform): boolean => platform === 'woocommerce';

/**
 * The bridge over some days of a platform's stores. Shops book each return on its own day (settled), count renewals and
 * orders that a rule here calls gifts, and leave tests out, as they do what banks take back. `shopNetSales` + the lines + `remainder` = `netRevenue`; the
 * remainder is 0 where the shop's figure was not told.
 */
export const bridge = (days: readonly RolledDay[], { platform, storeIds, missing, told }: BridgeFacts): Bridge => {
  const [booked, settled] = [sumsOf(days, 'booked', storeIds), sumsOf(days, 'settled', storeIds)];
  const { giftNetRevenue, giftOrders, testOrders, fxMissingOrders, giftCardsSold } = booked.parts;
  const renewals = settled.parts.renewalNetRevenue;
  const { chargebacks } = settled.parts;
  const giftCards = countsGiftCards(platform) ? giftCardsSold : 0;
  const sent = settled.netRevenue + chargebacks + renewals + giftNetRevenue + giftCards;
  const shopNetSales = told ?? sent + missing.total;
  const lines: BridgeLine[] = [
    { line: 'missing', amount: 0 - missing.total, orders: missing.orders },
    { line: 'returns_timing', amount: booked.netRevenue - settled.netRevenue, orders: 0 },
    { line: 'chargebacks', amount: 0 - chargebacks, orders: 0 },
    { line: 'renewals', amount: 0 - renewals, orders: settled.parts.renewalOrders },
    { line: 'gifts', amount: 0 - giftNetRevenue, orders: giftOrders },
    { line: 'tests', amount: 0, orders: testOrders },
    { line: 'gift_cards', amount: 0 - giftCards, orders: 0 },
    { line: 'currency', amount: 0, orders: fxMissingOrders },
  ];
  const explained = lines.reduce((sum, { amount }) => sum + amount, shopNetSales);
  return { shopNetSales, lines, netRevenue: booked.netRevenue, remainder: booked.netRevenue - explained };
};
