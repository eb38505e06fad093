// What of an order's money went back, by refund or through the buyer's bank: each happening once, in its fullest telling,
// and together never more than was paid.
import type { Dispute, OrderSnapshot, ReceivedOrderEvent, Refund } from './events.ts';

/** Money given back for one line of the order. */
interface RefundedLine {
  readonly lineId: string;
  readonly refunds: number;
}

/** A refund or a chargeback as it counts, capped at what was left; a reversal gives back what its chargeback took. */
export interface MoneyBack {
  readonly type: 'refund' | 'chargeback' | 'chargeback_reversal';
  /** Of the refund or the dispute. */
  readonly id: string;
  readonly at: number;
  readonly items: number;
  readonly shipping: number;
  readonly tax: number;
  /** What went back beyond what was paid for: goodwill, tips, never revenue. */
  readonly excess: number;
  /** The items' part, line by line, as far as the shop tells; the rest belongs to no line. */
  readonly lines: readonly RefundedLine[];
}

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

interface Telling {
  readonly refund: Refund;
  /** Lines beat none, then a stand-alone refund beats one embedded in an order. */
  readonly rank: number;
  /** When it reached us, in ms. */
  readonly receivedAt: number;
}

const tellings = (events: readonly ReceivedOrderEvent[]): readonly Telling[] =>
  events.flatMap(({ event, receivedAt }) => {
    if (event.type !== 'refund' && event.type !== 'snapshot') return [];
    const alone = event.type === 'refund';
    const refunds = alone ? [event.refund] : event.refunds;
    return refunds.map((refund) => ({
      refund,
      rank: (refund.lines.length > 0 ? 2 : 0) + (alone ? 1 : 0),
      receivedAt,
    }));
  });

const byTime = (a: Refund, b: Refund): number =>
  a.refundedAt - b.refundedAt || a.items - b.items || (a.id < b.id ? -1 : 1);

/** Running totals as the refunds they tell: each is what it adds to the highest one told before it. */
const withoutRunningTotals = (refunds: readonly Refund[]): readonly Refund[] => {
  const highest = new Map<string, number>();
  return refunds.map((refund) => {
    if (refund.runningTotalOf === undefined) return refund;
    const before = highest.get(refund.runningTotalOf) ?? 0;
    highest.set(refund.runningTotalOf, Math.max(before, refund.items));
    return { ...refund, items: Math.max(0, refund.items - before) };
  });
};

/** Of the tellings of one refund, oldest first, the fullest, and of equally full ones the newest. */
const fullest = (all: readonly Telling[]): Telling =>
  all.reduce((best, telling) => (telling.rank >= best.rank ? telling : best));

/** When it was: a time that is told beats one that is only near it, of which the earliest is the nearest. */
const whenOf = (refund: Refund, all: readonly Telling[]): number => {
  if (!refund.approximateTime) return refund.refundedAt;
  const exact = all.findLast((telling) => !telling.refund.approximateTime);
  return exact?.refund.refundedAt ?? Math.min(...all.map((telling) => telling.refund.refundedAt));
};

/** Whether a refund's lines hold their tax a second time, beside `tax`: as only the order tells. */
const holdsTaxTwice = (refund: Refund, order: OrderSnapshot): boolean =>
  refund.mayIncludeTax === true && order.pricesIncludeTax === true;

/** All the money that went back by a refund, each part of it once. */
const moneyOf = (refund: Refund, order: OrderSnapshot): number => {
  const twice = holdsTaxTwice(refund, order) ? sum(refund.lines.map(({ tax }) => tax)) : 0;
  return Math.max(0, refund.items - twice) + refund.shipping + refund.tax;
};

/**
 * A whole that was told beside refunds of which it is the sum counts for what they leave unexplained. What was refunded
 * after it was told is no part of it.
 */
const withoutExplained = (
  refunds: readonly Refund[],
  toldAt: ReadonlyMap<string, number>,
  order: OrderSnapshot,
): readonly Refund[] => {
  const unexplained = (whole: Refund): Refund => {
    const until = toldAt.get(whole.id) ?? Number.POSITIVE_INFINITY;
    const parts = refunds.filter(({ wholeSoFar, refundedAt }) => !wholeSoFar && refundedAt <= until);
    const explained = sum(parts.map((one) => moneyOf(one, order)));
    return { ...whole, items: Math.max(0, whole.items - explained) };
  };
  return refunds
    .map((refund) => (refund.wholeSoFar ? unexplained(refund) : refund))
    .filter(({ wholeSoFar, items }) => !wholeSoFar || items > 0);
};

/** Union by refund id, oldest first. `events` in canonical order. */
const toldRefunds = (events: readonly ReceivedOrderEvent[], order: OrderSnapshot): readonly Refund[] => {
  const byId = Map.groupBy(tellings(events), ({ refund }) => refund.id);
  const toldAt = new Map<string, number>();
  const refunds = [...byId.values()].map((all) => {
    const { refund, receivedAt } = fullest(all);
    toldAt.set(refund.id, receivedAt);
    return { ...refund, refundedAt: whenOf(refund, all) };
  });
  return withoutExplained(withoutRunningTotals(refunds.sort(byTime)), toldAt, order);
};

/** Union by dispute id: the newest telling stands. */
const toldDisputes = (events: readonly ReceivedOrderEvent[]): readonly Dispute[] => {
  const newest = new Map(events.flatMap(({ event }) => (event.type === 'dispute' ? [[event.dispute.id, event]] : [])));
  return [...newest.values()].map(({ dispute }) => dispute);
};

/** What each line of a refund takes from revenue, as only the order tells: no tax that prices include, no gift cards. */
const linesOf = (refund: Refund, order: OrderSnapshot): readonly RefundedLine[] => {
  const giftCards = new Set(order.lines.filter((line) => line.giftCard).map((line) => line.id));
  const taxIncluded = holdsTaxTwice(refund, order);
  return refund.lines
    .filter(({ lineId }) => !giftCards.has(lineId))
    .map(({ lineId, amount, tax }) => ({ lineId, refunds: Math.max(0, taxIncluded ? amount - tax : amount) }));
};

/** What a refund takes from revenue, all in all. */
const itemsOf = (refund: Refund, order: OrderSnapshot): number => {
  const giftCards = new Set(order.lines.filter((line) => line.giftCard).map((line) => line.id));
  const taxIncluded = holdsTaxTwice(refund, order);
  const notRevenue = refund.lines.map(({ lineId, amount, tax }) => {
    if (giftCards.has(lineId)) return refund.itemsOnly === true ? 0 : amount;
    return taxIncluded ? tax : 0;
  });
  return Math.max(0, refund.items - sum(notRevenue));
};

/** Lines in their order until `items` is used up: what was capped of the whole is capped of its lines. */
const within = (lines: readonly RefundedLine[], items: number): readonly RefundedLine[] => {
  let left = items;
  return lines.flatMap(({ lineId, refunds }) => {
    const taken = Math.min(refunds, left);
    left -= taken;
    return taken > 0 ? [{ lineId, refunds: taken }] : [];
  });
};

/** What is left of an order's money to go back. */
interface Left {
  items: number;
  shipping: number;
  tax: number;
}

const take = (left: Left, part: keyof Left, wanted: number): number => {
  const taken = Math.max(0, Math.min(wanted, left[part]));
  left[part] -= taken;
  return taken;
};

/** Money that nobody divided: of the items first, then of shipping, then of tax. */
const takeUndivided = (left: Left, amount: number) => {
  const items = take(left, 'items', amount);
  const shipping = take(left, 'shipping', amount - items);
  const tax = take(left, 'tax', amount - items - shipping);
  return { items, shipping, tax, excess: amount - items - shipping - tax };
};

const takeRefund = (left: Left, refund: Refund, order: OrderSnapshot): MoneyBack => {
  const about = { type: 'refund', id: refund.id, at: refund.refundedAt } as const;
  if (refund.undivided) return { ...about, ...takeUndivided(left, refund.items), lines: [] };
  const wanted = itemsOf(refund, order);
  const items = take(left, 'items', wanted);
  return {
    ...about,
    items,
    shipping: take(left, 'shipping', refund.shipping),
    tax: take(left, 'tax', refund.tax),
    excess: wanted - items,
    lines: within(linesOf(refund, order), items),
  };
};

/** Something that takes money from what is left: a refund, or a bank. */
interface Taking {
  readonly at: number;
  readonly take: (left: Left) => MoneyBack;
}

/** A dispute that the shop won. */
interface Reversal {
  readonly at: number;
  readonly of: Taking;
}

const PARTS = ['items', 'shipping', 'tax', 'excess'] as const;

/** What one takes more, or less, than another; lines as far as they are more. */
const beyond = (now: MoneyBack, before: MoneyBack): MoneyBack => {
  const known = new Map(before.lines.map(({ lineId, refunds }) => [lineId, refunds]));
  const more = now.lines.map(({ lineId, refunds }) => ({ lineId, refunds: refunds - (known.get(lineId) ?? 0) }));
  const parts = Object.fromEntries(PARTS.map((part) => [part, now[part] - before[part]]));
  return { ...now, ...parts, lines: more.filter(({ refunds }) => refunds > 0) };
};

const givenBack = ({ id, ...taken }: MoneyBack, at: number): MoneyBack => ({
  ...{ type: 'chargeback_reversal', id, at, lines: [] },
  ...{ items: 0 - taken.items, shipping: 0 - taken.shipping, tax: 0 - taken.tax, excess: 0 - taken.excess },
});

/** The disputes' openings and reversals. A bank that gives back before it took is a slip of somebody's clock. */
const disputed = ({ id, openedAt, amount, reversedAt }: Dispute): readonly (Taking | Reversal)[] => {
  const open: Taking = {
    at: openedAt,
    take: (left) => ({ type: 'chargeback', id, at: openedAt, ...takeUndivided(left, amount), lines: [] }),
  };
  return reversedAt === null ? [open] : [open, { at: Math.max(openedAt, reversedAt), of: open }];
};

/** Each happening by itself, oldest first: after a reversal all else stands as if the dispute had never been. */
const inTurn = (happenings: readonly (Taking | Reversal)[], whole: Left): readonly MoneyBack[] => {
  const done: MoneyBack[] = [];
  const standing = new Map<Taking, MoneyBack>();
  let left = { ...whole };
  const reverse = ({ of, at }: Reversal) => {
    const taken = standing.get(of);
    if (taken === undefined) return;
    standing.delete(of);
    done.push(givenBack(taken, at));
    left = { ...whole };
    for (const [taking, before] of standing) {
      const now = taking.take(left);
      standing.set(taking, now);
      const more = beyond(now, before);
      // What was too much only because the bank had the money is not any more.
      if (PARTS.some((part) => more[part] !== 0)) done.push({ ...more, id: `${now.id}-${taken.id}`, at });
    }
  };
  for (const happening of happenings) {
    if ('of' in happening) reverse(happening);
    else {
      const taken = happening.take(left);
      standing.set(happening, taken);
      done.push(taken);
    }
  }
  return done;
};

/**
 * What went back of an order, oldest first. The items' parts together are at most gross - discounts of the order as it
 * stands, shipping and tax at most the order's; what is beyond is kept as `excess`. A dispute that the shop won gives
 * back what it took, first of all to refunds that found nothing left meanwhile. `events` in canonical order; without an
 * order yet, refunds wait and nothing counts.
 */
export const moneyBack = (
  events: readonly ReceivedOrderEvent[],
  order: OrderSnapshot | undefined,
): readonly MoneyBack[] => {
  if (order === undefined) return [];
  const whole: Left = { items: Math.max(0, order.gross - order.discounts), shipping: order.shipping, tax: order.tax };
  const refunds = toldRefunds(events, order).map(
    (refund): Taking => ({ at: refund.refundedAt, take: (left) => takeRefund(left, refund, order) }),
  );
  const disputes = toldDisputes(events).flatMap(disputed);
  // The sort is stable: of one instant refunds come first, and a dispute's opening before its reversal.
  const happenings = [...refunds, ...disputes].sort((a, b) => a.at - b.at);
  return inTurn(happenings, whole);
};
