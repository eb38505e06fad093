// What holds for any set of order events, in any order and any repetition.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReceivedOrderEvent, Refund } from '../../lib/domain/orders/events.ts';
import { type FoldedOrder, foldOrder, orderHistory } from '../../lib/domain/orders/fold.ts';
import { lineGross } from '../../lib/domain/orders/ledger.ts';
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

/** All that went back of a payment so far: a total names itself, as its events do. */
const runningTotal: fc.Arbitrary<Refund> = fc
  .record({ refundedAt: moment, total: fc.integer({ min: 1, max: 15_000 }), charge: fc.constantFrom('c1', 'c2') })
  .map(({ refundedAt, total, charge }) => ({
    id: `${charge}:${total}`,
    refundedAt,
    items: total,
    shipping: 0,
    tax: 0,
    lines: [],
    undivided: true,
    runningTotalOf: charge,
  }));

const dispute = fc.record({
  id: fc.constantFrom('d1', 'd2'),
  openedAt: moment,
  amount: money,
  reversedAt: fc.option(moment),
});

const lines = fc.uniqueArray(
  fc
    .record({
      id: fc.constantFrom('1', '2', '3'),
      quantity: fc.integer({ min: 0, max: 3 }),
      price: fc.integer({ min: 0, max: 5000 }),
      discount: fc.integer({ min: 0, max: 900 }),
      giftCard: fc.constantFrom(false, false, false, true),
    })
    .map(aLine),
  { selector: ({ id }) => id, maxLength: 3 },
);

const snapshot = fc
  .record({
    updatedAt: moment,
    name: fc.constantFrom(null, '#1'),
    gross: money,
    discounts: fc.integer({ min: 0, max: 6000 }),
    shipping: fc.integer({ min: 0, max: 900 }),
    tax: fc.integer({ min: 0, max: 900 }),
    units: fc.integer({ min: 0, max: 4 }),
    lines,
    codes: fc.constantFrom([], [{ code: 'SARAH15', amount: 1 }], [{ code: 'MIKE20', amount: null }]),
    clickId: fc.constantFrom(null, 'clk_a', 'clk_b'),
    customerKeys: fc.subarray(['k1', 'k2', 'k3']),
    payment: fc.constantFrom('paid', 'paid', 'pending', 'failed'),
    test: fc.constantFrom(false, false, false, true),
    draft: fc.constantFrom(false, false, false, true),
    cancelledAt: fc.option(moment, { freq: 4 }),
    pricesIncludeTax: fc.boolean(),
    exchanges: fc.constantFrom(0, 0, 1, 2),
    refunds: fc.array(refund, { maxLength: 2 }),
    restored: fc.boolean(),
  })
  .map(aSnapshot);

const event: fc.Arbitrary<ReceivedOrderEvent['event']> = fc.oneof(
  { weight: 5, arbitrary: snapshot },
  { weight: 3, arbitrary: fc.oneof(refund, runningTotal).map((one) => ({ type: 'refund' as const, refund: one })) },
  {
    weight: 2,
    arbitrary: fc.tuple(dispute, moment).map(([one, toldAt]) => ({ type: 'dispute' as const, toldAt, dispute: one })),
  },
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
        expect(entries.reduce((sum, { excess }) => sum + excess, 0)).toBeGreaterThanOrEqual(0);
        // Too much no more, or given back: only at a moment at which a bank gave something back.
        const reversed = new Set(entries.flatMap(({ type, at }) => (type === 'chargeback_reversal' ? [at] : [])));
        expect(entries.every(({ at, excess }) => excess >= 0 || reversed.has(at))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('counts a dispute that the shop won as one that never was', () => {
    const disputed = (all: readonly ReceivedOrderEvent[], taken: boolean) =>
      all.map((told): ReceivedOrderEvent => {
        if (told.event.type !== 'dispute') return told;
        const { openedAt, amount } = told.event.dispute;
        const dispute = { id: 'won', openedAt, amount: taken ? amount : 0, reversedAt: openedAt + 50 };
        return { ...told, event: { ...told.event, dispute } };
      });
    fc.assert(
      fc.property(events, (all) => {
        const [won, never] = [foldOrder(disputed(all, true)), foldOrder(disputed(all, false))];
        expect(won.current).toEqual(never.current);
        expect(won.chargebacks).toBeUndefined();
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

  it('says line by line what leads from the lines sold to the lines as they stand', () => {
    const sold = (order: FoldedOrder, lineId: string) => {
      const line = order.lines.find(({ id, giftCard }) => id === lineId && !giftCard);
      return order.entries
        .filter(({ type }) => type === 'edit' || type === 'exchange')
        .flatMap((entry) => entry.lines ?? [])
        .filter((change) => change.lineId === lineId)
        .reduce((gross, change) => gross - (change.gross ?? 0), line ? lineGross(line) : 0);
    };
    const withLines = snapshot.filter((one) => one.lines.length > 0 && one.lines.every(({ giftCard }) => !giftCard));
    const orders = fc.array(withLines, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(orders, (snapshots) => {
        const paid = snapshots.map((one, index) => ({ ...one, payment: 'paid' as const, updatedAt: index + 1 }));
        const order = foldOrder(paid.map((one) => anEvent({ ...one, test: false, draft: false })));
        for (const line of paid[0]?.lines ?? []) expect(sold(order, line.id)).toBe(lineGross(line));
      }),
      { numRuns: 300 },
    );
  });

  it('never takes back of the lines more than an entry takes back of the items', () => {
    fc.assert(
      fc.property(events, (all) => {
        for (const { type, refunds, lines: changes = [] } of foldOrder(all).entries) {
          const byLine = changes.reduce((sum, change) => sum + (change.refunds ?? 0), 0);
          if (type === 'refund') expect(byLine).toBeLessThanOrEqual(refunds);
        }
      }),
      { numRuns: 500 },
    );
  });
});
