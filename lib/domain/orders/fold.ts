// An order as its events tell it: a pure fold over the set of them, so arrival order and repeats change nothing.
import type { Conversion } from '../fx.ts';
import { cancelledAtOf } from './cancelled.ts';
import { happenedAt, inCanonicalOrder } from './event-order.ts';
import {
  isSale,
  type OrderKind,
  type OrderLine,
  type OrderSnapshot,
  type ReceivedOrderEvent,
  type UsedCode,
} from './events.ts';
import { type HistoryItem, historyOf, type ToldFields } from './history.ts';
import { type GiftRulesAt, kindOf, noGiftRules } from './kind.ts';
import { counts, type LedgerEntry, ledgerOf, lineGross, type Sale } from './ledger.ts';
import { moneyBack } from './refunds.ts';

/** `fx_missing` is never the fold's: it is set where a foreign order finds no rate. */
export type OrderState = 'awaiting_order' | 'pending' | 'paid' | 'cancelled' | 'test' | 'draft' | 'fx_missing';

/** An order's own figures in minor units of its currency; shipping and tax are less what was refunded of them. */
interface OrderFigures {
  readonly gross: number;
  readonly discounts: number;
  /** What went back for items, by refund or chargeback: never more than gross - discounts. */
  readonly refunds: number;
  readonly shipping: number;
  readonly tax: number;
  /** gross - discounts - refunds */
  readonly net: number;
  /** What the buyer was charged in all, gift cards bought included and before anything went back: the shop's own total. */
  readonly charged: number;
}

/** The figures that reports add up. */
export type BookedFigures = Omit<OrderFigures, 'charged'>;

export interface FoldedOrder {
  readonly state: OrderState;
  readonly kind: OrderKind;
  readonly name: string | null;
  readonly placedAt: number | null;
  readonly currency: string | null;
  readonly channel: string | null;
  readonly units: number;
  readonly lines: readonly OrderLine[];
  readonly codes: readonly UsedCode[];
  readonly clickId: string | null;
  readonly visitor?: string;
  readonly customerKeys: readonly string[];
  readonly cancelledAt: number | null;
  readonly country?: string;
  readonly tags?: readonly string[];
  readonly subscriptionId?: string;
  readonly renewalNumber?: number;
  readonly parentExternalId?: string;
  readonly manualReason?: string;
  /** The part of `current.refunds` that the buyers' banks took back. */
  readonly chargebacks?: number;
  /** The latest moment any event speaks of, in ms; null without events. */
  readonly updatedAt: number | null;
  /** The order's own figures, whether it counts or not. */
  readonly current: OrderFigures;
  /** Of an order in another currency than the merchant's that counts: what the next three are converted by. */
  readonly fx?: Conversion;
  /** `current` in the merchant's currency; absent where that is the order's own, or the order does not count. */
  readonly booked?: BookedFigures;
  /**
   * In the merchant's currency once the order is booked, as `entries` are. Null for an order that does not count; a
   * cancelled one that was paid keeps its sale.
   */
  readonly sale: Sale | null;
  readonly entries: readonly LedgerEntry[];
}

/** An order counts for who is new: paid and a sale or an exchange, so neither a test, a gift nor a renewal. */
export const countsForCustomer = ({ state, kind }: Pick<FoldedOrder, 'state' | 'kind'>): boolean =>
  state === 'paid' && isSale(kind);

const snapshotsOf = (events: readonly ReceivedOrderEvent[]): readonly OrderSnapshot[] =>
  events.flatMap(({ event }) => (event.type === 'snapshot' ? [event] : []));

/**
 * Paid once is paid: an edit that adds to a paid order makes it partly paid for a while. Only a payment that the
 * newest snapshot calls failed (a bounced debit) was none.
 */
const isPaid = (snapshots: readonly OrderSnapshot[]): boolean =>
  snapshots.at(-1)?.payment !== 'failed' && snapshots.some(counts);

const stateOf = (snapshots: readonly OrderSnapshot[], cancelledAt: number | null): OrderState => {
  const newest = snapshots.at(-1);
  if (newest === undefined) return 'awaiting_order';
  if (newest.test) return 'test';
  // An edit leaves a paid draft order partly paid: what was a sale once is no draft any more.
  if (newest.draft && !snapshots.some(counts)) return 'draft';
  if (cancelledAt !== null) return 'cancelled';
  return isPaid(snapshots) ? 'paid' : 'pending';
};

/** The newest telling's word, unless it only guesses and another knows. */
const placedAtOf = (snapshots: readonly OrderSnapshot[]): number | null =>
  (snapshots.findLast(({ placedAtGuessed }) => !placedAtGuessed) ?? snapshots.at(-1))?.placedAt ?? null;

/** What ties an order to creators and customers is only ever added to: later payloads often come without it. */
const enrichment = (snapshots: readonly OrderSnapshot[]) => {
  const newestFirst = snapshots.toReversed();
  const visitor = newestFirst.find((snapshot) => snapshot.visitor)?.visitor;
  return {
    ...(visitor && { visitor }),
    name: newestFirst.find(({ name }) => name !== null)?.name ?? null,
    codes: newestFirst.find(({ codes }) => codes.length > 0)?.codes ?? [],
    clickId: newestFirst.find(({ clickId }) => clickId !== null)?.clickId ?? null,
    customerKeys: [...new Set(newestFirst.flatMap(({ customerKeys }) => customerKeys))],
  };
};

/** What else the newest telling says of the order, as far as it does: most orders have none of it. */
const besides = (newest: OrderSnapshot | undefined) => {
  if (newest === undefined) return {};
  const { country, tags, subscriptionId, renewalNumber, parentExternalId, manualReason } = newest;
  return {
    ...(country && { country }),
    ...(tags && tags.length > 0 && { tags }),
    ...(subscriptionId && { subscriptionId }),
    ...(renewalNumber !== undefined && { renewalNumber }),
    ...(parentExternalId && { parentExternalId }),
    ...(manualReason && { manualReason }),
  };
};

const giftCardsIn = (order: OrderSnapshot | undefined): number =>
  sum((order?.lines ?? []).filter(({ giftCard }) => giftCard).map((line) => lineGross(line) - line.discount));

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

/** The order as these events, in canonical order, tell it. */
const orderSoFar = (events: readonly ReceivedOrderEvent[], rulesAt: GiftRulesAt): FoldedOrder => {
  const snapshots = snapshotsOf(events);
  const newest = snapshots.at(-1);
  const cancelledAt = cancelledAtOf(events, snapshots);
  const state = stateOf(snapshots, cancelledAt);
  const back = moneyBack(events, newest);
  const refunds = sum(back.map(({ items }) => items));
  const chargebacks = sum(back.map(({ type, items }) => (type === 'refund' ? 0 : items)));
  const { gross, discounts, shipping, tax } = newest ?? { gross: 0, discounts: 0, shipping: 0, tax: 0 };
  const sold = state === 'paid' || (state === 'cancelled' && isPaid(snapshots));
  return {
    state,
    kind: kindOf(snapshots, rulesAt),
    ...enrichment(snapshots),
    ...besides(newest),
    ...(chargebacks > 0 && { chargebacks }),
    placedAt: placedAtOf(snapshots),
    currency: newest?.currency ?? null,
    channel: newest?.channel ?? null,
    units: newest?.units ?? 0,
    lines: newest?.lines ?? [],
    cancelledAt,
    updatedAt: events.length === 0 ? null : Math.max(...events.map(happenedAt)),
    current: {
      gross,
      discounts,
      refunds,
      shipping: shipping - sum(back.map((one) => one.shipping)),
      tax: tax - sum(back.map((one) => one.tax)),
      net: gross - discounts - refunds,
      charged: gross - discounts + shipping + tax + giftCardsIn(newest),
    },
    ...(sold ? ledgerOf(events, back, cancelledAt) : { sale: null, entries: [] }),
  };
};

const told = ({ state, kind, placedAt, current, name, cancelledAt, clickId, codes }: FoldedOrder): ToldFields => ({
  state,
  kind,
  placedAt,
  gross: current.gross,
  discounts: current.discounts,
  refunds: current.refunds,
  net: current.net,
  shipping: current.shipping,
  tax: current.tax,
  name,
  cancelledAt,
  clickId,
  codes: codes.map(({ code }) => code),
});

/**
 * Folds what a shop told about one order. The result depends on the set of events alone: any arrival order and any
 * repetition gives the same. Times in ms, money in minor units of the order's currency. Never throws; without a
 * snapshot the state is `awaiting_order`, and refunds, disputes and cancellations wait. `rulesAt` names the orders
 * that the merchant gives away.
 */
export const foldOrder = (events: readonly ReceivedOrderEvent[], rulesAt: GiftRulesAt = noGiftRules): FoldedOrder =>
  orderSoFar(inCanonicalOrder(events), rulesAt);

/**
 * What each event changed, in canonical order: the order is folded once for each, so this is for who looks at one order,
 * not for every event that comes.
 */
export const orderHistory = (
  events: readonly ReceivedOrderEvent[],
  rulesAt: GiftRulesAt = noGiftRules,
): readonly HistoryItem[] => {
  const known = inCanonicalOrder(events);
  return historyOf(known, (count) => told(orderSoFar(known.slice(0, count), rulesAt)));
};
