// Which refunds an order has: each once, in its fullest telling, and together never more than the items were sold for.
import type { OrderSnapshot, ReceivedOrderEvent, Refund } from './events.ts';

/** A refund as it counts. `items`, `shipping` and `tax` are capped at what was left to refund. */
export interface CountedRefund {
  readonly id: string;
  readonly refundedAt: number;
  readonly items: number;
  readonly shipping: number;
  readonly tax: number;
  /** What the shop refunded for items beyond gross - discounts: goodwill, tax or tips, never revenue. */
  readonly excess: number;
}

interface Telling {
  readonly refund: Refund;
  /** Lines beat none, then a stand-alone refund beats one embedded in an order. */
  readonly rank: number;
}

const tellings = (events: readonly ReceivedOrderEvent[]): readonly Telling[] =>
  events.flatMap(({ event }) => {
    if (event.type === 'cancellation') return [];
    const alone = event.type === 'refund';
    const refunds = alone ? [event.refund] : event.refunds;
    return refunds.map((refund) => ({ refund, rank: (refund.lines.length > 0 ? 2 : 0) + (alone ? 1 : 0) }));
  });

/** Union by refund id. `events` in canonical order: among equally full tellings the newest stands. */
const toldRefunds = (events: readonly ReceivedOrderEvent[]): readonly Refund[] => {
  const best = new Map<string, Telling>();
  for (const telling of tellings(events)) {
    const known = best.get(telling.refund.id);
    if (known === undefined || telling.rank >= known.rank) best.set(telling.refund.id, telling);
  }
  return [...best.values()].map(({ refund }) => refund);
};

/** What a refund takes from revenue, as only the order tells: no tax that prices include, no gift cards given back. */
const itemsOf = (refund: Refund, order: OrderSnapshot): number => {
  const giftCards = new Set(order.lines.filter((line) => line.giftCard).map((line) => line.id));
  const taxIncluded = refund.mayIncludeTax === true && order.pricesIncludeTax === true;
  const notRevenue = refund.lines.map(({ lineId, amount, tax }) => {
    if (giftCards.has(lineId)) return refund.itemsOnly === true ? 0 : amount;
    return taxIncluded ? tax : 0;
  });
  return Math.max(
    0,
    notRevenue.reduce((items, part) => items - part, refund.items),
  );
};

const byTime = (a: Refund, b: Refund): number => a.refundedAt - b.refundedAt || (a.id < b.id ? -1 : 1);

/**
 * The refunds of an order as they count, oldest first. The items' parts together are at most gross - discounts of
 * the order as it stands, shipping and tax at most the order's; what is beyond is kept as `excess` (items only).
 * `events` in canonical order; without an order yet, refunds wait and nothing counts.
 */
export const countedRefunds = (
  events: readonly ReceivedOrderEvent[],
  order: OrderSnapshot | undefined,
): readonly CountedRefund[] => {
  if (order === undefined) return [];
  const left = { items: Math.max(0, order.gross - order.discounts), shipping: order.shipping, tax: order.tax };
  const take = (part: keyof typeof left, wanted: number): number => {
    const taken = Math.min(wanted, left[part]);
    left[part] -= taken;
    return taken;
  };
  return [...toldRefunds(events)].sort(byTime).map((refund) => {
    const wanted = itemsOf(refund, order);
    const items = take('items', wanted);
    const { id, refundedAt } = refund;
    return {
      id,
      refundedAt,
      items,
      shipping: take('shipping', refund.shipping),
      tax: take('tax', refund.tax),
      excess: wanted - items,
    };
  });
};
