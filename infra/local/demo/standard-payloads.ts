// The same orders as a shop of one's own sends them, in the `standard` platform's bodies.
import { type BasketLine, paidFor } from './baskets.ts';
import { clickIdOf, type PlacedOrder } from './placed-order.ts';

const iso = (instant: number): string => new Date(instant).toISOString();

const externalIdOf = ({ number }: PlacedOrder): string => `S-${number}`;

const lineIdOf = (order: PlacedOrder, line: BasketLine): string => String(order.plan.basket.lines.indexOf(line) + 1);

/** `order.paid`: the whole state of the order. */
export const standardOrder = (order: PlacedOrder) => {
  const { basket, carries, shopper } = order.plan;
  return {
    type: 'order.paid',
    timestamp: iso(order.placedAt),
    data: {
      externalId: externalIdOf(order),
      name: externalIdOf(order),
      placedAt: iso(order.placedAt),
      currency: 'USD',
      itemsTotal: basket.gross,
      discounts: basket.discounts,
      shipping: basket.shipping,
      tax: basket.tax,
      units: basket.units,
      discountCodes: order.code === null ? [] : [{ code: order.code, amount: basket.discounts }],
      clickId: carries === 'attribute' ? clickIdOf(order) : null,
      landingUrl: carries === 'landing' && order.landing ? `https://pro.alder-and-oak.example${order.landing}` : null,
      lines: basket.lines.map((line) => ({
        id: lineIdOf(order, line),
        sku: line.product.sku,
        productId: String(line.product.id),
        title: line.product.title,
        collections: ['protein'],
        quantity: line.quantity,
        price: line.product.price,
        discount: line.discount,
        tax: line.tax,
        giftCard: line.product.giftCard,
      })),
      customer: { id: `c${shopper.number}`, email: shopper.email },
      test: false,
      kind: 'sale',
      channel: 'web',
    },
  };
};

/** `refund.created` for one line. */
export const standardRefund = (order: PlacedOrder, line: BasketLine, at: number) => ({
  type: 'refund.created',
  timestamp: iso(at),
  data: {
    externalId: `R-${order.number}`,
    orderExternalId: externalIdOf(order),
    amount: paidFor(line),
    shipping: 0,
    tax: line.tax,
    refundedAt: iso(at),
    lines: [{ id: lineIdOf(order, line), quantity: line.quantity, amount: paidFor(line), tax: line.tax }],
  },
});

/** `order.cancelled`. */
export const standardCancellation = (order: PlacedOrder, at: number) => ({
  type: 'order.cancelled',
  timestamp: iso(at),
  data: { externalId: externalIdOf(order), cancelledAt: iso(at) },
});
