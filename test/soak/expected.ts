// What the ledger must say in the end, added up from the orders' lives by hand: no code of the product has a part in it.
import type { GivenBack, Life, SoldLine, Stand } from './life.ts';

export interface ExpectedOrder {
  readonly state: 'paid' | 'pending' | 'cancelled' | 'test';
  /** The order's own figures, refunds capped at what was paid for items. */
  readonly gross: number;
  readonly discounts: number;
  readonly refunds: number;
  readonly placedAt: number;
  /** What it brings on its day (booked), and what each of its days brings (settled): net revenue by UTC day. */
  readonly booked: number;
  readonly settled: ReadonlyMap<string, number>;
}

const dayOf = (instant: number): string => new Date(instant).toISOString().slice(0, 10);

const grossOf = (lines: readonly SoldLine[]) => lines.reduce((sum, line) => sum + line.price * line.quantity, 0);
const discountsOf = (lines: readonly SoldLine[]) => lines.reduce((sum, line) => sum + line.discount, 0);
const goodsOf = (stand: Stand) => grossOf(stand.lines) - discountsOf(stand.lines);
const itemsOf = (refund: GivenBack) => refund.lines.reduce((sum, line) => sum + line.amount, 0);

const standsOf = (life: Life): readonly Stand[] =>
  life.happenings.flatMap((one) => (one.what === 'stand' ? [one.stand] : []));
const refundsOf = (life: Life): readonly GivenBack[] =>
  life.happenings.flatMap((one) => (one.what === 'refund' ? [one.refund] : []));

/** How a platform tells what went back, and since when an order is placed there. */
export interface Telling {
  /** Refunds come as one amount: tax and shipping are in it, and the items are taken from first. */
  readonly undivided: boolean;
  /** The order's day is the day it was paid. */
  readonly placedWhenPaid: boolean;
}

interface Back {
  readonly at: number;
  readonly items: number;
}

const amountOf = (refund: GivenBack, { undivided }: Telling): number =>
  undivided
    ? itemsOf(refund) + refund.shipping + refund.lines.reduce((sum, line) => sum + line.tax, 0)
    : itemsOf(refund);

/** Money that went back of the items, and came again, never more than was left of them; the bank's word comes last. */
const backOf = (life: Life, goods: number, telling: Telling): readonly Back[] => {
  let left = goods;
  const take = (amount: number): number => {
    const items = Math.min(left, amount);
    left -= items;
    return items;
  };
  const back = refundsOf(life).map((refund) => ({ at: refund.at, items: take(amountOf(refund, telling)) }));
  const dispute = life.happenings.flatMap((one) => (one.what === 'dispute' ? [one.dispute] : [])).at(-1);
  if (!dispute) return back;
  const items = take(dispute.amount);
  const returned = dispute.wonAt === null ? [] : [{ at: dispute.wonAt, items: 0 - items }];
  return [...back, { at: dispute.openedAt, items }, ...returned];
};

const placedAtOf = (life: Life, { placedWhenPaid }: Telling): number =>
  (placedWhenPaid ? standsOf(life).find(({ payment }) => payment === 'paid')?.at : undefined) ?? life.placedAt;

/** One order's end, told by its life. */
export const expectedOf = (life: Life, telling: Telling): ExpectedOrder => {
  const stands = standsOf(life);
  const last = stands[stands.length - 1] as Stand;
  const back = backOf(life, goodsOf(last), telling);
  const refunds = back.reduce((sum, { items }) => sum + items, 0);
  const left = goodsOf(last) - refunds;
  const figures = { gross: grossOf(last.lines), discounts: discountsOf(last.lines), refunds };
  const settled = new Map<string, number>();
  const settle = (at: number, amount: number) => {
    settled.set(dayOf(at), (settled.get(dayOf(at)) ?? 0) + amount);
  };
  const placedAt = placedAtOf(life, telling);
  const paid = stands.filter(({ payment }) => payment === 'paid');
  if (life.test || paid.length === 0) {
    const unpaid = last.cancelledAt === null ? 'pending' : 'cancelled';
    return { state: life.test ? 'test' : unpaid, ...figures, placedAt, booked: 0, settled };
  }
  settle(placedAt, goodsOf(paid[0] as Stand));
  for (const [index, stand] of paid.entries()) {
    const before = paid[index - 1];
    if (before) settle(stand.at, goodsOf(stand) - goodsOf(before));
  }
  for (const { at, items } of back) settle(at, -items);
  if (last.cancelledAt === null) return { state: 'paid', ...figures, placedAt, booked: left, settled };
  settle(last.cancelledAt, -left);
  return { state: 'cancelled', ...figures, placedAt, booked: 0, settled };
};
