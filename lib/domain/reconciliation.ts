// A day's orders as the shop has them against the same day as it is known here: what is missing, extra, or otherwise.
import type { OrderState } from './orders/fold.ts';

/** One order of the shop's own list. Money in minor units of the order's currency. */
export interface ShopOrder {
  /** Of `externalId` and `name` at least one is known: exports name orders, APIs give ids. */
  readonly externalId: string | null;
  readonly name: string | null;
  /** What the buyer was charged in all, before refunds; null where the list does not say. */
  readonly total: number | null;
  readonly state: 'paid' | 'pending' | 'cancelled' | 'test';
}

/** The same order as it is known here. */
export interface KnownOrder {
  readonly id: string;
  readonly externalId: string;
  readonly name: string | null;
  readonly total: number;
  readonly state: OrderState;
  /** The merchant's day it was placed on. */
  readonly day: string;
}

export interface DifferingOrder {
  readonly shop: ShopOrder;
  readonly ours: KnownOrder;
  /** `total`: another amount. `state`: counts with one and not with the other. */
  readonly differs: readonly ('total' | 'state')[];
}

export interface DayReconciliation {
  /** `short` when orders are missing; `differs` when all are here but not alike, or more are here than in the shop. */
  readonly state: 'reconciled' | 'short' | 'differs';
  readonly missing: readonly ShopOrder[];
  readonly extra: readonly KnownOrder[];
  readonly different: readonly DifferingOrder[];
  readonly shopOrders: number;
  readonly shopTotal: number;
  readonly ourOrders: number;
  readonly ourTotal: number;
}

const sum = (amounts: readonly (number | null)[]): number =>
  amounts.reduce<number>((total, amount) => total + (amount ?? 0), 0);

/** An order of another currency counts once its rate is known: to the shop it is paid all the same. */
const countsHere = ({ state }: KnownOrder): boolean => state === 'paid' || state === 'fx_missing';

const differences = (shop: ShopOrder, ours: KnownOrder): DifferingOrder['differs'] => [
  ...(shop.total === null || shop.total === ours.total ? [] : (['total'] as const)),
  ...((shop.state === 'paid') === countsHere(ours) ? [] : (['state'] as const)),
];

/**
 * Holds the shop's list of a day against what is known. `known` are all orders of that store placed on the day, and
 * those of other days that the list names: a shop may book an order on another day than it was placed on here, and then
 * it is not missing. An order that the shop does not call paid need not be here.
 */
export const reconcileDay = (
  day: string,
  listed: readonly ShopOrder[],
  known: readonly KnownOrder[],
): DayReconciliation => {
  const byId = new Map(known.map((order) => [order.externalId, order]));
  const byName = new Map(known.flatMap((order) => (order.name === null ? [] : [[order.name, order]])));
  const oursOf = (shop: ShopOrder): KnownOrder | undefined =>
    (shop.externalId === null ? undefined : byId.get(shop.externalId)) ??
    (shop.name === null ? undefined : byName.get(shop.name));
  const pairs = listed.map((shop) => ({ shop, ours: oursOf(shop) }));
  const named = new Set(pairs.flatMap(({ ours }) => (ours ? [ours.id] : [])));
  const missing = pairs.filter(({ shop, ours }) => !ours && shop.state === 'paid').map(({ shop }) => shop);
  const different = pairs.flatMap(({ shop, ours }): DifferingOrder[] => {
    if (!ours) return [];
    const differs = differences(shop, ours);
    return differs.length > 0 ? [{ shop, ours, differs }] : [];
  });
  const counting = known.filter(countsHere);
  const extra = counting.filter((order) => order.day === day && !named.has(order.id));
  const paid = listed.filter(({ state }) => state === 'paid');
  const ofDay = counting.filter((order) => order.day === day || named.has(order.id));
  return {
    state: missing.length > 0 ? 'short' : extra.length + different.length > 0 ? 'differs' : 'reconciled',
    ...{ missing, extra, different },
    ...{ shopOrders: paid.length, shopTotal: sum(paid.map(({ total }) => total)) },
    ...{ ourOrders: ofDay.length, ourTotal: sum(ofDay.map(({ total }) => total)) },
  };
};
