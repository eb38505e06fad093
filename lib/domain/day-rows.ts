// Adding a day up: clicks, the orders placed on it and what happened to orders on it, by creator, link, code and store.
import type { DirectAttribution } from './attribution/direct.ts';
import type { TrafficRow } from './clicks/traffic.ts';
import { isSale } from './orders/events.ts';
import type { FoldedOrder } from './orders/fold.ts';
import type { LedgerEntry } from './orders/ledger.ts';
import { addSales, addTraffic, emptySales, emptyTraffic, type SalesFigures } from './report-rows.ts';
import type { RollupRow, RowKey, StoreTotals } from './rollup.ts';

/** An order with who it is credited to. */
export interface CreditedOrder {
  readonly orderId: string;
  readonly storeId: string;
  readonly fold: Omit<FoldedOrder, 'entries'>;
  readonly owner: DirectAttribution['owner'];
  readonly conflict: boolean;
  readonly customer: 'new' | 'returning' | 'unknown';
  /** Why nobody is credited. */
  readonly reason: string | null;
  readonly selfPurchase: boolean;
}

type Basis = 'booked' | 'settled';

/** Figures that move money: what a sale, its restatement or an entry adds to a row. */
interface Movement {
  readonly orders: number;
  readonly units: number;
  readonly gross: number;
  readonly discounts: number;
  readonly refunds: number;
}

interface MutableTotals {
  storeId: string;
  bookedNetRevenue: number;
  bookedOrders: number;
  settledNetRevenue: number;
  settledOrders: number;
  conflicts: number;
}

const netOf = (movement: Movement) => movement.gross - movement.discounts - movement.refunds;

const salesOf = (order: CreditedOrder, movement: Movement): SalesFigures => {
  const net = netOf(movement);
  if (order.fold.kind === 'gift') return emptySales();
  if (order.fold.kind === 'renewal') {
    return { ...emptySales(), renewalOrders: movement.orders, renewalNetRevenue: net };
  }
  // Held against the clicks of the row's campaign, so a click of another campaign's link is no click here.
  const { owner } = order;
  const byClick = owner !== null && owner.linkId !== null && owner.clickCampaignId === owner.campaignId;
  return {
    ...emptySales(),
    orders: movement.orders,
    codeOnlyOrders: owner && !byClick ? movement.orders : 0,
    clickOrders: byClick ? movement.orders : 0,
    newCustomers: order.customer === 'new' ? movement.orders : 0,
    unknownCustomers: order.customer === 'unknown' ? movement.orders : 0,
    units: movement.units,
    grossRevenue: movement.gross,
    discounts: movement.discounts,
    refunds: movement.refunds,
    netRevenue: net,
  };
};

const keyOf = (order: CreditedOrder): RowKey => ({
  creatorId: order.owner?.creatorId ?? null,
  campaignId: order.owner?.campaignId ?? null,
  linkId: order.owner?.linkId ?? null,
  codeId: order.owner?.codeId ?? null,
  storeId: order.storeId,
});

const keyText = (key: RowKey) => JSON.stringify([key.creatorId, key.campaignId, key.linkId, key.codeId, key.storeId]);

/** Collects a day; `done` gives rows and store totals, sorted, so the same facts give the same bytes. */
export const createDayRows = () => {
  const rows = new Map<string, RollupRow>();
  const stores = new Map<string, MutableTotals>();

  const rowOf = (key: RowKey): RollupRow =>
    rows.get(keyText(key)) ?? { ...key, traffic: null, booked: null, settled: null };
  const totalsOf = (storeId: string): MutableTotals => {
    const fresh = {
      storeId,
      bookedNetRevenue: 0,
      bookedOrders: 0,
      settledNetRevenue: 0,
      settledOrders: 0,
      conflicts: 0,
    };
    const totals = stores.get(storeId) ?? fresh;
    stores.set(storeId, totals);
    return totals;
  };
  const add = (basis: Basis, order: CreditedOrder, movement: Movement): void => {
    const row = rowOf(keyOf(order));
    rows.set(keyText(row), { ...row, [basis]: addSales(row[basis] ?? emptySales(), salesOf(order, movement)) });
    if (!isSale(order.fold.kind)) return;
    // Summed from the order's own figures, not from the row: what the rows must agree with.
    const totals = totalsOf(order.storeId);
    totals[`${basis}NetRevenue`] += netOf(movement);
    totals[`${basis}Orders`] += movement.orders;
  };

  return {
    /** A link's traffic; rows by store have none, since a click is no store's. */
    addTraffic: (traffic: TrafficRow, owner: Pick<RowKey, 'creatorId' | 'campaignId'>): void => {
      const { linkId, ...figures } = traffic;
      const row = rowOf({ ...owner, linkId, codeId: null, storeId: null });
      rows.set(keyText(row), { ...row, traffic: addTraffic(row.traffic ?? emptyTraffic(), figures) });
    },
    /** An order placed on the day: restated whole when booked, its first figures when settled. */
    addPlaced: (order: CreditedOrder): void => {
      const { current, sale, units, state } = order.fold;
      if (state === 'paid') {
        const { gross, discounts, refunds } = current;
        add('booked', order, { orders: 1, units, gross, discounts, refunds });
        if (order.conflict && isSale(order.fold.kind)) totalsOf(order.storeId).conflicts += 1;
      }
      if (sale)
        add('settled', order, {
          orders: 1,
          units: sale.units,
          gross: sale.gross,
          discounts: sale.discounts,
          refunds: 0,
        });
    },
    /** What happened to an order on the day: settled only, since booked restates the order's own day. */
    addEntry: (order: CreditedOrder, entry: LedgerEntry): void => {
      const { orders, units, gross, discounts, refunds } = entry;
      add('settled', order, { orders, units, gross, discounts, refunds });
    },
    done: (): { rows: RollupRow[]; stores: StoreTotals[] } => ({
      rows: [...rows.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row),
      stores: [...stores.values()].sort((a, b) => (a.storeId < b.storeId ? -1 : 1)),
    }),
  };
};
