// A shop's own list of a day's orders, out of the CSV it exports: which there are, what each came to, how it stands.
import { type Day, dayOf } from '../domain/days.ts';
import { parseDecimal } from '../domain/money.ts';
import type { ShopOrder } from '../domain/reconciliation.ts';
import { exponentOf } from '../platform/currencies.ts';
import { type CsvRow, type ExportRow, exportRows } from './export-rows.ts';
import { exportInstant, shopifyOrders } from './shopify-export.ts';
import { exportStatus, placedAtOf } from './woocommerce-export.ts';

interface ListSetting {
  readonly day: Day;
  readonly timeZone: string;
  /** The merchant's, for a file that names none. */
  readonly currency: string;
}

const SHOPIFY_STATES: ReadonlyMap<string, ShopOrder['state']> = new Map([
  ['paid', 'paid'],
  ['partially_refunded', 'paid'],
  ['refunded', 'paid'],
]);

/** Null for an order of another day, and for a row without an order. */
const shopifyOrder = ({ cell }: ExportRow, { day, timeZone, currency }: ListSetting): ShopOrder | null => {
  const createdAt = exportInstant(cell('Created at'));
  if (createdAt === null || dayOf(createdAt, timeZone) !== day) return null;
  const exponent = exponentOf(cell('Currency') || currency) ?? 2;
  const state = SHOPIFY_STATES.get(cell('Financial Status').toLowerCase()) ?? 'pending';
  return {
    externalId: cell('Id') || null,
    name: cell('Name') || null,
    total: parseDecimal(cell('Total'), exponent) ?? null,
    state: cell('Cancelled at') === '' ? state : 'cancelled',
  };
};

const WOO_STATES: ReadonlyMap<string, ShopOrder['state']> = new Map([
  ['completed', 'paid'],
  ['processing', 'paid'],
  ['refunded', 'paid'],
  ['cancelled', 'cancelled'],
]);

/** The file has net revenue and no total, so only which orders there are can be held against ours. */
const wooCommerceOrder = ({ cell }: ExportRow, { day, timeZone }: ListSetting): ShopOrder | null => {
  const placedAt = placedAtOf(cell('Date'), timeZone);
  if (placedAt === undefined || dayOf(placedAt, timeZone) !== day) return null;
  const number = cell('Order #').replace(/^#/, '');
  if (number === '') return null;
  const state = WOO_STATES.get(exportStatus(cell('Status'))) ?? 'pending';
  return { externalId: number, name: `#${number}`, total: null, state };
};

/** The day's orders of a file that a platform exported. */
export const shopListOf = (
  rows: readonly CsvRow[],
  exporter: 'shopify' | 'woocommerce',
  setting: ListSetting,
): readonly ShopOrder[] => {
  const orders = exportRows(rows);
  const found =
    exporter === 'shopify'
      ? shopifyOrders(orders).map(([first]) => (first ? shopifyOrder(first, setting) : null))
      : orders.map((row) => wooCommerceOrder(row, setting));
  return found.filter((order) => order !== null);
};
