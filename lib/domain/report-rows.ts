// The figures of a report's row: how rows of days, links and stores add up, and the ratios read off the sums.
import type { HitKind } from './clicks/classify.ts';

/** What sold. Money is in minor units of the merchant's currency; counts are fractional under multi-touch models. */
export interface SalesFigures {
  readonly orders: number;
  /** Orders credited through a code, with no click of the row. */
  readonly codeOnlyOrders: number;
  /** Orders that carry a click of the row. */
  readonly clickOrders: number;
  readonly newCustomers: number;
  /** Customers whose history reaches back further than our record. */
  readonly unknownCustomers: number;
  readonly units: number;
  readonly grossRevenue: number;
  /** Positive: what discounts took off. */
  readonly discounts: number;
  /** Positive: refunds of items. */
  readonly refunds: number;
  readonly netRevenue: number;
  /** Renewals are in none of the figures above. */
  readonly renewalOrders: number;
  readonly renewalNetRevenue: number;
}

/** Hits that are no clicks, by what they were. */
type ExcludedClicks = Readonly<Record<Exclude<HitKind, 'human'>, number>>;

/** What was clicked. `uniqueClicks` counts distinct (visitor, link, day), so it adds up over links and days. */
export interface TrafficFigures {
  readonly clicks: number;
  readonly uniqueClicks: number;
  readonly excludedClicks: ExcludedClicks;
}

/** The row of which nothing is known to have sold: the zero of `addSales`. */
export function emptySales(): SalesFigures {
  return {
    orders: 0,
    codeOnlyOrders: 0,
    clickOrders: 0,
    newCustomers: 0,
    unknownCustomers: 0,
    units: 0,
    grossRevenue: 0,
    discounts: 0,
    refunds: 0,
    netRevenue: 0,
    renewalOrders: 0,
    renewalNetRevenue: 0,
  };
}

/** Two rows' sales as one; neither is changed. */
export function addSales(a: SalesFigures, b: SalesFigures): SalesFigures {
  return {
    orders: a.orders + b.orders,
    codeOnlyOrders: a.codeOnlyOrders + b.codeOnlyOrders,
    clickOrders: a.clickOrders + b.clickOrders,
    newCustomers: a.newCustomers + b.newCustomers,
    unknownCustomers: a.unknownCustomers + b.unknownCustomers,
    units: a.units + b.units,
    grossRevenue: a.grossRevenue + b.grossRevenue,
    discounts: a.discounts + b.discounts,
    refunds: a.refunds + b.refunds,
    netRevenue: a.netRevenue + b.netRevenue,
    renewalOrders: a.renewalOrders + b.renewalOrders,
    renewalNetRevenue: a.renewalNetRevenue + b.renewalNetRevenue,
  };
}

/** The row nobody hit: the zero of `addTraffic`. */
export function emptyTraffic(): TrafficFigures {
  return {
    clicks: 0,
    uniqueClicks: 0,
    excludedClicks: { bot: 0, preview: 0, prefetch: 0, probe: 0, duplicate: 0, internal: 0 },
  };
}

/** Two rows' traffic as one; neither is changed. Exact only while no (visitor, link, day) is in both. */
export function addTraffic(a: TrafficFigures, b: TrafficFigures): TrafficFigures {
  const x = a.excludedClicks;
  const y = b.excludedClicks;
  return {
    clicks: a.clicks + b.clicks,
    uniqueClicks: a.uniqueClicks + b.uniqueClicks,
    excludedClicks: {
      bot: x.bot + y.bot,
      preview: x.preview + y.preview,
      prefetch: x.prefetch + y.prefetch,
      probe: x.probe + y.probe,
      duplicate: x.duplicate + y.duplicate,
      internal: x.internal + y.internal,
    },
  };
}

/** Ratios of a row; money ratios are in minor units. Null where the divisor is 0. */
interface Ratios {
  readonly aov: number | null;
  readonly cvr: number | null;
  readonly revenuePerClick: number | null;
}

const divide = (dividend: number, divisor: number) => (divisor === 0 ? null : dividend / divisor);

/**
 * AOV, conversion rate and revenue per click, as docs/metrics.md defines them. `withTraffic` is false for rows by store,
 * where clicks are not known and what divides by them is null.
 */
export function ratios(sales: SalesFigures, traffic: TrafficFigures, withTraffic: boolean): Ratios {
  return {
    aov: divide(sales.netRevenue, sales.orders),
    cvr: withTraffic ? divide(sales.clickOrders, traffic.uniqueClicks) : null,
    revenuePerClick: withTraffic ? divide(sales.netRevenue, traffic.clicks) : null,
  };
}
