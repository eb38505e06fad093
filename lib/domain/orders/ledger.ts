// What happened to an order's money after the sale, one entry per happening, so that each can be booked on its own day.
import type { OrderSnapshot, ReceivedOrderEvent } from './events.ts';
import type { CountedRefund } from './refunds.ts';

/** The money an order brought when it first counted: what the settled basis books on the day it was placed. */
export interface Sale {
  readonly gross: number;
  readonly discounts: number;
  readonly shipping: number;
  readonly tax: number;
  readonly units: number;
}

/** A change to a sale. All money and units are signed deltas in minor units. */
export interface LedgerEntry {
  /** `edit-<event id>`, `refund-<refund id>` or `cancellation`. */
  readonly id: string;
  readonly type: 'edit' | 'refund' | 'cancellation';
  /** When it happened, in ms. */
  readonly at: number;
  /** -1 for a cancellation, else 0. */
  readonly orders: number;
  readonly gross: number;
  readonly discounts: number;
  /** The items' part; the shipping and tax of a refund are negative deltas on shipping and tax. */
  readonly refunds: number;
  readonly shipping: number;
  readonly tax: number;
  /** Units sold: an edit or a cancellation moves them, a refund of money does not. */
  readonly units: number;
  /** What a refund gave back beyond what the items were sold for; counted nowhere. */
  readonly excess: number;
}

/** An order's sale and all that changed it since; no sale, no entries. */
export interface Ledger {
  readonly sale: Sale | null;
  readonly entries: readonly LedgerEntry[];
}

/** A snapshot with the id of the event that brought it. */
interface KnownSnapshot {
  readonly eventId: string;
  readonly snapshot: OrderSnapshot;
}

const NO_CHANGE = { orders: 0, gross: 0, discounts: 0, refunds: 0, shipping: 0, tax: 0, units: 0, excess: 0 };
const TYPE_RANK = { edit: 0, refund: 1, cancellation: 2 } as const;

/** True for a snapshot whose money is revenue: paid, and neither a test nor a draft. */
export const counts = (snapshot: OrderSnapshot): boolean =>
  snapshot.payment === 'paid' && !snapshot.test && !snapshot.draft;

const saleOf = ({ gross, discounts, shipping, tax, units }: OrderSnapshot): Sale => ({
  gross,
  discounts,
  shipping,
  tax,
  units,
});

const editsSince = (known: readonly KnownSnapshot[]): readonly LedgerEntry[] =>
  known.flatMap(({ eventId, snapshot }, index) => {
    const before = known[index - 1]?.snapshot;
    if (before === undefined) return [];
    const delta = {
      gross: snapshot.gross - before.gross,
      discounts: snapshot.discounts - before.discounts,
      shipping: snapshot.shipping - before.shipping,
      tax: snapshot.tax - before.tax,
      units: snapshot.units - before.units,
    };
    if (Object.values(delta).every((change) => change === 0)) return [];
    return [{ ...NO_CHANGE, ...delta, id: `edit-${eventId}`, type: 'edit' as const, at: snapshot.updatedAt }];
  });

const refundEntry = (refund: CountedRefund): LedgerEntry => ({
  ...NO_CHANGE,
  id: `refund-${refund.id}`,
  type: 'refund',
  at: refund.refundedAt,
  refunds: refund.items,
  // Subtracted from zero so that nothing refunded is 0 and not -0.
  shipping: 0 - refund.shipping,
  tax: 0 - refund.tax,
  excess: refund.excess,
});

/** A cancelled order nets to nothing, whatever was edited or refunded before it or is told after it. */
const cancellationEntry = (at: number, sale: Sale, entries: readonly LedgerEntry[]): LedgerEntry => {
  const all = [{ ...NO_CHANGE, ...sale }, ...entries];
  const reversed = (field: Exclude<keyof typeof NO_CHANGE, 'orders' | 'excess'>): number =>
    all.reduce((left, entry) => left - entry[field], 0);
  return {
    ...NO_CHANGE,
    id: 'cancellation',
    type: 'cancellation',
    at,
    orders: -1,
    gross: reversed('gross'),
    discounts: reversed('discounts'),
    refunds: reversed('refunds'),
    shipping: reversed('shipping'),
    tax: reversed('tax'),
    units: reversed('units'),
  };
};

/** Oldest first; of one instant edits, then refunds, then the cancellation. */
export const byTime = (a: LedgerEntry, b: LedgerEntry): number =>
  a.at - b.at || TYPE_RANK[a.type] - TYPE_RANK[b.type] || (a.id < b.id ? -1 : 1);

/**
 * The ledger of a counting order, entries oldest first: sale + entries are the order's current figures, or all zero
 * once it is cancelled. `events` in canonical order, `refunds` as they count. The caller decides whether the order
 * counts at all; a cancelled order that was never paid has nothing to reverse.
 */
export const ledgerOf = (
  events: readonly ReceivedOrderEvent[],
  refunds: readonly CountedRefund[],
  cancelledAt: number | null,
): Ledger => {
  const known = events.flatMap(({ id, event }) =>
    event.type === 'snapshot' ? [{ eventId: id, snapshot: event }] : [],
  );
  const first = known.findIndex(({ snapshot }) => counts(snapshot));
  const sold = known[first];
  if (sold === undefined) return { sale: null, entries: [] };
  const sale = saleOf(sold.snapshot);
  const moving = refunds.filter((refund) => refund.items + refund.shipping + refund.tax + refund.excess > 0);
  const entries = [...editsSince(known.slice(first)), ...moving.map(refundEntry)];
  const cancellation = cancelledAt === null ? [] : [cancellationEntry(cancelledAt, sale, entries)];
  return { sale, entries: [...entries, ...cancellation].sort(byTime) };
};
