// CSV as RFC 4180 has it: a header row, money in major units, and text that a spreadsheet can't run.
import { stringify } from 'csv-stringify/sync';
import { formatDecimal } from '../domain/money.ts';
import { exponentOf } from '../platform/currencies.ts';

type Row = Readonly<Record<string, unknown>>;

/** Fields that hold minor units wherever they appear in an answer. */
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
]);

/** Fields whose numbers are all minor units: `costs.fee`, `value.total`. */
const MONEY_GROUPS = new Set(['costs', 'value']);

const isMoney = (value: unknown): value is { amount: number; currency: string } =>
  typeof value === 'object' && value !== null && 'amount' in value && 'currency' in value;

/** Minor units, perhaps fractional as an average is, in major units. */
const major = (amount: number, exponent: number): string =>
  Number.isInteger(amount) ? formatDecimal(amount, exponent) : (amount / 10 ** exponent).toFixed(exponent + 2);

/** Text that starts like a formula is defused by an apostrophe; numbers never are. */
const defused = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

const cell = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return defused(value);
  if (typeof value === 'object') return defused(JSON.stringify(value));
  return String(value);
};

const flattened = (row: Row, exponent: number, prefix = '', inMoney = false): [string, string][] =>
  Object.entries(row).flatMap(([name, value]): [string, string][] => {
    const column = prefix ? `${prefix}.${name}` : name;
    if (isMoney(value)) {
      return [
        [column, major(value.amount, exponentOf(value.currency) ?? exponent)],
        [`${column}.currency`, value.currency],
      ];
    }
    if (typeof value === 'number' && (inMoney || MONEY_FIELDS.has(name))) return [[column, major(value, exponent)]];
    if (Array.isArray(value))
      return [[column, value.every((v) => typeof v === 'string') ? defused(value.join('; ')) : cell(value)]];
    if (typeof value === 'object' && value !== null) {
      return flattened(value as Row, exponent, column, inMoney || MONEY_GROUPS.has(name));
    }
    return [[column, cell(value)]];
  });

/** Rows as CSV, `currency` giving the exponent of plain amounts (an order row's own currency comes first). */
export const csvOf = (rows: readonly Row[], currency: string | undefined): string => {
  const exponentFor = (row: Row): number =>
    exponentOf(typeof row.currency === 'string' ? row.currency : (currency ?? 'USD')) ?? 2;
  const flat = rows.map((row) => new Map(flattened(row, exponentFor(row))));
  const columns = [...new Set(flat.flatMap((row) => [...row.keys()]))];
  const records = flat.map((row) => columns.map((column) => row.get(column) ?? ''));
  return stringify([columns, ...records], { record_delimiter: 'windows' });
};
