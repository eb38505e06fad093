// Which webhooks an order makes its shop send: late ones, repeated ones and ones in the wrong order among them.
import type { PlacedOrder } from './placed-order.ts';
import { shopifyOrder } from './shopify-payloads.ts';
import { shopifyRefund } from './shopify-refunds.ts';
import type { Send } from './shops.ts';
import { standardCancellation, standardOrder, standardRefund } from './standard-payloads.ts';

interface Delivery {
  readonly topic: string;
  readonly body: unknown;
}

/** Some seconds later the payment goes through. */
const PAYMENT_MS = 4_000;

const placedAtShopify = (order: PlacedOrder, zone: string): readonly Delivery[] => {
  const { number, placedAt, plan } = order;
  const standing = (financialStatus: string, delay = 0) =>
    shopifyOrder(order, { updatedAt: placedAt + delay, financialStatus }, zone);
  if (plan.kind === 'unpaid') return [{ topic: 'orders/create', body: standing('pending') }];
  const created = { topic: 'orders/create', body: standing('authorized') };
  const paid = { topic: 'orders/paid', body: standing('paid', PAYMENT_MS) };
  // Shopify promises neither order nor that an event comes once.
  if (number % 9 === 0) return [paid, created];
  return number % 13 === 0 ? [created, paid, paid] : [created, paid];
};

const laterAtShopify = (order: PlacedOrder, at: number, zone: string): readonly Delivery[] => {
  const { later, basket } = order.plan;
  if (later === null) return [];
  if (later.what === 'cancelled') {
    const refund = shopifyRefund(order, { at, lines: basket.lines, restock: 'cancel', extra: 0 }, zone);
    const standing = { updatedAt: at, cancelledAt: at, financialStatus: 'refunded', refunds: [refund] };
    return [{ topic: 'orders/cancelled', body: shopifyOrder(order, standing, zone) }];
  }
  const lines = later.what === 'line_returned' ? [later.line] : [];
  const extra = later.what === 'price_adjusted' ? later.amount : 0;
  return [{ topic: 'refunds/create', body: shopifyRefund(order, { at, lines, restock: 'return', extra }, zone) }];
};

const placedAtStandard = (order: PlacedOrder): readonly Delivery[] => {
  const paid = { topic: 'order.paid', body: standardOrder(order) };
  return order.number % 13 === 0 ? [paid, paid] : [paid];
};

const laterAtStandard = (order: PlacedOrder, at: number): readonly Delivery[] => {
  const { later } = order.plan;
  if (later?.what === 'cancelled') return [{ topic: 'order.cancelled', body: standardCancellation(order, at) }];
  if (later?.what !== 'line_returned') return [];
  return [{ topic: 'refund.created', body: standardRefund(order, later.line, at) }];
};

const sendAll = async (send: Send, { number }: PlacedOrder, deliveries: readonly Delivery[]): Promise<void> => {
  for (const { topic, body } of deliveries) await send(topic, String(number), body);
};

type Shops = Readonly<Record<'shopify' | 'standard', Send>>;

/** Tells the service of a new order. */
export const tellPlaced = (shops: Shops, order: PlacedOrder, zone: string): Promise<void> =>
  sendAll(
    shops[order.plan.shop],
    order,
    order.plan.shop === 'shopify' ? placedAtShopify(order, zone) : placedAtStandard(order),
  );

/** Tells the service what became of an order, at `at` (ms). */
export const tellLater = (shops: Shops, order: PlacedOrder, at: number, zone: string): Promise<void> =>
  sendAll(
    shops[order.plan.shop],
    order,
    order.plan.shop === 'shopify' ? laterAtShopify(order, at, zone) : laterAtStandard(order, at),
  );
