// The performance report: a range's day rows added up by whatever is asked for, and held against the shop's own total.

import { CLICK_DIMENSIONS, type ClickDimension } from './clicks/dimensions.ts';
import { type Day, monthOf, weekOf } from './days.ts';
import {
  addSales,
  addTraffic,
  emptySales,
  emptyTraffic,
  ratios,
  type SalesFigures,
  type TrafficFigures,
} from './report-rows.ts';
import type { AnyFamily, ClickRow, DayRollup, FamilyRows, NarrowRow, RollupRow } from './rollup.ts';

export type Basis = 'booked' | 'settled';

export interface RolledDay {
  readonly day: Day;
  readonly rollup: DayRollup;
  /** The families of rows that were read. */
  readonly narrow?: Partial<FamilyRows>;
}

/** A row of either kind; what a kind lacks is absent. */
type ReportRow = Omit<RollupRow, 'linkId' | 'codeId' | 'traffic'> &
  Partial<Pick<RollupRow, 'linkId' | 'codeId' | 'traffic'>> &
  Partial<NarrowRow> &
  Readonly<Partial<Record<ClickDimension, string | null>>>;

/** What a report reads its figures from: all rows of its days, or those of a family. */
export interface DayOfRows {
  readonly day: Day;
  readonly rows: readonly ReportRow[];
}

const isClicks = (family: AnyFamily): family is ClickDimension =>
  (CLICK_DIMENSIONS as readonly string[]).includes(family);

/** A click row by the name its dimension has in a report: a click's country stands where an order's does. */
const clickRow =
  (dimension: ClickDimension) =>
  ({ value, ...row }: ClickRow): ReportRow => ({
    ...{ ...row, storeId: null, booked: null, settled: null },
    [dimension === 'clickCountry' ? 'country' : dimension]: value,
  });

/** Days with their rows: of these families, else those by link and code. */
export const rowsOf = (days: readonly RolledDay[], families: readonly AnyFamily[] = []): readonly DayOfRows[] =>
  days.map(({ day, rollup, narrow }) => {
    if (families.length === 0) return { day, rows: rollup.rows };
    const rows = families.flatMap((family): readonly ReportRow[] =>
      isClicks(family) ? (narrow?.[family] ?? []).map(clickRow(family)) : (narrow?.[family] ?? []),
    );
    return { day, rows };
  });

/** What links and creators add to a row beyond their ids. */
export interface Dimensions {
  readonly placementOf: (linkId: string) => string | null;
  readonly platformOf: (linkId: string) => string | null;
  readonly sizeTierOf: (creatorId: string) => string | null;
}

export interface RowFilter {
  readonly creatorId?: string | undefined;
  readonly campaignId?: string | undefined;
  readonly storeId?: string | undefined;
  readonly customerType?: string | undefined;
  readonly country?: string | undefined;
  readonly channel?: string | undefined;
  readonly line?: string | undefined;
}

/** The dimension a group key stands for, by the name it has in a row. */
const KEY_OF: Readonly<Record<string, (row: ReportRow, day: Day, known: Dimensions) => [string, string | null]>> = {
  creator: (row) => ['creatorId', row.creatorId],
  campaign: (row) => ['campaignId', row.campaignId],
  link: (row) => ['linkId', row.linkId ?? null],
  code: (row) => ['codeId', row.codeId ?? null],
  store: (row) => ['storeId', row.storeId],
  placement: (row, _day, known) => ['placement', row.linkId ? known.placementOf(row.linkId) : null],
  platform: (row, _day, known) => ['platform', row.linkId ? known.platformOf(row.linkId) : null],
  sizeTier: (row, _day, known) => ['sizeTier', row.creatorId && known.sizeTierOf(row.creatorId)],
  sku: (row) => ['sku', row.line ?? null],
  product: (row) => ['productId', row.line ?? null],
  collection: (row) => ['collection', row.line ?? null],
  customerType: (row) => ['customerType', row.customerType ?? null],
  country: (row) => ['country', row.country ?? null],
  channel: (row) => ['channel', row.channel ?? null],
  device: (row) => ['device', row.device ?? null],
  os: (row) => ['os', row.os ?? null],
  app: (row) => ['app', row.app ?? null],
  referrerHost: (row) => ['referrerHost', row.referrerHost ?? null],
  language: (row) => ['language', row.language ?? null],
  day: (_row, day) => ['day', day],
  week: (_row, day) => ['week', weekOf(day)],
  month: (_row, day) => ['month', monthOf(day)],
};

const TIMES = ['day', 'week', 'month'] as const;

/** Figures of one group, or of all. Clicks are null where they are no one's, as by store. */
export interface Figures {
  readonly sales: SalesFigures;
  readonly traffic: TrafficFigures;
}

export interface Group extends Figures {
  readonly key: Readonly<Record<string, string | null>>;
}

export interface Reconciliation {
  readonly storeNetRevenue: number;
  readonly credited: number;
  readonly unattributed: number;
  readonly storeOrders: number;
  readonly conflicts: number;
  readonly fxMissingOrders: number;
}

/** Tells the credited rows that meet a filter. */
const wantedBy = (filter: RowFilter): ((row: ReportRow) => boolean) => {
  const conditions = (Object.keys(filter) as (keyof RowFilter)[]).filter((field) => filter[field] !== undefined);
  return (row) => row.creatorId !== null && conditions.every((field) => row[field] === filter[field]);
};

const byTimeThenRevenue = (a: Group, b: Group): number => {
  for (const time of TIMES) {
    const [x, y] = [a.key[time] ?? '', b.key[time] ?? ''];
    if (x !== y) return x < y ? -1 : 1;
  }
  const revenue = b.sales.netRevenue - a.sales.netRevenue || b.traffic.clicks - a.traffic.clicks;
  return revenue || (JSON.stringify(a.key) < JSON.stringify(b.key) ? -1 : 1);
};

/**
 * Credited rows grouped by `groupBy`, those of one time together, then by net revenue. By store, or by what was sold,
 * there are no clicks: rows of traffic are left out when `withTraffic` is false.
 */
export const groupRows = (
  days: readonly DayOfRows[],
  groupBy: readonly string[],
  basis: Basis,
  filter: RowFilter,
  known: Dimensions,
  withTraffic: boolean,
): { readonly groups: readonly Group[]; readonly totals: Figures } => {
  const groups = new Map<string, Group>();
  const isWanted = wantedBy(filter);
  let totals: Figures = { sales: emptySales(), traffic: emptyTraffic() };
  for (const { day, rows } of days) {
    for (const row of rows) {
      const sales = row[basis];
      const traffic = withTraffic ? (row.traffic ?? null) : null;
      if (!isWanted(row) || (!sales && !traffic)) continue;
      const key = Object.fromEntries(
        groupBy.flatMap((name) => [KEY_OF[name]?.(row, day, known)].filter((pair) => pair !== undefined)),
      );
      const text = JSON.stringify(key);
      const group = groups.get(text) ?? { key, sales: emptySales(), traffic: emptyTraffic() };
      groups.set(text, { key, ...added(group, sales, traffic) });
      totals = added(totals, sales, traffic);
    }
  }
  return { groups: [...groups.values()].sort(byTimeThenRevenue), totals };
};

const added = (to: Figures, sales: SalesFigures | null, traffic: TrafficFigures | null): Figures => ({
  sales: sales ? addSales(to.sales, sales) : to.sales,
  traffic: traffic ? addTraffic(to.traffic, traffic) : to.traffic,
});

/**
 * Credited and unattributed revenue against the shop's own, which was summed from orders alone. Whatever else a report
 * is filtered by, this is about whole stores.
 */
export const reconcile = (days: readonly RolledDay[], basis: Basis, storeId: string | undefined): Reconciliation => {
  let storeNetRevenue = 0;
  let storeOrders = 0;
  let conflicts = 0;
  let fxMissingOrders = 0;
  let credited = 0;
  let unattributed = 0;
  for (const { rollup } of days) {
    for (const store of rollup.stores) {
      if (storeId && store.storeId !== storeId) continue;
      storeNetRevenue += store[`${basis}NetRevenue`];
      storeOrders += store[`${basis}Orders`];
      conflicts += store.conflicts;
      fxMissingOrders += store.booked?.fxMissingOrders ?? 0;
    }
    for (const row of rollup.rows) {
      if (storeId && row.storeId !== storeId) continue;
      const net = row[basis]?.netRevenue ?? 0;
      if (row.creatorId === null) unattributed += net;
      else credited += net;
    }
  }
  return { storeNetRevenue, credited, unattributed, storeOrders, conflicts, fxMissingOrders };
};

/**
 * Which figures a group has: `both`; `sales` alone by store and by what was sold; `clicks` alone by what they were
 * clicked on; and by country both, but `apart`, for orders are sent where their clicks need not have come from.
 */
export type Shown = 'both' | 'sales' | 'clicks' | 'apart';

const NO_RATIOS = { aov: null, cvr: null, revenuePerClick: null };

/** Sales as a report shows them; null where there are none to be known. */
const presentSales = ({ clickOrders: _clickOrders, renewalOrders, renewalNetRevenue, ...shown }: SalesFigures) => ({
  ...shown,
  renewals: { orders: renewalOrders, netRevenue: renewalNetRevenue },
});

/** Figures as a report shows them. */
export const presentFigures = ({ sales, traffic }: Figures, shown: Shown) => {
  const told = presentSales(sales);
  const withTraffic = shown !== 'sales';
  return {
    clicks: withTraffic ? traffic.clicks : null,
    uniqueClicks: withTraffic ? traffic.uniqueClicks : null,
    excludedClicks: withTraffic ? traffic.excludedClicks : null,
    ...(shown === 'clicks' ? nulls(told) : told),
    ...(shown === 'clicks' ? NO_RATIOS : ratios(sales, traffic, shown === 'both')),
  };
};

const nulls = <T extends object>(of: T) => Object.fromEntries(Object.keys(of).map((name) => [name, null]));
