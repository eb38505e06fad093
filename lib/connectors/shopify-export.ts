// Shopify's own CSV of orders, read as the body of the webhook that would have told the same.
import { WORDED } from '../contracts/wording.ts';
import { formatDecimal, parseDecimal } from '../domain/money.ts';
import type { Refund } from '../domain/orders/events.ts';
import { exponentOf } from '../platform/currencies.ts';
import { amountReader } from './amounts.ts';
import { codesIn, type ExportRow } from './export-rows.ts';
import { issuesOf } from './failures.ts';
import type { HistoricReading } from './imported-order.ts';
import { instantOf } from './instants.ts';
import { snapshotOf } from './shopify-order.ts';
import { orderShape } from './shopify-shapes.ts';

/** By these an export of orders is told. */
export const SHOPIFY_COLUMNS = ['Id', 'Name', 'Financial Status', 'Created at', 'Lineitem quantity'] as const;

const isSameOrder = (first: ExportRow, row: ExportRow): boolean =>
  first.cell('Name') === row.cell('Name') && ['', first.cell('Id')].includes(row.cell('Id'));

/** Rows of one order: the first has its totals, each of them one line item. */
export const shopifyOrders = (rows: readonly ExportRow[]): readonly (readonly ExportRow[])[] => {
  const orders: ExportRow[][] = [];
  for (const row of rows) {
    const last = orders.at(-1);
    if (last?.[0] && isSameOrder(last[0], row)) last.push(row);
    else orders.push([row]);
  }
  return orders;
};

/** `2024-05-01 10:00:00 -0400`, as ISO 8601; empty without one. */
const isoOf = (text: string): string => text.replace(/^(\S+) (\S+) ([+-]\d\d):?(\d\d)$/, '$1T$2$3:$4');

/** When a column of the file says that something happened, in ms; null where it says nothing. */
export const exportInstant = (text: string): number | null => instantOf(isoOf(text));

/** When the file last speaks of the order: a webhook that tells it later is the newer. */
const toldAt = ({ cell }: ExportRow): number =>
  Math.max(
    0,
    ...['Created at', 'Paid at', 'Fulfilled at', 'Cancelled at'].map((name) => exportInstant(cell(name)) ?? 0),
  );

/** The text of `key: value` lines that a cart's attributes are written as. */
const attributesIn = (text: string) =>
  text.split(/\r?\n/).flatMap((line) => {
    const colon = line.indexOf(':');
    return colon === -1 ? [] : [{ name: line.slice(0, colon).trim(), value: line.slice(colon + 1).trim() }];
  });

/** What the file says of an order's money, in minor units. */
const moneyOf = ({ cell }: ExportRow, lines: readonly ExportRow[], exponent: number) => {
  const minor = (row: ExportRow['cell'], column: string) => parseDecimal(row(column) || '0', exponent) ?? 0;
  const [subtotal = 0, shipping = 0, taxes = 0, total = 0] = ['Subtotal', 'Shipping', 'Taxes', 'Total'].map((column) =>
    minor(cell, column),
  );
  const shown = lines.reduce(
    (all, line) => all + minor(line.cell, 'Lineitem price') * (Number(line.cell('Lineitem quantity')) || 0),
    0,
  );
  // Taxes that come on top are in the total; those that prices include are not in it a second time.
  const taxed = subtotal + shipping;
  const taxesIncluded = Math.abs(total - taxed) < Math.abs(total - taxed - taxes);
  // How the taxes are divided the file does not say: by what was paid for each.
  const shippingTax = taxed > 0 ? Math.round(taxes * (shipping / taxed)) : 0;
  return { discounts: Math.max(0, shown - subtotal), taxesIncluded, shippingTax };
};

const lineItem = ({ cell }: ExportRow, index: number) => ({
  id: String(index + 1),
  sku: cell('Lineitem sku') || null,
  title: cell('Lineitem name') || null,
  quantity: cell('Lineitem quantity'),
  price: cell('Lineitem price'),
});

const discountCodesOf = ({ cell }: ExportRow) => {
  const codes = codesIn(cell('Discount Code'));
  // Of several codes only their sum is told.
  const amount = codes.length === 1 ? cell('Discount Amount') || null : null;
  return codes.map((code) => ({ code, amount }));
};

/** The body that a webhook would have had. */
const bodyOf = (first: ExportRow, lines: readonly ExportRow[], exponent: number) => {
  const { cell } = first;
  const { discounts, taxesIncluded, shippingTax } = moneyOf(first, lines, exponent);
  return {
    id: cell('Id'),
    name: cell('Name'),
    email: cell('Email') || null,
    created_at: isoOf(cell('Created at')),
    cancelled_at: isoOf(cell('Cancelled at')) || null,
    currency: cell('Currency'),
    financial_status: cell('Financial Status'),
    source_name: cell('Source') || null,
    tags: cell('Tags'),
    taxes_included: taxesIncluded,
    test: /bogus/i.test(cell('Payment Method')),
    total_discounts: formatDecimal(discounts, exponent),
    total_tax: cell('Taxes') || '0',
    shipping_lines: [{ price: cell('Shipping') || '0', tax_lines: [{ price: formatDecimal(shippingTax, exponent) }] }],
    discount_codes: discountCodesOf(first),
    note_attributes: attributesIn(cell('Note Attributes')),
    line_items: lines.map(lineItem),
  };
};

/** All that went back so far, on a day that the file does not tell. */
const refundsOf = ({ cell }: ExportRow, exponent: number, refundedAt: number): readonly Refund[] => {
  const items = parseDecimal(cell('Refunded Amount') || '0', exponent) ?? 0;
  const whole = { undivided: true, wholeSoFar: true } as const;
  return items > 0 ? [{ id: 'export', refundedAt, items, shipping: 0, tax: 0, lines: [], ...whole }] : [];
};

const countryOf = ({ cell }: ExportRow) => {
  const country = cell('Shipping Country') || cell('Billing Country');
  return /^[A-Z]{2}$/.test(country) ? { country } : {};
};

/** Reads the rows of one order of a store. Never throws. */
export const readShopifyExport = (rows: readonly ExportRow[], store: string): HistoricReading => {
  const [first] = rows as [ExportRow];
  const externalId = first.cell('Id');
  const currency = first.cell('Currency');
  const exponent = exponentOf(currency);
  const told = toldAt(first);
  if (externalId === '') return { fault: 'invalid_line', message: 'Id: is empty' };
  if (exponent === undefined) return { fault: 'unknown_currency', message: 'Currency: is no ISO 4217 code' };
  if (instantOf(isoOf(first.cell('Created at'))) === null) {
    return { fault: 'invalid_line', message: 'Created at: is no time with an offset' };
  }
  const parsed = orderShape.safeParse(bodyOf(first, rows, exponent), WORDED);
  if (!parsed.success) return { fault: 'invalid_line', message: issuesOf(parsed.error).join('; ') };
  const reader = amountReader(exponent);
  const snapshot = { ...snapshotOf(parsed.data, currency, told, reader), ...countryOf(first) };
  if (reader.problems.length > 0) return { fault: 'invalid_line', message: reader.problems.join('; ') };
  const refunds = refundsOf(first, exponent, told);
  return { order: { externalId, store, visitorId: null, snapshot: { ...snapshot, refunds } } };
};
