// Rows of a report: they add up in any order, and ratios are null where they would divide by nothing.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addSales,
  addTraffic,
  emptySales,
  emptyTraffic,
  ratios,
  type SalesFigures,
  type TrafficFigures,
} from '../../lib/domain/report-rows.ts';

const someSales = (over: Partial<SalesFigures> = {}): SalesFigures => ({ ...emptySales(), ...over });
const someTraffic = (over: Partial<TrafficFigures> = {}): TrafficFigures => ({ ...emptyTraffic(), ...over });

const count = fc.nat({ max: 1_000_000 });
// Restatements and reversals make money negative.
const money = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 });
const anySales: fc.Arbitrary<SalesFigures> = fc.record({
  orders: count,
  codeOnlyOrders: count,
  clickOrders: count,
  newCustomers: count,
  unknownCustomers: count,
  units: count,
  grossRevenue: money,
  discounts: money,
  refunds: money,
  netRevenue: money,
  renewalOrders: count,
  renewalNetRevenue: money,
});
const anyTraffic: fc.Arbitrary<TrafficFigures> = fc.record({
  clicks: count,
  uniqueClicks: count,
  excludedClicks: fc.record({
    bot: count,
    preview: count,
    prefetch: count,
    probe: count,
    duplicate: count,
    internal: count,
  }),
});

function itAddsUp<T extends object>(any: fc.Arbitrary<T>, add: (a: T, b: T) => T, empty: T, figures: (t: T) => object) {
  it('adds up in any order and grouping', () => {
    fc.assert(
      fc.property(any, any, any, (a, b, c) => {
        expect(add(a, b)).toEqual(add(b, a));
        expect(add(add(a, b), c)).toEqual(add(a, add(b, c)));
      }),
    );
  });

  it('has a zero that changes nothing', () => {
    fc.assert(
      fc.property(any, (a) => {
        expect(add(a, empty)).toEqual(a);
      }),
    );
  });

  it('adds each figure to its own kind and keeps integers', () => {
    fc.assert(
      fc.property(any, any, (a, b) => {
        const other = new Map(Object.entries(figures(b)));
        const sum = Object.entries(figures(add(a, b)));
        expect(sum.length).toBe(other.size);
        for (const [name, figure] of sum) {
          expect(Number.isInteger(figure)).toBe(true);
          expect(figure - other.get(name)).toBe(new Map(Object.entries(figures(a))).get(name));
        }
      }),
    );
  });

  it('leaves what it adds as it was', () => {
    fc.assert(
      fc.property(any, any, (a, b) => {
        const before = structuredClone([a, b]);
        add(a, b);
        expect([a, b]).toEqual(before);
      }),
    );
  });
}

describe('sales', () => itAddsUp(anySales, addSales, emptySales(), (sales) => sales));

describe('traffic', () =>
  itAddsUp(anyTraffic, addTraffic, emptyTraffic(), ({ excludedClicks, ...counts }) => ({
    ...counts,
    ...excludedClicks,
  })));

describe('ratios', () => {
  const sales = someSales({ orders: 4, clickOrders: 3, codeOnlyOrders: 1, netRevenue: 10_000 });
  const traffic = someTraffic({ clicks: 80, uniqueClicks: 60 });

  it('are net revenue by order, orders with a click by unique click, and net revenue by click', () => {
    expect(ratios(sales, traffic, true)).toEqual({ aov: 2_500, cvr: 0.05, revenuePerClick: 125 });
  });

  it('leave out what divides by clicks in rows without traffic', () => {
    expect(ratios(sales, traffic, false)).toEqual({ aov: 2_500, cvr: null, revenuePerClick: null });
  });

  it('are null where the divisor is 0', () => {
    expect(ratios(emptySales(), emptyTraffic(), true)).toEqual({ aov: null, cvr: null, revenuePerClick: null });
  });

  it('are 0, not null, where only the dividend is 0', () => {
    expect(ratios(someSales({ orders: 1 }), traffic, true)).toEqual({ aov: 0, cvr: 0, revenuePerClick: 0 });
  });
});
