// The one order in which an order's events are read, whatever order they arrived in and however often.
import type { OrderSnapshot, ReceivedOrderEvent } from './events.ts';

const PAYMENT_RANK = { failed: 0, pending: 1, paid: 2 } as const;
const TYPE_RANK = { snapshot: 0, refund: 1, dispute: 2, cancellation: 3 } as const;

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** When the shop says the event happened, in ms. */
export const happenedAt = ({ event }: ReceivedOrderEvent): number => {
  if (event.type === 'snapshot') return event.updatedAt;
  if (event.type === 'dispute') return event.toldAt;
  return event.type === 'refund' ? event.refund.refundedAt : event.cancelledAt;
};

/**
 * Shops' clocks have one-second resolution and payloads are built at delivery, so equal times are not stale:
 * among them the snapshot that knows more (paid, then cancelled, then with more refunds) is the newer.
 */
const bySnapshot = (a: OrderSnapshot, b: OrderSnapshot): number =>
  PAYMENT_RANK[a.payment] - PAYMENT_RANK[b.payment] ||
  Number(a.cancelledAt !== null) - Number(b.cancelledAt !== null) ||
  a.refunds.length - b.refunds.length;

const byCanonicalOrder = (a: ReceivedOrderEvent, b: ReceivedOrderEvent): number =>
  happenedAt(a) - happenedAt(b) ||
  TYPE_RANK[a.event.type] - TYPE_RANK[b.event.type] ||
  (a.event.type === 'snapshot' && b.event.type === 'snapshot' ? bySnapshot(a.event, b.event) : 0) ||
  // Of what the shop tells alike in all this, the later arrival is the newer; its own time is that of its first telling.
  a.receivedAt - b.receivedAt ||
  byText(a.id, b.id);

/** Of the tellings of one event (same id) the first received stands; the content decides where even that is equal. */
const firstToldOfEach = (events: readonly ReceivedOrderEvent[]): readonly ReceivedOrderEvent[] => {
  const byId = new Map<string, ReceivedOrderEvent>();
  for (const event of events) {
    const known = byId.get(event.id);
    const earlier =
      known === undefined ||
      event.receivedAt < known.receivedAt ||
      (event.receivedAt === known.receivedAt && byText(JSON.stringify(event), JSON.stringify(known)) < 0);
    if (earlier) byId.set(event.id, event);
  }
  return [...byId.values()];
};

/** Each event once, oldest first: the same list for the same set of events. */
export const inCanonicalOrder = (events: readonly ReceivedOrderEvent[]): readonly ReceivedOrderEvent[] =>
  [...firstToldOfEach(events)].sort(byCanonicalOrder);
