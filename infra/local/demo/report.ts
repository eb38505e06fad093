// What the demo shows when it is filled in: every number from the API's own answers.
import { formatDecimal } from '../../../lib/domain/money.ts';

interface Amount {
  readonly amount: number;
}

interface RoiRow {
  readonly campaignName: string | null;
  readonly costs: { readonly total: number };
  readonly value: {
    readonly direct: Amount;
    readonly brandSearch: Amount;
    readonly content: Amount;
    readonly other: Amount;
  };
  readonly roi: number | null;
  readonly roiMeasured: number | null;
  readonly roiMargin: number | null;
}

interface CreatorRow {
  readonly creatorName: string;
  readonly clicks: number;
  readonly orders: number;
  readonly netRevenue: number;
  readonly cvr: number | null;
}

interface Reconciliation {
  readonly storeNetRevenue: number;
  readonly credited: number;
  readonly unattributed: number;
}

export interface RoiReport {
  readonly data: readonly RoiRow[];
}

export interface PerformanceReport {
  readonly from: string;
  readonly to: string;
  readonly data: readonly CreatorRow[];
  readonly reconciliation: Reconciliation;
}

/** Cents as people read them: 12,000.00. */
const major = (cents: number): string => formatDecimal(cents, 2).replace(/\B(?=(\d{3})+\.)/g, ',');

const percent = (ratio: number | null): string => (ratio === null ? '-' : `${Math.round(ratio)} %`);

const estimatedOf = ({ value }: RoiRow): number => value.brandSearch.amount + value.content.amount + value.other.amount;

/** Columns set in line: the first to the left, numbers to the right. */
const table = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    return `  ${cells.join('   ')}`;
  });
};

const roiLines = ({ data }: RoiReport): readonly string[] =>
  table([
    ['Campaign', 'Cost', 'Direct', 'Estimated', 'ROI', 'measured', 'margin'],
    ...data.map((row) => [
      row.campaignName ?? 'No campaign',
      major(row.costs.total),
      major(row.value.direct.amount),
      major(estimatedOf(row)),
      percent(row.roi),
      percent(row.roiMeasured),
      percent(row.roiMargin),
    ]),
  ]);

const creatorLines = ({ data }: PerformanceReport): readonly string[] =>
  table([
    ['Creator', 'Clicks', 'Orders', 'Net revenue', 'CVR'],
    ...data.map(({ creatorName, clicks, orders, netRevenue, cvr }) => [
      creatorName,
      String(clicks),
      String(orders),
      major(netRevenue),
      cvr === null ? '-' : `${(cvr * 100).toFixed(1)} %`,
    ]),
  ]);

/** The two tables and the sum that must come out. */
export const reportLines = (roi: RoiReport, performance: PerformanceReport): readonly string[] => {
  const { credited, unattributed, storeNetRevenue } = performance.reconciliation;
  return [
    `Alder & Oak, ${performance.from} to ${performance.to}, in USD`,
    '',
    ...roiLines(roi),
    '',
    ...creatorLines(performance),
    '',
    `  credited ${major(credited)} + unattributed ${major(unattributed)} = the shop's own ${major(storeNetRevenue)}`,
  ];
};

/** Throws unless the worked example came out to the cent, and every order is accounted for. */
export const checkWorkedExample = (roi: RoiReport, { reconciliation }: PerformanceReport): void => {
  const row = roi.data.find(({ campaignName }) => campaignName === 'Autumn Protein');
  const found = row && [row.costs.total, row.value.direct.amount, row.roi, row.roiMeasured, row.roiMargin].join(' ');
  if (found !== '500000 1200000 210 140 -4') {
    throw new Error(`The demo went wrong: Autumn Protein's cost, direct sales and ROI came out as ${found}`);
  }
  const { credited, unattributed, storeNetRevenue } = reconciliation;
  if (credited + unattributed !== storeNetRevenue) {
    throw new Error(`The demo went wrong: ${credited} + ${unattributed} is not the shop's ${storeNetRevenue}`);
  }
};
