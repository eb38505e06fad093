// A Shopify refund, told alone (refunds/create) or embedded in its order: what goes back for items, shipping and tax.
import type { Refund, RefundLine } from '../domain/orders/events.ts';
import type { AmountReader } from './amounts.ts';
import { instantOf } from './instants.ts';
import { type ShopifyRefund, shopifyId, shopMoney } from './shopify-shapes.ts';

type Adjustment = NonNullable<ShopifyRefund['order_adjustments']>[number];

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

const linesOf = (refund: ShopifyRefund, { positive }: AmountReader): readonly RefundLine[] =>
  (refund.refund_line_items ?? [])
    // A gift card or a tip given back was never revenue. Without the line's detail here the fold asks the order.
    .filter(({ line_item }) => line_item?.gift_card !== true && line_item?.tip == null)
    .map((line) => ({
      lineId: shopifyId('LineItem', line.line_item?.admin_graphql_api_id, line.line_item_id) ?? '',
      quantity: /^\d{1,9}$/.test(line.quantity ?? '') ? Number(line.quantity) : 0,
      amount: positive(shopMoney(line.subtotal_set, line.subtotal), 'refund_line_items.subtotal'),
      tax: positive(shopMoney(line.total_tax_set, line.total_tax), 'refund_line_items.total_tax'),
    }));

/**
 * The discrepancies that stand. While a refund is still on its way Shopify books its whole amount back as a
 * discrepancy and reverses that when the money has gone; what was returned is returned all the same.
 */
const discrepanciesOf = (refund: ShopifyRefund, { amount }: AmountReader): readonly Adjustment[] => {
  const onItsWay = (refund.transactions ?? []).some(({ kind, status }) => kind === 'refund' && status === 'pending');
  return (refund.order_adjustments ?? []).filter((adjustment) => {
    if (adjustment.kind !== 'refund_discrepancy' || /pending/i.test(adjustment.reason ?? '')) return false;
    return !(onItsWay && amount(shopMoney(adjustment.amount_set, adjustment.amount), 'order_adjustments.amount') > 0);
  });
};

/** Adjustments are signed as changes to the order: -5.85 is 5.85 given back, 10.00 is 10.00 kept of the lines. */
const givenBack = (adjustments: readonly Adjustment[], { amount }: AmountReader): number =>
  0 - sum(adjustments.map((one) => amount(shopMoney(one.amount_set, one.amount), 'order_adjustments.amount')));

const taxGivenBack = (adjustments: readonly Adjustment[], { amount }: AmountReader): number =>
  0 -
  sum(adjustments.map((one) => amount(shopMoney(one.tax_amount_set, one.tax_amount), 'order_adjustments.tax_amount')));

/** Duties given back: they are no part of what the items were sold for, nor of their tax. */
const dutiesOf = ({ duties, total_duties_set }: ShopifyRefund, { positive }: AmountReader): number => {
  const told = shopMoney(total_duties_set);
  if (told != null) return positive(told, 'total_duties_set');
  return sum((duties ?? []).map(({ amount_set }) => positive(shopMoney(amount_set), 'duties.amount_set')));
};

/** Neither lines with a price, which the oldest bodies lack, nor adjustments nor shipping: the money is all it tells. */
const tellsMoneyAlone = (refund: ShopifyRefund): boolean =>
  (refund.order_adjustments ?? []).length === 0 &&
  (refund.refund_shipping_lines ?? []).length === 0 &&
  (refund.refund_line_items ?? []).every((line) => shopMoney(line.subtotal_set, line.subtotal) == null);

/**
 * The money that really went back, to whatever the buyer paid with or as store credit; in another currency than the
 * shop's it says nothing.
 */
const paidBack = (refund: ShopifyRefund, currency: string, reader: AmountReader): number => {
  const amounts = (refund.transactions ?? [])
    .filter(({ kind, status }) => kind === 'refund' && status === 'success')
    .map((one) => shopMoney(one.amount_set, (one.currency ?? currency) === currency ? one.amount : null));
  const money = sum(amounts.map((amount) => reader.positive(amount, 'transactions.amount')));
  return Math.max(0, money - dutiesOf(refund, reader));
};

/** `refund_shipping_lines` since API 2024-10, before that an adjustment; never both. */
const shippingOf = (refund: ShopifyRefund, adjustments: readonly Adjustment[], reader: AmountReader): number => {
  const told = (refund.refund_shipping_lines ?? []).map(({ subtotal_amount_set: set }) =>
    reader.positive(shopMoney(set), 'refund_shipping_lines.subtotal_amount_set'),
  );
  return told.length > 0 ? sum(told) : Math.max(0, givenBack(adjustments, reader));
};

/** The items' tax and, where it is told, that of shipping. */
const taxOf = (
  refund: ShopifyRefund,
  lines: readonly RefundLine[],
  adjustments: readonly Adjustment[],
  reader: AmountReader,
) => {
  const ofShipping = (refund.refund_shipping_lines ?? []).map(({ tax_amount_set: set }) =>
    reader.positive(shopMoney(set), 'refund_shipping_lines.tax_amount_set'),
  );
  return Math.max(0, sum(lines.map(({ tax }) => tax)) + sum(ofShipping) + taxGivenBack(adjustments, reader));
};

/** The shop's currency, where the refund tells it: payloads name it beside amounts, and older ones on transactions. */
export const refundCurrency = (refund: ShopifyRefund): string | null => {
  const sets = [
    ...(refund.refund_line_items ?? []).map((line) => line.subtotal_set),
    ...(refund.refund_shipping_lines ?? []).map((line) => line.subtotal_amount_set),
    ...(refund.order_adjustments ?? []).map((adjustment) => adjustment.amount_set),
    ...(refund.transactions ?? []).map((transaction) => transaction.amount_set),
    refund.total_duties_set,
  ];
  const beside = sets.map((set) => set?.shop_money?.currency_code).find((code) => code != null);
  return beside ?? refund.transactions?.map(({ currency }) => currency).find((code) => code != null) ?? null;
};

/**
 * The refund in minor units of `currency`; `toldAt` (ms) stands in for a refund without times. items = the lines'
 * subtotals and the discrepancy, capped later by the fold, which also takes out tax that prices include; of a refund
 * that tells money alone, all of it, for the fold to divide. Null without an id. Problems go to `reader`.
 */
export const refundOf = (
  refund: ShopifyRefund,
  currency: string,
  toldAt: number,
  reader: AmountReader,
): Refund | null => {
  const id = shopifyId('Refund', refund.admin_graphql_api_id, refund.id);
  if (id === null) return null;
  const about = { id, refundedAt: instantOf(refund.processed_at) ?? instantOf(refund.created_at) ?? toldAt };
  if (tellsMoneyAlone(refund)) {
    const items = paidBack(refund, currency, reader);
    return { ...about, items, shipping: 0, tax: 0, lines: [], ...(items > 0 && { undivided: true }) };
  }
  const lines = linesOf(refund, reader);
  const discrepancies = discrepanciesOf(refund, reader);
  const shippingRefunds = (refund.order_adjustments ?? []).filter(({ kind }) => kind === 'shipping_refund');
  return {
    ...about,
    items: Math.max(0, sum(lines.map(({ amount }) => amount)) + givenBack(discrepancies, reader)),
    shipping: shippingOf(refund, shippingRefunds, reader),
    tax: taxOf(refund, lines, [...discrepancies, ...shippingRefunds], reader),
    lines,
    ...(lines.some(({ tax }) => tax > 0) && { mayIncludeTax: true }),
  };
};
