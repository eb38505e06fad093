// What the ledger must say in the end, added up from the orders' lives by hand: no code of the product has a part in it.
import type { GivenBack, Life, SoldLine, Stand } from './life.ts';

export interface ExpectedOrder {
  readonly state: 'paid' | 'pending' | 'cancelled' | 'test';
  /** The order's own figures, refunds capped at what was paid for items. */
  readonly gross: number;
  readonly discounts: number;
  readonly refunds: number;
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

/** One order's end, told by its life. */
export const expectedOf = (life: Life): ExpectedOrder => {
  const stands = standsOf(life);
  const last = stands[stands.length - 1] as Stand;
  let left = goodsOf(last);
  const back = refundsOf(life).map((refund) => {
    const items = Math.min(left, itemsOf(refund));
    left -= items;
    return { at: refund.at, items };
  });
  const refunds = back.reduce((sum, { items }) => sum + items, 0);
  const figures = { gross: grossOf(last.lines), discounts: discountsOf(last.lines), refunds };
  const settled = new Map<string, number>();
  const settle = (at: number, amount: number) => {
    settled.set(dayOf(at), (settled.get(dayOf(at)) ?? 0) + amount);
  };
  const paid = stands.filter(({ payment }) => payment === 'paid');
  if (life.test || paid.length === 0) {
    const unpaid = last.cancelledAt === null ? 'pending' : 'cancelled';
    return { state: life.test ? 'test' : unpaid, ...figures, booked: 0, settled };
  }
  settle(life.placedAt, goodsOf(paid[0] as Stand));
  for (const [index, stand] of paid.entries()) {
    const before = paid[index - 1];
    if (before) settle(stand.at, goodsOf(stand) - goodsOf(before));
  }
  for (const { at, items } of back) settle(at, -items);
  if (last.cancelledAt === null) return { state: 'paid', ...figures, booked: left, settled };
  settle(last.cancelledAt, -left);
  return { state: 'cancelled', ...figures, booked: 0, settled };
};
