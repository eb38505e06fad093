// What holds for any set of order events, in any order and any repetition.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReceivedOrderEvent, Refund } from '../../lib/domain/orders/events.ts';
import { type FoldedOrder, foldOrder, orderHistory } from '../../lib/domain/orders/fold.ts';
import { aLine, anEvent, aSnapshot } from '../support/payloads/order-events.ts';

/** Few moments, so that equal times are common. */
const moment = fc.integer({ min: 1, max: 6 });
const money = fc.integer({ min: 0, max: 20_000 });

const refund: fc.Arbitrary<Refund> = fc.record({
  id: fc.constantFrom('r1', 'r2', 'r3'),
  refundedAt: moment,
  items: money,
  shipping: fc.integer({ min: 0, max: 800 }),
  tax: fc.integer({ min: 0, max: 800 }),
  lines: fc.array(
    fc.record({
      lineId: fc.constantFrom('1', '2'),
      quantity: fc.integer({ min: 0, max: 3 }),
      amount: money,
      tax: fc.integer({ min: 0, max: 500 }),
    }),
    { maxLength: 2 },
  ),
  mayIncludeTax: fc.boolean(),
  itemsOnly: fc.boolean(),
  undivided: fc.boolean(),
  approximateTime: fc.boolean(),
});

const snapshot = fc
  .record({
    updatedAt: moment,
    name: fc.constantFrom(null, '#1'),
    gross: money,
    discounts: fc.integer({ min: 0, max: 6000 }),
    shipping: fc.integer({ min: 0, max: 900 }),
    tax: fc.integer({ min: 0, max: 900 }),
    units: fc.integer({ min: 0, max: 4 }),
    lines: fc.constantFrom([], [aLine(), aLine({ id: '2', giftCard: true })]),
    codes: fc.constantFrom([], [{ code: 'SARAH15', amount: 1 }], [{ code: 'MIKE20', amount: null }]),
    clickId: fc.constantFrom(null, 'clk_a', 'clk_b'),
    customerKeys: fc.subarray(['k1', 'k2', 'k3']),
    payment: fc.constantFrom('paid', 'paid', 'pending', 'failed'),
    test: fc.constantFrom(false, false, false, true),
    draft: fc.constantFrom(false, false, false, true),
    cancelledAt: fc.option(moment, { freq: 4 }),
    pricesIncludeTax: fc.boolean(),
    refunds: fc.array(refund, { maxLength: 2 }),
    restored: fc.boolean(),
  })
  .map(aSnapshot);

const event: fc.Arbitrary<ReceivedOrderEvent['event']> = fc.oneof(
  { weight: 5, arbitrary: snapshot },
  { weight: 3, arbitrary: refund.map((one) => ({ type: 'refund' as const, refund: one })) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('cancellation' as const), cancelledAt: moment, revocable: fc.boolean() }),
  },
);

/** Distinct ids, except that now and then two tellings share one. */
const events = fc
  .array(fc.tuple(event, fc.integer({ min: 0, max: 12 }), moment), { maxLength: 9 })
  .map((all) => all.map(([one, id, receivedAt]) => anEvent(one, { id: `e${id}`, receivedAt })));

const NOTHING = { orders: 0, gross: 0, discounts: 0, refunds: 0, shipping: 0, tax: 0, units: 0 };

const asItStands = ({ current: { gross, discounts, refunds, shipping, tax }, units }: FoldedOrder) => ({
  ...{ orders: 1, units },
  ...{ gross, discounts, refunds, shipping, tax },
});

/** Sale + entries, and the order counted as one at its sale. */
const booked = ({ sale, entries }: FoldedOrder) => {
  const start = { ...NOTHING, orders: 1, ...sale };
  return entries.reduce(
    (sum, entry) => ({
      orders: sum.orders + entry.orders,
      gross: sum.gross + entry.gross,
      discounts: sum.discounts + entry.discounts,
      refunds: sum.refunds + entry.refunds,
      shipping: sum.shipping + entry.shipping,
      tax: sum.tax + entry.tax,
      units: sum.units + entry.units,
    }),
    start,
  );
};

describe('folding any events', () => {
  it('gives the same for every arrival order and any repetition', () => {
    const arrivals = events.chain((all) =>
      fc.tuple(
        fc.constant(all),
        fc.shuffledSubarray(all, { minLength: all.length }),
        fc.array(fc.nat({ max: Math.max(0, all.length - 1) }), { maxLength: 6 }),
      ),
    );
    fc.assert(
      fc.property(arrivals, ([all, shuffled, repeats]) => {
        const again = repeats.flatMap((index) => all[index] ?? []);
        const anyHow = [...again, ...shuffled, ...again];
        expect(foldOrder(anyHow)).toEqual(foldOrder(all));
        expect(orderHistory(anyHow)).toEqual(orderHistory(all));
      }),
      { numRuns: 500 },
    );
  });

  it('books a sale and entries that sum to the current figures, and to nothing once cancelled', () => {
    fc.assert(
      fc.property(events, (all) => {
        const order = foldOrder(all);
        if (order.sale === null) expect(order.entries).toEqual([]);
        else expect(booked(order)).toEqual(order.state === 'cancelled' ? NOTHING : asItStands(order));
      }),
      { numRuns: 1000 },
    );
  });

  it('counts exactly the paid orders and those cancelled after they were paid', () => {
    fc.assert(
      fc.property(events, (all) => {
        const order = foldOrder(all);
        if (order.state === 'paid') expect(order.sale).not.toBeNull();
        else if (order.state !== 'cancelled') expect(order.sale).toBeNull();
      }),
      { numRuns: 500 },
    );
  });

  it('never refunds more than gross less discounts, nor below nothing', () => {
    fc.assert(
      fc.property(events, (all) => {
        const { current, entries } = foldOrder(all);
        expect(current.refunds).toBeLessThanOrEqual(Math.max(0, current.gross - current.discounts));
        expect(Math.min(current.refunds, current.shipping, current.tax)).toBeGreaterThanOrEqual(0);
        expect(entries.every(({ excess }) => excess >= 0)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('only ever adds to what ties the order to a creator or a customer', () => {
    const additions = fc.tuple(events, events).map(([known, more]) => {
      const ids = new Set(known.map(({ id }) => id));
      return [known, [...known, ...more.filter(({ id }) => !ids.has(id))]] as const;
    });
    fc.assert(
      fc.property(additions, ([known, all]) => {
        const [before, after] = [foldOrder(known), foldOrder(all)];
        if (before.clickId !== null) expect(after.clickId).not.toBeNull();
        if (before.codes.length > 0) expect(after.codes.length).toBeGreaterThan(0);
        expect(after.customerKeys).toEqual(expect.arrayContaining([...before.customerKeys]));
      }),
      { numRuns: 500 },
    );
  });

  it('tells a history whose changes lead from nothing to the order as it stands', () => {
    fc.assert(
      fc.property(events, (all) => {
        const { state, current } = foldOrder(all);
        const history = orderHistory(all);
        const last = (field: string) =>
          history.flatMap(({ changes }) => changes).findLast((change) => change.field === field)?.to;
        expect(history).toHaveLength(new Set(all.map(({ id }) => id)).size);
        if (all.length > 0) expect(last('state')).toBe(state);
        expect(last('net') ?? 0).toBe(current.net);
      }),
    );
  });

  it('gives entries distinct ids', () => {
    fc.assert(
      fc.property(events, (all) => {
        const ids = foldOrder(all).entries.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });
});
