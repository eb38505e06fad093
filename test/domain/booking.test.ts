// Orders of another currency in the merchant's: sums that agree whatever the rate and however often the order changed.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Conversion, convertBy, rateText } from '../../lib/domain/fx.ts';
import { bookedOf, bookOrder } from '../../lib/domain/orders/booking.ts';
import type { OrderSnapshot, Refund } from '../../lib/domain/orders/events.ts';
import { type FoldedOrder, foldOrder } from '../../lib/domain/orders/fold.ts';
import { aDispute, aLine, anEvent, aRefund, aSnapshot, PLACED_AT } from '../support/payloads/order-events.ts';

const by = (rate: string, over: Partial<Conversion> = {}): Conversion => ({
  ...{ rate, base: 'EUR', quote: 'USD', on: '2026-11-20', source: 'ECB' },
  ...over,
});

const booked = (folded: FoldedOrder, conversion: Conversion): FoldedOrder => {
  const order = bookOrder(folded, conversion);
  if (!order) throw new Error('not exact');
  return order;
};

const FIELDS = ['gross', 'discounts', 'refunds', 'shipping', 'tax'] as const;

/** What sale and entries come to. */
const ledgerSum = ({ sale, entries }: FoldedOrder) => {
  const of = (field: (typeof FIELDS)[number]) =>
    (field === 'refunds' ? 0 : (sale?.[field] ?? 0)) + entries.reduce((total, entry) => total + entry[field], 0);
  return Object.fromEntries(FIELDS.map((field) => [field, of(field)]));
};

describe('an order booked in another currency', () => {
  it('keeps its own figures and lines, and has those of the merchant beside them', () => {
    const order = booked(foldOrder([anEvent(aSnapshot({ currency: 'EUR' }))]), by('1.0837'));
    expect(order).toMatchObject({
      currency: 'EUR',
      current: { gross: 12_000, discounts: 2_000, net: 10_000 },
      // 130.044, 108.37, 6.5022, 4.3348
      booked: { gross: 13_004, discounts: 2_167, refunds: 0, net: 10_837, shipping: 650, tax: 433 },
      sale: { gross: 13_004, discounts: 2_167, shipping: 650, tax: 433, units: 2 },
      entries: [],
      fx: by('1.0837'),
    });
    expect(order.lines).toEqual([aLine()]);
    expect(bookedOf(order).net).toBe(10_837);
  });

  it('given back whole is left with nothing, though each part by itself would leave a cent', () => {
    const refund = aRefund({ items: 10_200, tax: 400, shipping: 600, lines: [] });
    const folded = foldOrder([anEvent(aSnapshot({ discounts: 1_800 })), anEvent({ type: 'refund', refund })]);
    // 13,004.4 - 1,950.66 - 11,053.74: rounded by themselves 13,004 - 1,951 - 11,054 = -1.
    const order = booked(folded, by('1.0837'));
    expect(bookedOf(order)).toMatchObject({ net: 0, shipping: 0, tax: 0, refunds: 11_054 });
    expect(ledgerSum(order)).toMatchObject({ gross: 13_004, discounts: 1_950, refunds: 11_054 });
  });

  it('has a chargeback and its reversal cancel each other', () => {
    const dispute = aDispute({ reversedAt: PLACED_AT + 9_000 });
    const order = booked(
      foldOrder([anEvent(aSnapshot()), anEvent({ type: 'dispute', toldAt: PLACED_AT + 9_000, dispute })]),
      by('0.0065', { shift: 1 }),
    );
    const [taken, back] = order.entries;
    expect(taken?.refunds).toBeGreaterThan(0);
    expect([(taken?.refunds ?? 0) + (back?.refunds ?? 1), (taken?.excess ?? 0) + (back?.excess ?? 1)]).toEqual([0, 0]);
  });

  it('has lines of an entry that sum to it where they did before, the odd cent with the largest', () => {
    const lines = [1, 2, 3].map((id) => aLine({ id: String(id), quantity: 1, price: 333 + id, discount: 0 }));
    const before = aSnapshot({ lines, gross: 1_005, discounts: 0 });
    const grown = lines.map((line) => ({ ...line, quantity: 2 }));
    const after = aSnapshot({ lines: grown, gross: 2_010, discounts: 0, updatedAt: PLACED_AT + 1 });
    const [edit] = booked(foldOrder([anEvent(before), anEvent(after)]), by('0.333')).entries;
    // 1,005 x 0.333 is 334.665 and 2,010 x 0.333 is 669.33.
    expect(edit?.gross).toBe(669 - 335);
    expect(edit?.lines?.reduce((total, line) => total + (line.gross ?? 0), 0)).toBe(edit?.gross);
    expect(edit?.lines?.map(({ units }) => units)).toEqual([1, 1, 1]);
  });

  it('is not booked where an amount would not be exact', () => {
    expect(bookOrder(foldOrder([anEvent(aSnapshot())]), by('99999999999999999999'))).toBeUndefined();
  });

  it('that does not count stays as it is', () => {
    const pending = foldOrder([anEvent(aSnapshot({ payment: 'pending' }))]);
    expect(bookOrder(pending, by('2'))).toBe(pending);
  });
});

const moment = fc.integer({ min: 1, max: 6 });
const money = fc.integer({ min: 0, max: 20_000 });

const refund: fc.Arbitrary<Refund> = fc
  .record({
    id: fc.constantFrom('r1', 'r2', 'r3'),
    refundedAt: moment,
    items: money,
    shipping: fc.integer({ min: 0, max: 800 }),
    tax: fc.integer({ min: 0, max: 800 }),
    undivided: fc.boolean(),
  })
  .map((over) => aRefund({ ...over, lines: [{ lineId: '1', quantity: 1, amount: over.items, tax: 0 }] }));

const snapshot: fc.Arbitrary<OrderSnapshot> = fc
  .record({
    updatedAt: moment,
    gross: money,
    discounts: fc.integer({ min: 0, max: 6_000 }),
    shipping: fc.integer({ min: 0, max: 900 }),
    tax: fc.integer({ min: 0, max: 900 }),
    units: fc.integer({ min: 0, max: 4 }),
    lines: fc.constantFrom([], [aLine()], [aLine({ quantity: 1 }), aLine({ id: '2', price: 777 })]),
    cancelledAt: fc.option(moment, { freq: 4 }),
  })
  .map(aSnapshot);

const order = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: snapshot },
      { weight: 3, arbitrary: refund.map((one) => ({ type: 'refund' as const, refund: one })) },
      {
        weight: 1,
        arbitrary: fc
          .record({ id: fc.constant('d1'), openedAt: moment, amount: money, reversedAt: fc.option(moment) })
          .map((dispute) => ({ type: 'dispute' as const, toldAt: 6, dispute })),
      },
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((told) => foldOrder(told.map((event) => anEvent(event))));

const rate = fc
  .tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 1, max: 999_999 }))
  .map(([whole, fraction]) => rateText(`${whole}.${String(fraction).padStart(6, '0')}`) ?? '1');

/** Between currencies without, with two and with three decimals. */
const conversion = fc
  .tuple(rate, fc.constantFrom(0, 2, 3), fc.constantFrom(0, 2, 3))
  .map(([text, from, to]) => by(text, to === from ? {} : { shift: to - from }));

describe('for any order, any rate and any exponents', () => {
  it('sale and entries are the booked figures, or nothing once it is cancelled', () => {
    fc.assert(
      fc.property(order, conversion, (folded, fx) => {
        const done = booked(folded, fx);
        if (done.sale === null) return;
        const { gross, discounts, refunds, shipping, tax, net } = bookedOf(done);
        const standing = { gross, discounts, refunds, shipping, tax };
        const nothing = { gross: 0, discounts: 0, refunds: 0, shipping: 0, tax: 0 };
        expect(ledgerSum(done)).toEqual(done.state === 'cancelled' ? nothing : standing);
        expect(net).toBe(gross - discounts - refunds);
        expect(net).toBe(convertBy(fx, folded.current.net));
        expect(gross).toBe(convertBy(fx, folded.current.gross));
      }),
    );
  });

  it('each running total is the own running total converted, so no cent piles up', () => {
    fc.assert(
      fc.property(order, conversion, (folded, fx) => {
        const done = booked(folded, fx);
        if (folded.sale === null || done.sale === null) return;
        const net = ({ gross, discounts, refunds = 0 }: { gross: number; discounts: number; refunds?: number }) =>
          gross - discounts - refunds;
        let [own, converted] = [net(folded.sale), net(done.sale)];
        for (const [i, entry] of folded.entries.entries()) {
          own += net(entry);
          converted += net(done.entries[i] ?? entry);
          expect(converted).toBe(convertBy(fx, own));
        }
      }),
    );
  });

  it('lines that summed to their entry still do', () => {
    fc.assert(
      fc.property(order, conversion, (folded, fx) => {
        const done = booked(folded, fx);
        for (const [i, { lines, ...entry }] of folded.entries.entries()) {
          const after = done.entries[i];
          for (const field of ['gross', 'discounts', 'refunds'] as const) {
            const of = (some: typeof lines) => (some ?? []).reduce((total, line) => total + (line[field] ?? 0), 0);
            const told = lines?.some((line) => line[field] !== undefined);
            if (told && of(lines) === entry[field]) expect(of(after?.lines)).toBe(after?.[field]);
          }
        }
      }),
    );
  });

  it('at the rate one nothing changes', () => {
    fc.assert(
      fc.property(order, (folded) => {
        const { fx: _fx, booked: figures, ...rest } = booked(folded, by('1.0000'));
        expect(rest).toEqual(folded);
        const { charged: _charged, ...current } = folded.current;
        if (folded.sale) expect(figures).toEqual(current);
      }),
    );
  });
});
