// WooCommerce's CSV of Analytics > Orders: one row an order, its net revenue and little else.
import { dayOf, isDay, startOfDay } from '../domain/days.ts';
import { parseDecimal } from '../domain/money.ts';
import type { OrderLine, PaymentState, Refund } from '../domain/orders/events.ts';
import { exponentOf } from '../platform/currencies.ts';
import type { ConnectorSnapshot } from './connector.ts';
import { codesIn, type ExportRow } from './export-rows.ts';
import type { HistoricReading } from './imported-order.ts';

/** By these the export is told; revenue goes by either name. */
export const WOOCOMMERCE_COLUMNS = ['Date', 'Order #', 'Status', 'Items sold'] as const;

const PAYMENTS: ReadonlyMap<string, PaymentState> = new Map([
  ['completed', 'paid'],
  ['processing', 'paid'],
  ['refunded', 'paid'],
  ['failed', 'failed'],
]);

/** Of the merchant: the file names neither zone nor currency. */
export interface ExportSetting {
  readonly store: string;
  readonly currency: string;
  readonly timeZone: string;
}

/** `2024-05-01 10:00:00` of the shop's clock, which is taken to be the merchant's. */
export const placedAtOf = (text: string, zone: string): number | undefined => {
  const [, day = '', hours, minutes, seconds] =
    /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text) ?? [];
  if (!isDay(day)) return undefined;
  const clock = Number(hours ?? 12) * 3_600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
  const at = startOfDay(day, zone) + clock * 1000;
  // The last hour of a day whose clocks were put forward.
  return dayOf(at, zone) === day ? at : at - 3_600_000;
};

/** `2× Album, 1× Hat` as lines without prices. */
const linesOf = (text: string): readonly OrderLine[] =>
  [...text.matchAll(/(\d{1,9})\s*[×x]\s+(.+?)(?=,\s*\d{1,9}\s*[×x]\s|$)/g)].map(([, quantity, title], index) => ({
    id: String(index + 1),
    sku: null,
    productId: null,
    title: (title ?? '').slice(0, 500).toWellFormed(),
    collections: [],
    quantity: Number(quantity),
    ...{ price: 0, discount: 0, tax: 0, giftCard: false, subscription: false },
  }));

const refundsOf = (status: string, items: number, refundedAt: number): readonly Refund[] => {
  const whole = { undivided: true, wholeSoFar: true } as const;
  return status === 'refunded' ? [{ id: 'export', refundedAt, items, shipping: 0, tax: 0, lines: [], ...whole }] : [];
};

/** A status as the API has it. */
export const exportStatus = (text: string): string => text.toLowerCase().replace(/^wc-/, '').replaceAll(' ', '-');

const snapshotOf = ({ cell }: ExportRow, currency: string, placedAt: number, net: number): ConnectorSnapshot => {
  const status = exportStatus(cell('Status'));
  const sold = cell('Items sold');
  return {
    type: 'snapshot',
    updatedAt: placedAt,
    name: `#${cell('Order #').replace(/^#/, '')}`,
    placedAt,
    currency,
    // Discounts are taken off already, and how much they were the file does not say.
    gross: net,
    ...{ discounts: 0, shipping: 0, tax: 0 },
    units: /^\d{1,9}$/.test(sold) ? Number(sold) : 0,
    lines: linesOf(cell('Product(s)')),
    codes: codesIn(cell('Coupon(s)')).map((code) => ({ code, amount: null })),
    clickId: null,
    customer: { platformId: null, email: null },
    payment: PAYMENTS.get(status) ?? 'pending',
    test: false,
    draft: status === 'checkout-draft',
    kind: 'sale',
    channel: 'web',
    cancelledAt: status === 'cancelled' ? placedAt : null,
    refunds: refundsOf(status, net, placedAt),
  };
};

/** Reads one row. Never throws. */
export const readWooCommerceExport = (
  row: ExportRow,
  { store, currency, timeZone }: ExportSetting,
): HistoricReading => {
  const externalId = row.cell('Order #').replace(/^#/, '');
  if (!/^[\w-]{1,64}$/.test(externalId)) return { fault: 'invalid_line', message: 'Order #: is no order number' };
  const placedAt = placedAtOf(row.cell('Date'), timeZone);
  if (placedAt === undefined) return { fault: 'invalid_line', message: 'Date: is no date' };
  const net = parseDecimal(row.cell('N. Revenue') || row.cell('Net Revenue'), exponentOf(currency) ?? 2);
  // A refund's own row is negative, and says not of which order.
  if (net === undefined || net < 0) return { fault: 'invalid_line', message: 'N. Revenue: is no amount of a sale' };
  return { order: { externalId, store, visitorId: null, snapshot: snapshotOf(row, currency, placedAt, net) } };
};
