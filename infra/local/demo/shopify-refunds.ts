// A Shopify refund as refunds/create carries it, API version 2026-01.
// https://shopify.dev/docs/api/admin-rest/2026-01/resources/refund
import { type BasketLine, paidFor } from './baskets.ts';
import type { PlacedOrder } from './placed-order.ts';
import { decimal, gid, moneySet, SHOPIFY_IDS, shopTime } from './shopify-parts.ts';
import { shopifyLine } from './shopify-payloads.ts';

interface RefundOf {
  readonly at: number;
  readonly lines: readonly BasketLine[];
  readonly restock: 'return' | 'cancel';
  /** Given back on top of the lines, for no item in particular. */
  readonly extra: number;
}

/** Subtotals and taxes of refunded lines are JSON numbers, where everything else is text. */
const refundLine = (order: PlacedOrder, line: BasketLine, restock: RefundOf['restock']) => {
  const index = order.plan.basket.lines.indexOf(line);
  return {
    id: SHOPIFY_IDS.refund(order.number) + index + 1,
    line_item: shopifyLine(order, line, index),
    line_item_id: SHOPIFY_IDS.line(order.number, index),
    location_id: 71_004_520_511,
    quantity: line.quantity,
    restock_type: restock,
    subtotal: paidFor(line) / 100,
    subtotal_set: moneySet(paidFor(line)),
    total_tax: line.tax / 100,
    total_tax_set: moneySet(line.tax),
  };
};

/** A refund without items is an adjustment: a negative `refund_discrepancy`. */
const adjustments = ({ number }: PlacedOrder, cents: number) =>
  cents === 0
    ? []
    : [
        {
          id: SHOPIFY_IDS.refund(number) + 9,
          order_id: SHOPIFY_IDS.order(number),
          refund_id: SHOPIFY_IDS.refund(number),
          amount: decimal(-cents),
          amount_set: moneySet(-cents),
          tax_amount: '0.00',
          tax_amount_set: moneySet(0),
          kind: 'refund_discrepancy',
          reason: 'Refund discrepancy',
        },
      ];

/** The money that went back to the buyer's card. */
const transaction = ({ number }: PlacedOrder, cents: number, at: string) => ({
  id: SHOPIFY_IDS.refund(number) + 5,
  order_id: SHOPIFY_IDS.order(number),
  amount: decimal(cents),
  currency: 'USD',
  gateway: 'shopify_payments',
  kind: 'refund',
  status: 'success',
  processed_at: at,
  test: false,
});

/** The body of refunds/create, which also stands in `refunds` of the order. */
export const shopifyRefund = (order: PlacedOrder, { at, lines, restock, extra }: RefundOf, zone: string) => {
  const id = SHOPIFY_IDS.refund(order.number);
  const time = shopTime(at, zone);
  const returned = lines.reduce((sum, line) => sum + paidFor(line) + line.tax, extra);
  return {
    id,
    admin_graphql_api_id: gid('Refund', id),
    order_id: SHOPIFY_IDS.order(order.number),
    created_at: time,
    processed_at: time,
    note: null,
    restock: lines.length > 0,
    user_id: 96_020_114_721,
    duties: [],
    total_duties_set: moneySet(0),
    return: null,
    refund_line_items: lines.map((line) => refundLine(order, line, restock)),
    refund_shipping_lines: [],
    order_adjustments: adjustments(order, extra),
    transactions: [transaction(order, returned, time)],
  };
};
