// What holding a day against the shop's own list found, kept by store and day: the newest look at a day stands.
import type { Day } from '../domain/days.ts';
import type { DayReconciliation, ShopOrder } from '../domain/reconciliation.ts';
import { keys } from './keys.ts';
import { allItems, putItem, type Table } from './table.ts';

/** A day as it was last looked at. */
export interface StoredReconciliation
  extends Pick<DayReconciliation, 'state' | 'shopOrders' | 'shopTotal' | 'ourOrders' | 'ourTotal'> {
  readonly day: Day;
  readonly reconciledAt: number;
  readonly missingOrders: number;
  readonly missingTotal: number;
  readonly extraOrders: number;
  readonly differentOrders: number;
  /** The first of the missing ones, to be asked for: all of them would not fit an item. */
  readonly missing: readonly ShopOrder[];
}

const MOST_NAMED = 200;

/** What is kept of a finding. */
export const storedReconciliation = (
  day: Day,
  reconciledAt: number,
  { state, missing, extra, different, shopOrders, shopTotal, ourOrders, ourTotal }: DayReconciliation,
): StoredReconciliation => ({
  ...{ day, reconciledAt, state, shopOrders, shopTotal, ourOrders, ourTotal },
  missingOrders: missing.length,
  missingTotal: missing.reduce((sum, { total }) => sum + (total ?? 0), 0),
  extraOrders: extra.length,
  differentOrders: different.length,
  missing: missing.slice(0, MOST_NAMED),
});

export const writeReconciliation = (table: Table, storeId: string, found: StoredReconciliation): Promise<boolean> =>
  putItem(table, { ...keys.reconciliation(storeId, found.day), v: 1, found });

/** The days of a range that were looked at, in order. */
export const reconciliationsOf = async (
  table: Table,
  storeId: string,
  from: Day,
  to: Day,
): Promise<StoredReconciliation[]> =>
  (await allItems(table, keys.reconciliationPartition(storeId), { from, to })).map(
    ({ found }) => found as StoredReconciliation,
  );
