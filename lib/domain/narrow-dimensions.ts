// What reports may ask of the families of rows: which of them answer, what can't be asked together, and what it all comes to.
import {
  type Basis,
  type Dimensions,
  type Figures,
  type Group,
  groupRows,
  type RolledDay,
  type RowFilter,
  rowsOf,
  type Shown,
} from './performance.ts';
import type { AnyFamily, NarrowKey } from './rollup.ts';

/** Dimensions that only some rows have, by what they are of: lines and clicks have a family for each. */
const KINDS = {
  ...{ sku: 'line', product: 'line', collection: 'line' },
  ...{ customerType: 'order', country: 'order', channel: 'order' },
  ...{ device: 'click', os: 'click', app: 'click', referrerHost: 'click', language: 'click' },
  ...{ link: 'link', code: 'link', placement: 'link', platform: 'link' },
  store: 'store',
} as const satisfies Readonly<Record<string, string>>;

type Named = keyof typeof KINDS;
type Kind = (typeof KINDS)[Named];

/** Kinds that no row has both of; `line` and `click` also not two of. */
const APART: Readonly<Record<Kind, readonly Kind[]>> = {
  link: ['line', 'order', 'click'],
  line: ['link', 'line', 'click'],
  order: ['link', 'click'],
  click: ['link', 'line', 'order', 'click', 'store'],
  store: ['click'],
};

/** Filters on narrow rows. */
interface NarrowFilter {
  readonly sku?: string | undefined;
  readonly productId?: string | undefined;
  readonly collection?: string | undefined;
  readonly customerType?: NarrowKey['customerType'] | undefined;
  readonly country?: string | undefined;
  readonly channel?: string | undefined;
}

type AskedFilter = NarrowFilter & { readonly storeId?: string | undefined };

const isNamed = (name: string): name is Named => name in KINDS;

/** The dimensions of one kind or another that a report groups by or filters on, by the name they are grouped by. */
const asked = (groupBy: readonly string[], { productId, storeId, ...filter }: AskedFilter): readonly Named[] => {
  const filters = Object.entries({ ...filter, product: productId, store: storeId });
  const names = [...groupBy, ...filters.flatMap(([name, value]) => (value === undefined ? [] : [name]))];
  return [...new Set(names.filter(isNamed))];
};

const apartFrom = (name: Named): readonly Kind[] => APART[KINDS[name]] ?? [];

/** Two dimensions asked for that no row has both of, what is of links first. */
export const apart = (groupBy: readonly string[], filter: AskedFilter): readonly [Named, Named] | undefined => {
  const names = asked(groupBy, filter).toSorted((a, b) => Number(KINDS[b] === 'link') - Number(KINDS[a] === 'link'));
  const pairs = names.flatMap((first, i) => names.slice(i + 1).map((second) => [first, second] as const));
  return pairs.find(([first, second]) => apartFrom(first).includes(KINDS[second]));
};

/** What a performance report asks. */
export interface ReportAsked {
  readonly groupBy: readonly string[];
  readonly basis: Basis;
  readonly filter: NarrowFilter & Omit<RowFilter, 'line'>;
}

const lineOf = ({ sku, productId, collection }: NarrowFilter) => sku ?? productId ?? collection;

/** What answers a report. */
interface Answer {
  /** The families that its rows are of; none = the rows by link and code. */
  readonly families: readonly AnyFamily[];
  /** The family whose orders are the totals, where the rows count an order once for each thing it contains. */
  readonly wholes?: 'order';
  readonly shown: Shown;
}

/** Clicks come from countries as orders go to them, and by nothing else that orders are told apart by. */
const byCountryAlone = (names: readonly Named[]): boolean =>
  names.every((name) => name === 'country' || (KINDS[name] !== 'order' && KINDS[name] !== 'store'));

/** What answers a report that asks nothing apart. */
export const answerTo = ({ groupBy, filter }: ReportAsked): Answer => {
  const names = asked(groupBy, filter);
  const found = (kind: Kind) => names.find((name) => KINDS[name] === kind);
  const click = found('click') as AnyFamily | undefined;
  if (click) return { families: [click], shown: 'clicks' };
  const line = found('line') as AnyFamily | undefined;
  if (line) {
    return { families: [line], ...(lineOf(filter) === undefined && { wholes: 'order' as const }), shown: 'sales' };
  }
  if (found('order') === undefined) return { families: [], shown: found('store') ? 'sales' : 'both' };
  if (byCountryAlone(names)) return { families: ['order', 'clickCountry'], shown: 'apart' };
  return { families: ['order'], shown: 'sales' };
};

/** The families to read for it. */
export const familiesRead = ({ families, wholes }: Answer): readonly AnyFamily[] =>
  wholes ? [...families, wholes] : families;

/** A report's groups and totals. */
export const groupsAsked = (
  days: readonly RolledDay[],
  asking: ReportAsked,
  { families, wholes, shown }: Answer,
  known: Dimensions,
): { readonly groups: readonly Group[]; readonly totals: Figures } => {
  const { groupBy, basis } = asking;
  const { sku: _sku, productId: _productId, collection: _collection, ...filter } = asking.filter;
  const withTraffic = shown !== 'sales';
  const conditions = { ...filter, line: lineOf(asking.filter) };
  const { groups, totals } = groupRows(rowsOf(days, families), groupBy, basis, conditions, known, withTraffic);
  if (!wholes) return { groups, totals };
  return { groups, totals: groupRows(rowsOf(days, [wholes]), [], basis, filter, known, withTraffic).totals };
};
