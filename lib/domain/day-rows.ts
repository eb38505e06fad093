// Adding a day up: clicks, the orders placed on it and what happened to orders on it, by creator, link, code and store.
import { createClickRows } from './click-rows.ts';
import type { ClickDimension } from './clicks/dimensions.ts';
import type { SplitRow, TrafficRow } from './clicks/traffic.ts';
import { type CreditedOrder, salesOf } from './credited-order.ts';
import { createNarrowRows } from './narrow-rows.ts';
import { bookedOf } from './orders/booking.ts';
import type { LedgerEntry } from './orders/ledger.ts';
import { addSales, addTraffic, emptySales, emptyTraffic } from './report-rows.ts';
import type { ClickRow, ComputedDay, RollupRow, RowKey } from './rollup.ts';
import { createStoreTotals, type StoreMovement } from './store-totals.ts';

type Basis = 'booked' | 'settled';

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
  const narrow = createNarrowRows();
  const clicks = createClickRows();
  const stores = createStoreTotals();

  const rowOf = (key: RowKey): RollupRow =>
    rows.get(keyText(key)) ?? { ...key, traffic: null, booked: null, settled: null };
  const add = (basis: Basis, order: CreditedOrder, movement: StoreMovement): void => {
    const row = rowOf(keyOf(order));
    rows.set(keyText(row), { ...row, [basis]: addSales(row[basis] ?? emptySales(), salesOf(order, movement)) });
    // Summed from the order's own figures, not from the row: what the rows must agree with.
    stores.addMovement(basis, order, movement);
  };

  return {
    /** A link's traffic; rows by store have none, since a click is no store's. */
    addTraffic: (traffic: TrafficRow, owner: Pick<RowKey, 'creatorId' | 'campaignId'>): void => {
      const { linkId, ...figures } = traffic;
      const row = rowOf({ ...owner, linkId, codeId: null, storeId: null });
      rows.set(keyText(row), { ...row, traffic: addTraffic(row.traffic ?? emptyTraffic(), figures) });
    },
    /** A link's traffic with one value of a dimension. */
    addSplit: (
      { dimension, value, linkId: _link, ...traffic }: SplitRow,
      owner: Pick<RowKey, 'creatorId' | 'campaignId'>,
    ) => clicks.add(dimension, { ...owner, value, traffic }),
    /** A click row as it was once computed. */
    addClickRow: (dimension: ClickDimension, row: ClickRow): void => clicks.add(dimension, row),
    /** An order placed on the day: restated whole when booked, its first figures when settled. */
    addPlaced: (order: CreditedOrder): void => {
      const { sale, units, state } = order.fold;
      if (state === 'paid') {
        const { net: _net, ...figures } = bookedOf(order.fold);
        add('booked', order, { orders: 1, units, ...figures });
      }
      if (sale) add('settled', order, { orders: 1, refunds: 0, ...sale });
      narrow.addPlaced(order);
      stores.addPlaced(order);
    },
    /** What happened to an order on the day: settled only, since booked restates the order's own day. */
    addEntry: (order: CreditedOrder, entry: LedgerEntry): void => {
      const { orders, units, gross, discounts, refunds, shipping, tax } = entry;
      add('settled', order, { orders, units, gross, discounts, refunds, shipping, tax });
      narrow.addEntry(order, entry);
      stores.addEntry(order, entry);
    },
    done: (): Omit<ComputedDay, 'credits'> => ({
      rows: [...rows.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row),
      stores: stores.done(),
      narrow: narrow.done(),
      clicks: clicks.done(),
    }),
  };
};
