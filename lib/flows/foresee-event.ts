// What an event will do to its order, reckoned from what is stored just before the event is kept: most tell nothing new,
// and those need neither a second write nor their order's day computed again.
import { type Day, dayOf } from '../domain/days.ts';
import type { MerchantData } from '../domain/entities.ts';
import type { OrderEvent } from '../domain/orders/events.ts';
import { eventPartOf, type InboxEvent } from '../table/inbox.ts';
import { type OrderPartition, readOrderPartition } from '../table/orders.ts';
import type { StoredRecord } from '../table/records.ts';
import { isUpToDate } from './apply-events.ts';
import { bookedFold } from './book-fold.ts';
import { orderAfter } from './order-after.ts';
import type { Service } from './service.ts';

export interface Foreseen {
  /** Days to mark before the event is kept. */
  readonly days: readonly Day[];
  /** The version of the order's state that says all this already. */
  readonly nothingNewTo?: number;
  /** The person behind the order is erased: what comes of it is kept without them. */
  readonly isErased?: boolean;
}

/** The instants an event speaks of, whose days change by it even before its order is read. */
export const instantsOf = (event: OrderEvent): number[] => {
  if (event.type === 'snapshot') return [event.placedAt];
  if (event.type === 'dispute') {
    const { openedAt, reversedAt } = event.dispute;
    return reversedAt === null ? [openedAt] : [openedAt, reversedAt];
  }
  return [event.type === 'refund' ? event.refund.refundedAt : event.cancelledAt];
};

/** The partition as it is once the event is kept. */
export const withEvent = (
  stored: OrderPartition,
  event: InboxEvent & { readonly event: OrderEvent },
): OrderPartition => {
  const { id, topic, receivedAt } = event;
  return {
    ...stored,
    events: [...stored.events, { id, topic, receivedAt, event: event.event }],
    unsettled: [...stored.unsettled, { part: eventPartOf(id) }],
  };
};

/**
 * Looks ahead, and writes nothing. An event that changes no figure marks the day it came on instead of those it speaks
 * of: some mark there must be, for the sweep to find the event should its writer die.
 */
const lookAhead = async (
  service: Service,
  merchant: StoredRecord<MerchantData>,
  event: InboxEvent & { readonly event: OrderEvent; readonly orderId: string; readonly orderExternalId: string },
): Promise<Foreseen> => {
  const { orderId: id, storeId, orderExternalId: externalId } = event;
  const zone = merchant.data.timeZone;
  const told = instantsOf(event.event).map((instant) => dayOf(instant, zone));
  const stored = await readOrderPartition(service.table, id);
  const isErased = stored.erasure !== undefined;
  // Kept before by a delivery that was cut short: it is applied as what it was kept as.
  if (stored.events.some((known) => known.id === event.id)) return { days: told, isErased };
  const before = withEvent(stored, event);
  const folded = await bookedFold(service, merchant, before);
  const after = orderAfter(before, { id, storeId, externalId }, merchant, folded);
  const days = after.sameFigures ? [dayOf(event.receivedAt, zone)] : told;
  // Where the state has no room to note one event more, each is settled by itself.
  const fits = after.order.folded.includes(eventPartOf(event.id));
  const nothingNew = stored.order && fits && (await isUpToDate(service, after));
  return { days, isErased, ...(nothingNew && { nothingNewTo: stored.order.version }) };
};

/** A shop gives up after five seconds, and by then its event has to be kept: a look ahead must not take much of that. */
const PATIENCE_MS = 700;

/** Reads that go on afterwards are harmless: looking ahead writes nothing. */
const withinPatience = <T>(look: Promise<T>, otherwise: T): Promise<T> =>
  Promise.race([look, new Promise<T>((resolve) => setTimeout(() => resolve(otherwise), PATIENCE_MS).unref())]);

/**
 * What an event will do. Where that can't be told, or not soon, it is kept all the same, its days marked as if it changed
 * them.
 */
export const foresee = async (
  service: Service,
  merchant: StoredRecord<MerchantData> | undefined,
  kept: InboxEvent,
): Promise<Foreseen> => {
  const { event, orderId, orderExternalId } = kept;
  if (!event) return { days: [] };
  const days = instantsOf(event).map((instant) => dayOf(instant, merchant?.data.timeZone ?? 'UTC'));
  if (!merchant || orderId === null || orderExternalId === null) return { days };
  try {
    return await withinPatience(lookAhead(service, merchant, { ...kept, event, orderId, orderExternalId }), { days });
  } catch (error) {
    service.log.error('event not foreseen', { eventId: kept.id, error });
    return { days };
  }
};
