// Whatever dimension a day is told apart by, it comes to the same money, on both bases, to the last unit.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CreditedOrder } from '../../lib/domain/credited-order.ts';
import { createDayRows } from '../../lib/domain/day-rows.ts';
import type { OrderLine, OrderSnapshot, ReceivedOrderEvent } from '../../lib/domain/orders/events.ts';
import { type FoldedOrder, foldOrder } from '../../lib/domain/orders/fold.ts';
import { byTime, lineGross } from '../../lib/domain/orders/ledger.ts';
import { addSales, emptySales, type SalesFigures } from '../../lib/domain/report-rows.ts';
import type { ComputedDay, Family, NarrowRow } from '../../lib/domain/rollup.ts';
import { aDispute, aLine, anEvent, aRefund, aSnapshot, PLACED_AT } from '../support/payloads/order-events.ts';

const DAY_MS = 86_400_000;
const DAYS = 5;
const FAMILIES = ['order', 'sku', 'product', 'collection'] as const;
const BASES = ['booked', 'settled'] as const;
const OWNER: CreditedOrder['owner'] = {
  ...{ creatorId: 'crt_a', campaignId: 'cmp_a', linkId: 'lnk_a', codeId: null },
  ...{ clickCampaignId: 'cmp_a', instrument: 'click', clickId: 'clk_1' },
};

const day = fc.integer({ min: 0, max: DAYS - 1 });
const money = fc.integer({ min: 0, max: 9_999 });
const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);
const rarely = <T>(usual: T, rare: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: rare });

const line = fc
  .record({
    quantity: fc.integer({ min: 0, max: 3 }),
    price: money,
    discount: fc.integer({ min: 0, max: 900 }),
    sku: fc.constantFrom('A', 'B', null),
    productId: fc.constantFrom('p1', 'p2'),
    collections: fc.subarray(['summer', 'sale']),
    giftCard: rarely(false, fc.constant(true)),
  })
  .map(aLine);
const lines = fc.array(line, { maxLength: 3 }).map((all) => all.map((one, i) => ({ ...one, id: String(i + 1) })));

/** Amounts as the lines say, but for what a shop may take off or add to the order as a whole. */
const figuresOf = (all: readonly OrderLine[], extra: number): Partial<OrderSnapshot> => {
  const sold = all.filter(({ giftCard }) => !giftCard);
  const gross = sum(sold.map(lineGross)) + extra;
  return { gross, discounts: Math.min(gross, sum(sold.map(({ discount }) => discount)) + Math.floor(extra / 3)) };
};

const at = (onDay: number, second: number) => PLACED_AT + onDay * DAY_MS + second * 1000;

interface Told {
  readonly placedOn: number;
  readonly events: readonly ReceivedOrderEvent['event'][];
}

const told: fc.Arbitrary<Told> = fc
  .record({
    placedOn: day,
    tellings: fc.array(fc.record({ lines, extra: rarely(0, money), units: fc.nat({ max: 6 }), day }), {
      minLength: 1,
      maxLength: 3,
    }),
    refunds: fc.array(fc.record({ lineId: fc.constantFrom('1', '2', '9', null), items: money, day }), { maxLength: 3 }),
    dispute: rarely(null, fc.record({ amount: money, day, reversed: fc.boolean() })),
    cancelledOn: rarely(null, day),
    kind: rarely('sale', fc.constantFrom('renewal', 'exchange', 'gift')),
    country: fc.constantFrom('DE', 'US', ''),
  })
  .map(({ placedOn, tellings, refunds, dispute, cancelledOn, kind, country }) => {
    const snapshots = tellings.map(({ lines: of, extra, units, day: onDay }, i) =>
      aSnapshot({
        ...{ placedAt: at(placedOn, 0), updatedAt: i === 0 ? at(placedOn, 0) : at(placedOn + onDay, i) },
        ...{ lines: of, units, kind: kind as OrderSnapshot['kind'], ...(country && { country }) },
        ...figuresOf(of, extra),
      }),
    );
    const back = refunds.map(({ lineId, items, day: onDay }, i) =>
      aRefund({
        ...{ id: `r${i}`, items, tax: 0, refundedAt: at(placedOn + onDay, 10 + i) },
        lines: lineId === null ? [] : [{ lineId, quantity: 1, amount: items, tax: 0 }],
      }),
    );
    const opened = dispute && at(placedOn + dispute.day, 20);
    return {
      placedOn,
      events: [
        ...snapshots,
        ...back.map((refund) => ({ type: 'refund' as const, refund })),
        ...(dispute && opened
          ? [
              {
                ...{ type: 'dispute' as const, toldAt: opened },
                dispute: aDispute({
                  ...{ openedAt: opened, amount: dispute.amount, reversedAt: dispute.reversed ? opened + 1000 : null },
                }),
              },
            ]
          : []),
        ...(cancelledOn === null
          ? []
          : [{ type: 'cancellation' as const, cancelledAt: at(placedOn + cancelledOn, 15) }]),
      ],
    };
  });

const MONEY = ['gross', 'discounts', 'refunds', 'shipping', 'tax'] as const;
type Money = Record<(typeof MONEY)[number], number>;

/** As a rate converts an order: what it came to after each happening, so that the differences are its entries. */
const converted = ({ entries, ...order }: FoldedOrder, rate: number): FoldedOrder => {
  const at = (amounts: Money): Money =>
    Object.fromEntries(MONEY.map((name) => [name, Math.round(amounts[name] * rate)])) as Money;
  let own: Money = { refunds: 0, ...(order.sale ?? order.current) };
  const { refunds: _refunds, ...sale } = at(own);
  const all = entries.toSorted(byTime).map((entry) => {
    const before = at(own);
    own = Object.fromEntries(MONEY.map((name) => [name, own[name] + entry[name]])) as Money;
    const after = at(own);
    const change = Object.fromEntries(MONEY.map((name) => [name, after[name] - before[name]]));
    const lines = entry.lines?.map((line) => {
      const { gross = 0, discounts = 0, refunds = 0 } = line;
      const { shipping: _shipping, tax: _tax, ...money } = at({ gross, discounts, refunds, shipping: 0, tax: 0 });
      return { ...line, ...money };
    });
    return { ...entry, ...change, ...(lines && { lines }) };
  });
  const booked = at(order.current);
  const net = booked.gross - booked.discounts - booked.refunds;
  return {
    ...order,
    booked: { ...booked, net },
    sale: order.sale && { ...order.sale, ...sale },
    entries: all,
  };
};

interface Placed {
  readonly placedOn: number;
  readonly order: CreditedOrder;
}

const placed = fc
  .tuple(
    told,
    fc.constantFrom<CreditedOrder['owner']>(OWNER, null),
    fc.constantFrom('new', 'returning', 'unknown'),
    rarely(1, fc.constantFrom(0.0066, 0.8731, 151.3)),
  )
  .map(([{ placedOn, events }, owner, customer, rate]): Placed => {
    const folded = foldOrder(events.map((event) => anEvent(event)));
    const { entries, ...fold } = rate === 1 ? folded : converted(folded, rate);
    const about = { orderId: 'ord_1', storeId: 'sto_1', conflict: false, reason: null, selfPurchase: false } as const;
    return { placedOn, order: { ...about, fold, entries, owner, customer: customer as CreditedOrder['customer'] } };
  });

type Day = Omit<ComputedDay, 'credits'>;

const daysOf = (orders: readonly Placed[]): Day[] =>
  Array.from({ length: 2 * DAYS }, (_, onDay) => {
    const rows = createDayRows();
    for (const { placedOn, order } of orders) {
      if (placedOn === onDay) rows.addPlaced(order);
      for (const entry of order.entries) {
        if (Math.floor((entry.at - PLACED_AT) / DAY_MS) === onDay) rows.addEntry(order, entry);
      }
    }
    return rows.done();
  });

type Row = Pick<NarrowRow, 'creatorId' | 'booked' | 'settled'>;

const totalOf = (rows: readonly Row[], basis: 'booked' | 'settled'): SalesFigures =>
  rows.reduce((total, row) => addSales(total, row[basis] ?? emptySales()), emptySales());

/** Without what is counted once for each thing in an order. */
const moneyOf = (sales: SalesFigures) => {
  const { units, grossRevenue, discounts, refunds, netRevenue, renewalNetRevenue } = sales;
  return { units, grossRevenue, discounts, refunds, netRevenue, renewalNetRevenue };
};

const orders = fc.array(placed, { minLength: 1, maxLength: 5 });

const byKey = (days: readonly Day[], family: Family, basis: 'booked' | 'settled') => {
  const sums = new Map<string, SalesFigures>();
  for (const row of days.flatMap(({ narrow }) => narrow[family])) {
    const { booked: _booked, settled: _settled, title: _title, ...key } = row;
    const text = JSON.stringify(key);
    sums.set(text, addSales(sums.get(text) ?? emptySales(), row[basis] ?? emptySales()));
  }
  return new Map([...sums].filter(([, sales]) => Object.values(sales).some((figure) => figure !== 0)));
};

describe('narrow rows', () => {
  it('of orders, SKUs and products come to what the rows by link and code do, every day and on both bases', () => {
    fc.assert(
      fc.property(orders, (all) => {
        for (const { rows, narrow, stores } of daysOf(all)) {
          for (const basis of BASES) {
            const main = totalOf(rows, basis);
            expect(totalOf(narrow.order, basis)).toEqual(main);
            expect(main.netRevenue).toBe(sum(stores.map((store) => store[`${basis}NetRevenue`])));
            for (const family of ['order', 'sku', 'product'] as const) {
              for (const credited of [true, false]) {
                const ofThem = (row: Row) => (row.creatorId !== null) === credited;
                const wanted = moneyOf(totalOf(rows.filter(ofThem), basis));
                expect(moneyOf(totalOf(narrow[family].filter(ofThem), basis))).toEqual(wanted);
              }
            }
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  it('settle, all days together, what they book of orders that are not cancelled, and nothing of those that are', () => {
    fc.assert(
      fc.property(orders, (all) => {
        const days = daysOf(all);
        for (const family of FAMILIES) {
          expect(byKey(days, family, 'settled')).toEqual(byKey(days, family, 'booked'));
        }
      }),
      { numRuns: 400 },
    );
  });

  it('hold of a collection what its lines were sold for, and each order once, however many lines of it there are', () => {
    fc.assert(
      fc.property(orders, (all) => {
        const own = all.filter(({ order: { fold } }) => fold.booked === undefined);
        const paid = own.filter(({ order: { fold } }) => fold.state === 'paid' && fold.kind === 'sale');
        for (const collection of ['summer', 'sale']) {
          const rows = daysOf(own).flatMap(({ narrow }) => narrow.collection.filter((row) => row.line === collection));
          const { grossRevenue, orders: count } = totalOf(rows, 'booked');
          const lineSets = paid.map(({ order }) =>
            order.fold.lines.filter((one) => !one.giftCard && one.collections.includes(collection)),
          );
          const kinds = own.filter(({ order: { fold } }) => fold.state === 'paid' && fold.kind === 'exchange');
          const exchanged = kinds.flatMap(({ order }) =>
            order.fold.lines.filter((one) => !one.giftCard && one.collections.includes(collection)),
          );
          expect(grossRevenue).toBe(sum([...lineSets.flat(), ...exchanged].map(lineGross)));
          const holds = (set: readonly OrderLine[]) =>
            ['quantity', 'discount'].some((f) => sum(set.map((one) => one[f as 'quantity' | 'discount'])) !== 0) ||
            sum(set.map(lineGross)) !== 0;
          expect(count).toBe(lineSets.filter(holds).length);
        }
      }),
      { numRuns: 400 },
    );
  });
});

const credited = (events: readonly ReceivedOrderEvent['event'][], over: Partial<CreditedOrder> = {}): CreditedOrder => {
  const { entries, ...fold } = foldOrder(events.map((event) => anEvent(event)));
  const about = {
    orderId: 'ord_1',
    storeId: 'sto_1',
    conflict: false,
    reason: null,
    selfPurchase: false,
    owner: null,
  } as const;
  return { ...about, fold, entries, customer: 'returning', ...over };
};

const rowsOf = (order: CreditedOrder, family: Family) => {
  const rows = createDayRows();
  rows.addPlaced(order);
  for (const entry of order.entries) rows.addEntry(order, entry);
  return rows.done().narrow[family];
};

const [A, B] = [aLine({ id: '1', sku: 'A', discount: 0 }), aLine({ id: '2', sku: 'B', price: 1000, discount: 0 })];
const figures = (row: NarrowRow) => [row.line, row.booked?.orders ?? 0, row.booked?.netRevenue ?? 0];
const settled = (row: NarrowRow) => [row.line, row.settled?.orders ?? 0, row.settled?.netRevenue ?? 0];

describe('an order', () => {
  it('is one of each SKU in it, and what belongs to none is in the row of none', () => {
    const snapshot = aSnapshot({ lines: [A, { ...A, id: '3' }, B], gross: 26_000, discounts: 500, units: 6 });
    expect(rowsOf(credited([snapshot]), 'sku').map(figures)).toEqual([
      ['A', 1, 24_000],
      ['B', 1, 2_000],
      [null, 1, -500],
    ]);
  });

  it('sold for nothing but gift cards is one of no SKU', () => {
    const lines = [aLine({ giftCard: true })];
    const rows = rowsOf(credited([aSnapshot({ lines, gross: 0, discounts: 0, units: 0 })]), 'sku');
    expect(rows.map(figures)).toEqual([[null, 1, 0]]);
  });

  it('that lost a line by an edit sold it on the day it was placed, and takes it back on the other', () => {
    const before = aSnapshot({ lines: [A, B], gross: 14_000, discounts: 0, units: 4 });
    const after = { ...before, lines: [A], gross: 12_000, units: 2, updatedAt: before.updatedAt + 1000 };
    const order = credited([before, after]);
    expect(rowsOf(order, 'sku').map(figures)).toEqual([
      ['A', 1, 12_000],
      ['B', 0, 0],
    ]);
    const rows = createDayRows();
    rows.addPlaced(order);
    expect(rows.done().narrow.sku.map(settled)).toEqual([
      ['A', 1, 12_000],
      ['B', 1, 2_000],
    ]);
  });

  it('in another currency is divided so that its lines come to what it was converted to', () => {
    const lines = [1, 2, 3].map((id) => aLine({ id: String(id), sku: `S${id}`, quantity: 1, price: 100, discount: 0 }));
    const order = credited([aSnapshot({ lines, gross: 300, discounts: 0, units: 3 })]);
    const booked = { ...order.fold.current, gross: 100, discounts: 0, net: 100 };
    const sale = { ...order.fold.sale, gross: 100, discounts: 0 } as NonNullable<typeof order.fold.sale>;
    const rows = rowsOf({ ...order, fold: { ...order.fold, booked, sale } }, 'sku');
    expect(rows.map(figures)).toEqual([
      ['S1', 1, 34],
      ['S2', 1, 33],
      ['S3', 1, 33],
    ]);
  });

  it('names its products as it calls them', () => {
    const rows = rowsOf(credited([aSnapshot()]), 'product');
    expect(rows.map(({ line, title }) => [line, title])).toEqual([['p1', 'Protein']]);
    expect(rowsOf(credited([aSnapshot()]), 'sku').map(({ title }) => title)).toEqual([undefined]);
  });
});

describe('an exchange', () => {
  const order = (kind: OrderSnapshot['kind']) => credited([aSnapshot({ kind })], { owner: OWNER, customer: 'unknown' });
  const done = (kind: OrderSnapshot['kind']) => {
    const rows = createDayRows();
    rows.addPlaced(order(kind));
    return rows.done();
  };

  it('brings money and units, and is no order, no click’s and nobody’s first', () => {
    const { rows, stores, narrow } = done('exchange');
    for (const row of [rows[0], narrow.order[0]]) {
      const none = { orders: 0, codeOnlyOrders: 0, clickOrders: 0, newCustomers: 0, unknownCustomers: 0 };
      expect(row?.booked).toMatchObject({ ...none, units: 2, grossRevenue: 12_000, netRevenue: 10_000 });
    }
    expect(stores).toMatchObject([{ bookedNetRevenue: 10_000, bookedOrders: 0, conflicts: 0 }]);
    expect(stores[0]?.booked).toEqual({ exchangeOrders: 1, exchangeNetRevenue: 10_000, shipping: 600, tax: 400 });
  });

  it('is told from a sale, a renewal and a gift in the store’s own totals', () => {
    expect(done('sale').stores[0]?.booked).toEqual({ shipping: 600, tax: 400 });
    expect(done('renewal').stores).toMatchObject([
      { bookedNetRevenue: 0, booked: { renewalOrders: 1, renewalNetRevenue: 10_000 } },
    ]);
    expect(done('gift').stores).toMatchObject([{ bookedOrders: 0, booked: { giftOrders: 1 } }]);
  });
});

describe('a store’s totals', () => {
  const partsOf = (over: Partial<OrderSnapshot>, state?: CreditedOrder['fold']['state']) => {
    const order = credited([aSnapshot(over)]);
    const rows = createDayRows();
    rows.addPlaced(state ? { ...order, fold: { ...order.fold, state, sale: null } } : order);
    for (const entry of order.entries) rows.addEntry(order, entry);
    return rows.done().stores[0];
  };

  it('count tests, cancellations and orders without a rate, which are in no net revenue', () => {
    expect(partsOf({ test: true })).toMatchObject({ bookedNetRevenue: 0, booked: { testOrders: 1 } });
    expect(partsOf({}, 'fx_missing')).toMatchObject({ bookedNetRevenue: 0, booked: { fxMissingOrders: 1 } });
    const cancelled = partsOf({ cancelledAt: PLACED_AT + 1 });
    expect(cancelled).toMatchObject({ bookedOrders: 0, booked: { cancelledOrders: 1 }, settledNetRevenue: 0 });
    // What came and went on one day came to nothing.
    expect(cancelled?.settled).toBeUndefined();
  });

  it('hold what gift cards were sold for, less discounts', () => {
    const lines = [A, aLine({ id: '2', giftCard: true, price: 5_000, quantity: 1, discount: 500 })];
    expect(partsOf({ lines, shipping: 0, tax: 0 })?.booked).toEqual({ giftCardsSold: 4_500 });
  });
});
