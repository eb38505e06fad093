// Order events as the fold takes them, one factory each.
import type {
  Dispute,
  OrderLine,
  OrderSnapshot,
  ReceivedOrderEvent,
  Refund,
} from '../../../lib/domain/orders/events.ts';

export const PLACED_AT = Date.parse('2026-11-20T10:00:00Z');

export const aLine = (over: Partial<OrderLine> = {}): OrderLine => ({
  id: '1',
  sku: 'P-1',
  productId: 'p1',
  title: 'Protein',
  collections: [],
  quantity: 2,
  price: 6000,
  discount: 2000,
  tax: 400,
  giftCard: false,
  subscription: false,
  ...over,
});

export const aSnapshot = (over: Partial<OrderSnapshot> = {}): OrderSnapshot => ({
  type: 'snapshot',
  updatedAt: PLACED_AT,
  name: '#1001',
  placedAt: PLACED_AT,
  currency: 'USD',
  gross: 12000,
  discounts: 2000,
  shipping: 600,
  tax: 400,
  units: 2,
  lines: [aLine()],
  codes: [],
  clickId: null,
  customerKeys: [],
  payment: 'paid',
  test: false,
  draft: false,
  kind: 'sale',
  channel: 'web',
  cancelledAt: null,
  refunds: [],
  ...over,
});

export const aRefund = (over: Partial<Refund> = {}): Refund => ({
  id: 'r1',
  refundedAt: PLACED_AT + 1000,
  items: 5000,
  shipping: 0,
  tax: 200,
  lines: [{ lineId: '1', quantity: 1, amount: 5000, tax: 200 }],
  ...over,
});

export const aDispute = (over: Partial<Dispute> = {}): Dispute => ({
  id: 'd1',
  openedAt: PLACED_AT + 2000,
  amount: 11_000,
  reversedAt: null,
  ...over,
});

const TOPICS = {
  snapshot: 'orders/updated',
  refund: 'refunds/create',
  dispute: 'disputes/update',
  cancellation: 'order.cancelled',
} as const;

let received = 0;

/** An event as received, with an id of its own unless told. */
export const anEvent = (
  event: ReceivedOrderEvent['event'],
  over: Partial<Omit<ReceivedOrderEvent, 'event'>> = {},
): ReceivedOrderEvent => {
  received += 1;
  const topic = TOPICS[event.type];
  return { id: `e${String(received).padStart(4, '0')}`, topic, receivedAt: PLACED_AT + received, event, ...over };
};
