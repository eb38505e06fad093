// What reports may ask of narrow rows: which family answers, what can't be asked together, and what it all comes to.
import {
  type Basis,
  type Dimensions,
  type Figures,
  type Group,
  groupRows,
  type RolledDay,
  type RowFilter,
  rowsOf,
} from './performance.ts';
import type { Family, NarrowKey } from './rollup.ts';

/** Dimensions of lines: each has a family of its own. */
const LINE_FAMILIES = { sku: 'sku', product: 'product', collection: 'collection' } as const;
type LineDimension = keyof typeof LINE_FAMILIES;

/** Dimensions that every family has. */
const ORDER_DIMENSIONS: readonly string[] = ['customerType', 'country', 'channel'];

/** Dimensions that only the rows of links and codes have. */
const LINK_DIMENSIONS: readonly string[] = ['link', 'code', 'placement', 'platform'];

/** Filters on narrow rows. */
export interface NarrowFilter {
  readonly sku?: string | undefined;
  readonly productId?: string | undefined;
  readonly collection?: string | undefined;
  readonly customerType?: NarrowKey['customerType'] | undefined;
  readonly country?: string | undefined;
  readonly channel?: string | undefined;
}

const isLine = (name: string): name is LineDimension => name in LINE_FAMILIES;

/** The dimensions that a report groups by or filters on, those of filters by the name they are grouped by. */
const asked = (groupBy: readonly string[], { productId, ...filter }: NarrowFilter): readonly string[] => {
  const filters = Object.entries({ ...filter, product: productId });
  return [...groupBy, ...filters.flatMap(([name, value]) => (value === undefined ? [] : [name]))];
};

/** The family of narrow rows that answers; undefined when none is asked for. */
const familyAsked = (groupBy: readonly string[], filter: NarrowFilter): Family | undefined => {
  const names = asked(groupBy, filter);
  const line = names.find(isLine);
  if (line) return LINE_FAMILIES[line];
  return names.some((name) => ORDER_DIMENSIONS.includes(name)) ? 'order' : undefined;
};

/** Two dimensions asked for that no row has both of. */
export const apart = (groupBy: readonly string[], filter: NarrowFilter): readonly [string, string] | undefined => {
  const names = asked(groupBy, filter);
  const narrow = names.find((name) => isLine(name) || ORDER_DIMENSIONS.includes(name));
  const ofLink = names.find((name) => LINK_DIMENSIONS.includes(name));
  if (narrow && ofLink) return [ofLink, narrow];
  const [first, second] = [...new Set(names.filter(isLine))];
  return first && second ? [first, second] : undefined;
};

/** What a performance report asks. */
export interface ReportAsked {
  readonly groupBy: readonly string[];
  readonly basis: Basis;
  readonly filter: NarrowFilter & Omit<RowFilter, 'line'>;
}

const lineOf = ({ sku, productId, collection }: NarrowFilter) => sku ?? productId ?? collection;

/**
 * The families to read: rows by line count an order once for each thing it contains, so totals over several things are
 * those of the orders themselves.
 */
export const familiesRead = ({ groupBy, filter }: ReportAsked): readonly Family[] => {
  const family = familyAsked(groupBy, filter);
  if (family === undefined) return [];
  const isOneThing = lineOf(filter) !== undefined;
  return family === 'order' || isOneThing ? [family] : [family, 'order'];
};

/** A report's groups and totals. Clicks are of no store and nothing the shop sells: `withTraffic` says whether there are. */
export const groupsAsked = (
  days: readonly RolledDay[],
  asking: ReportAsked,
  known: Dimensions,
): { readonly groups: readonly Group[]; readonly totals: Figures; readonly withTraffic: boolean } => {
  const { groupBy, basis } = asking;
  const { sku: _sku, productId: _productId, collection: _collection, ...filter } = asking.filter;
  const [family, ofOrders] = familiesRead(asking);
  const withTraffic = family === undefined && !groupBy.includes('store') && filter.storeId === undefined;
  const conditions = { ...filter, line: lineOf(asking.filter) };
  const { groups, totals } = groupRows(rowsOf(days, family), groupBy, basis, conditions, known, withTraffic);
  const whole = ofOrders ? groupRows(rowsOf(days, ofOrders), [], basis, filter, known, withTraffic).totals : totals;
  return { groups, totals: whole, withTraffic };
};
