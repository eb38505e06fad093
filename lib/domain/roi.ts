// Return on what creators cost: the formulas of docs/metrics.md over one campaign's or creator's costs and results.
import type { SalesFigures } from './report-rows.ts';

export type CostType =
  | 'fee'
  | 'retainer'
  | 'product'
  | 'shipping'
  | 'agency'
  | 'time'
  | 'tools'
  | 'bonus'
  | 'reimbursement'
  | 'ad_boost'
  | 'other';

/** Money is in minor units of one currency throughout. */
interface RoiInput {
  readonly costs: Readonly<Record<CostType, number>>;
  /** Estimates a marketer entered. */
  readonly values: { readonly content: number; readonly brandSearch: number; readonly other: number };
  /** Measured by the `direct` model. Customers of unknown history are in no formula: CAC leaves them out. */
  readonly direct: Pick<SalesFigures, 'netRevenue' | 'orders' | 'newCustomers' | 'unknownCustomers'> & {
    readonly clicks: number;
  };
  /** 40 = 40 %; never assumed. */
  readonly grossMarginPct: number | null;
}

/** Percentages are numbers (210 = 210 %), money is in minor units; null where the divisor is 0. */
interface Roi {
  readonly costTotal: number;
  /** Fees, retainers, bonuses and boosting: what ROAS divides by. */
  readonly paidSpend: number;
  readonly value: {
    readonly direct: number;
    readonly brandSearch: number;
    readonly content: number;
    readonly other: number;
    readonly total: number;
  };
  readonly roi: number | null;
  readonly roiMeasured: number | null;
  readonly roas: number | null;
  readonly roasFullCost: number | null;
  readonly cac: number | null;
  readonly cpa: number | null;
  readonly cpc: number | null;
  readonly roiMargin: number | null;
}

const divide = (dividend: number, divisor: number) => (divisor === 0 ? null : dividend / divisor);

// Multiplied before divided, so that integers stay exact up to the one division.
const returnPct = (value: number, cost: number) => divide((value - cost) * 100, cost);

// A margin like 33.3 has no exact binary form; as a whole number of 1/10,000 % its product with money is exact.
const MARGIN_SCALE = 10_000;

function marginReturnPct(netRevenue: number, cost: number, grossMarginPct: number): number | null {
  const profit = netRevenue * Math.round(grossMarginPct * MARGIN_SCALE) - cost * 100 * MARGIN_SCALE;
  return divide(profit, cost * MARGIN_SCALE);
}

/** ROI % = (value - cost) / cost x 100, and the ratios that stand beside it (docs/metrics.md, "Return"). */
export function roiOf({ costs, values, direct, grossMarginPct }: RoiInput): Roi {
  const costTotal = Object.values(costs).reduce((sum, amount) => sum + amount, 0);
  const paidSpend = costs.fee + costs.retainer + costs.bonus + costs.ad_boost;
  const total = direct.netRevenue + values.brandSearch + values.content + values.other;
  return {
    costTotal,
    paidSpend,
    value: {
      direct: direct.netRevenue,
      brandSearch: values.brandSearch,
      content: values.content,
      other: values.other,
      total,
    },
    roi: returnPct(total, costTotal),
    roiMeasured: returnPct(direct.netRevenue, costTotal),
    roas: divide(direct.netRevenue, paidSpend),
    roasFullCost: divide(direct.netRevenue, costTotal),
    cac: divide(costTotal, direct.newCustomers),
    cpa: divide(costTotal, direct.orders),
    cpc: divide(costTotal, direct.clicks),
    roiMargin: grossMarginPct === null ? null : marginReturnPct(direct.netRevenue, costTotal, grossMarginPct),
  };
}
