// CSV as RFC 4180 has it: a header row, money in major units, and text that a spreadsheet can't run.
import { stringify } from 'csv-stringify/sync';
import { formatDecimal } from '../domain/money.ts';
import { exponentOf } from '../platform/currencies.ts';

type Row = Readonly<Record<string, unknown>>;

/** Fields that hold minor units wherever they appear in an answer, unless a percentage says otherwise. */
const MONEY_FIELDS = new Set([
  'grossRevenue',
  'discounts',
  'refunds',
  'netRevenue',
  'shipping',
  'tax',
  'aov',
  'revenuePerClick',
  'cac',
  'cpa',
  'cpc',
  'minimumSubtotal',
  'hourlyRate',
  'price',
  'discount',
  'amount',
]);

/** Fields whose numbers are all minor units: `costs.fee`, `value.total`. */
const MONEY_GROUPS = new Set(['costs', 'value']);

const isObject = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);

const isMoney = (value: unknown): value is { amount: number; currency: string } =>
  isObject(value) && Object.keys(value).sort().join() === 'amount,currency';

/** Minor units, perhaps fractional as an average is, in major units. */
const major = (amount: number, exponent: number): string =>
  Number.isInteger(amount) ? formatDecimal(amount, exponent) : (amount / 10 ** exponent).toFixed(exponent + 2);

/** An object's own currency decides how its amounts are written. */
const exponentIn = (row: Row, exponent: number): number =>
  (typeof row.currency === 'string' ? exponentOf(row.currency) : undefined) ?? exponent;

const isAmount = (row: Row, name: string, inMoney: boolean): boolean =>
  row.type !== 'percent' && (inMoney || MONEY_FIELDS.has(name));

/** Text that starts like a formula is defused by an apostrophe; numbers never are. */
const defused = (text: string): string => (/^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text);

/** Quoted, or a program that ends lines or cells here would read the rest as a cell of its own, and run it. */
const BREAKS = /[\r\n;]/;

/** What stays JSON inside one cell, such as an order's lines, with its money in major units too. */
const inMajorUnits = (value: unknown, exponent: number): unknown => {
  if (Array.isArray(value)) return value.map((one) => inMajorUnits(one, exponent));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      typeof inner === 'number' && isAmount(value, name, false)
        ? major(inner, exponent)
        : inMajorUnits(inner, exponent),
    ]),
  );
};

const listCell = (list: readonly unknown[], exponent: number): string =>
  defused(
    list.every((one) => typeof one === 'string') ? list.join('; ') : JSON.stringify(inMajorUnits(list, exponent)),
  );

const cell = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? defused(value) : String(value);
};

const flattened = (row: Row, outer: number, prefix = '', inMoney = false): [string, string][] => {
  const exponent = exponentIn(row, outer);
  return Object.entries(row).flatMap(([name, value]): [string, string][] => {
    const column = prefix ? `${prefix}.${name}` : name;
    if (isMoney(value)) {
      return [
        [column, major(value.amount, exponentIn(value, exponent))],
        [`${column}.currency`, value.currency],
      ];
    }
    if (typeof value === 'number' && isAmount(row, name, inMoney)) return [[column, major(value, exponent)]];
    if (Array.isArray(value)) return [[column, listCell(value, exponent)]];
    if (isObject(value)) return flattened(value, exponent, column, inMoney || MONEY_GROUPS.has(name));
    return [[column, cell(value)]];
  });
};

/** Rows as CSV under the header `columns`; `currency` gives the exponent of amounts in rows that name none. */
export const csvOf = (rows: readonly Row[], columns: readonly string[], currency: string | undefined): string => {
  const exponent = exponentOf(currency ?? 'USD') ?? 2;
  const records = rows.map((row) => {
    const cells = new Map(flattened(row, exponent));
    return columns.map((column) => cells.get(column) ?? '');
  });
  return stringify([columns, ...records], { record_delimiter: 'windows', quoted_match: BREAKS });
};
