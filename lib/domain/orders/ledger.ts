// What happened to an order's money after the sale, one entry per happening, so that each can be booked on its own day.
import type { OrderLine, OrderSnapshot, ReceivedOrderEvent } from './events.ts';
import type { MoneyBack } from './refunds.ts';

/** The money an order brought when it first counted: what the settled basis books on the day it was placed. */
export interface Sale {
  readonly gross: number;
  readonly discounts: number;
  readonly shipping: number;
  readonly tax: number;
  readonly units: number;
}

/** What an entry changes of one line of the order, as far as the shop tells; what it does not name stays as it was. */
export interface LineChange {
  readonly lineId: string;
  readonly units?: number;
  readonly gross?: number;
  readonly discounts?: number;
  readonly refunds?: number;
  /** What the line is, where the order as it stands has it no more. */
  readonly of?: Pick<OrderLine, 'sku' | 'productId' | 'collections' | 'giftCard'>;
}

/** A change to a sale. All money and units are signed deltas in minor units. */
export interface LedgerEntry {
  /** `edit-<event id>`, `refund-<refund id>`, `chargeback-<dispute id>` and the like, or `cancellation`. */
  readonly id: string;
  /** An `exchange` is an edit by which items were exchanged: only the difference in money is in it. */
  readonly type: 'edit' | 'exchange' | 'refund' | 'chargeback' | 'chargeback_reversal' | 'cancellation';
  /** When it happened, in ms. */
  readonly at: number;
  /** -1 for a cancellation, else 0. */
  readonly orders: number;
  readonly gross: number;
  readonly discounts: number;
  /** What went back for items, by refund or chargeback; what went back of shipping and tax are negative deltas on those. */
  readonly refunds: number;
  readonly shipping: number;
  readonly tax: number;
  /** Units sold: an edit or a cancellation moves them, a refund of money does not. */
  readonly units: number;
  /** What a refund gave back beyond what the items were sold for; counted nowhere. */
  readonly excess: number;
  /** The same line by line; absent where the shop does not divide it, and for a cancellation, which reverses all. */
  readonly lines?: readonly LineChange[];
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
const TYPE_RANK = {
  edit: 0,
  exchange: 0,
  refund: 1,
  chargeback: 2,
  chargeback_reversal: 3,
  cancellation: 4,
} as const;

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

/** Price of a whole line before discounts. */
export const lineGross = ({ gross, price, quantity }: OrderLine): number => gross ?? price * quantity;

const changeOf = (before: OrderLine | undefined, after: OrderLine | undefined): LineChange | undefined => {
  const line = after ?? before;
  // A gift card is sold and given back, but never revenue.
  if (!line || line.giftCard) return undefined;
  const units = (after?.quantity ?? 0) - (before?.quantity ?? 0);
  const gross = (after ? lineGross(after) : 0) - (before ? lineGross(before) : 0);
  const discounts = (after?.discount ?? 0) - (before?.discount ?? 0);
  if (units === 0 && gross === 0 && discounts === 0) return undefined;
  return {
    lineId: line.id,
    ...(units !== 0 && { units }),
    ...(gross !== 0 && { gross }),
    ...(discounts !== 0 && { discounts }),
  };
};

/** How the lines differ; those that the order as it stands has no more say what they are. */
const lineChanges = (before: OrderSnapshot, after: OrderSnapshot, newest: OrderSnapshot): LineChange[] => {
  // A telling that names no lines says nothing of them.
  if (before.lines.length === 0 || after.lines.length === 0) return [];
  const old = new Map(before.lines.map((line) => [line.id, line]));
  const fresh = new Map(after.lines.map((line) => [line.id, line]));
  const standing = new Set(newest.lines.map(({ id }) => id));
  return [...new Set([...old.keys(), ...fresh.keys()])].flatMap((id) => {
    const change = changeOf(old.get(id), fresh.get(id));
    const line = fresh.get(id) ?? old.get(id);
    if (!change || !line) return [];
    const { sku, productId, collections, giftCard } = line;
    return [standing.has(id) ? change : { ...change, of: { sku, productId, collections, giftCard } }];
  });
};

const editsSince = (known: readonly KnownSnapshot[]): readonly LedgerEntry[] =>
  known.flatMap(({ eventId, snapshot }, index) => {
    const before = known[index - 1]?.snapshot;
    const newest = known.at(-1)?.snapshot;
    if (before === undefined || newest === undefined) return [];
    const delta = {
      gross: snapshot.gross - before.gross,
      discounts: snapshot.discounts - before.discounts,
      shipping: snapshot.shipping - before.shipping,
      tax: snapshot.tax - before.tax,
      units: snapshot.units - before.units,
    };
    const lines = lineChanges(before, snapshot, newest);
    if (Object.values(delta).every((change) => change === 0) && lines.length === 0) return [];
    const type = (snapshot.exchanges ?? 0) > (before.exchanges ?? 0) ? 'exchange' : 'edit';
    const about = { id: `edit-${eventId}`, type, at: snapshot.updatedAt } as const;
    return [{ ...NO_CHANGE, ...delta, ...about, ...(lines.length > 0 && { lines }) }];
  });

const entryOf = ({ type, id, at, items, shipping, tax, excess, lines }: MoneyBack): LedgerEntry => ({
  ...NO_CHANGE,
  id: `${type}-${id}`,
  type,
  at,
  refunds: items,
  // Subtracted from zero so that nothing refunded is 0 and not -0.
  shipping: 0 - shipping,
  tax: 0 - tax,
  excess,
  ...(lines.length > 0 && { lines }),
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
 * once it is cancelled. `events` in canonical order, `back` as it counts. The caller decides whether the order
 * counts at all; a cancelled order that was never paid has nothing to reverse.
 */
export const ledgerOf = (
  events: readonly ReceivedOrderEvent[],
  back: readonly MoneyBack[],
  cancelledAt: number | null,
): Ledger => {
  const known = events.flatMap(({ id, event }) =>
    event.type === 'snapshot' ? [{ eventId: id, snapshot: event }] : [],
  );
  const first = known.findIndex(({ snapshot }) => counts(snapshot));
  const sold = known[first];
  if (sold === undefined) return { sale: null, entries: [] };
  const sale = saleOf(sold.snapshot);
  const moving = back.filter(({ items, shipping, tax, excess }) => items || shipping || tax || excess);
  const entries = [...editsSince(known.slice(first)), ...moving.map(entryOf)];
  const cancellation = cancelledAt === null ? [] : [cancellationEntry(cancelledAt, sale, entries)];
  return { sale, entries: [...entries, ...cancellation].sort(byTime) };
};
