// A refund inside a WooCommerce order: mostly its id and a negative total, in some shops all of it.
import type { Refund, RefundLine } from '../domain/orders/events.ts';
import type { AmountReader } from './amounts.ts';
import { shopInstantInUtc } from './instants.ts';
import { metaTexts, type WooRefund } from './woocommerce-shapes.ts';

type Charged = NonNullable<WooRefund['shipping_lines']>;

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

/** Told as changes to the order: -5.00 is 5.00 given back. */
const givenBack = (told: readonly number[]): number => Math.max(0, 0 - sum(told));

/** The lines that say which of the order's they give back. */
const linesOf = (refund: WooRefund, { amount }: AmountReader): readonly RefundLine[] =>
  (refund.line_items ?? []).flatMap((line) => {
    const lineId = metaTexts(line.meta_data, /^_refunded_item_id$/)[0];
    if (!lineId) return [];
    const quantity = Math.abs(Number(line.quantity ?? 0));
    return {
      lineId,
      quantity: Number.isSafeInteger(quantity) ? quantity : 0,
      amount: givenBack([amount(line.total, 'refunds.line_items.total')]),
      tax: givenBack([amount(line.total_tax, 'refunds.line_items.total_tax')]),
    };
  });

/**
 * The refund; null without an id. `changedAt` (ms) is when its order last changed, near which it was. All that went back
 * is `amount` (positive) or `total` (negative): what is not shipping, fees or tax by its lines is the items'. Without
 * lines that move money nobody divides it. Problems go to `reader`.
 */
export const refundOf = (refund: WooRefund, changedAt: number, reader: AmountReader): Refund | null => {
  if (!refund.id) return null;
  const totals = (lines: Charged | WooRefund['line_items']) =>
    (lines ?? []).map(({ total }) => reader.amount(total, 'refunds.total'));
  const taxes = (lines: Charged | WooRefund['line_items']) =>
    (lines ?? []).map(({ total_tax }) => reader.amount(total_tax, 'refunds.total_tax'));
  const { line_items: items, shipping_lines, fee_lines } = refund;
  const charged = [...(shipping_lines ?? []), ...(fee_lines ?? [])];
  const shipping = givenBack(totals(charged));
  const tax = givenBack([...taxes(items), ...taxes(charged)]);
  const byLines = givenBack(totals(items)) + shipping + tax;
  const told = refund.amount ?? refund.total;
  const whole = told == null ? byLines : Math.abs(reader.amount(told, 'refunds.total'));
  const createdAt = shopInstantInUtc(refund.date_created_gmt);
  const about = {
    id: refund.id,
    refundedAt: createdAt ?? changedAt,
    ...(createdAt === null && { approximateTime: true }),
  };
  if (byLines === 0) return { ...about, items: whole, shipping: 0, tax: 0, lines: [], undivided: true };
  return { ...about, items: Math.max(0, whole - shipping - tax), shipping, tax, lines: linesOf(refund, reader) };
};
