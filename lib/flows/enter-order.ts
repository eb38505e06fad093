// Orders entered by hand: told by a person instead of a shop, and from then on events like any other.
import { MANUAL, manual, manualBody } from '../connectors/manual.ts';
import type { MerchantData, StoreData } from '../domain/entities.ts';
import { claimOrder } from '../table/entered-orders.ts';
import { orderById, readOrderPartition, type StoredOrder } from '../table/orders.ts';
import type { StoredRecord } from '../table/records.ts';
import { normaliseOptions } from './receive-webhook.ts';
import type { Service } from './service.ts';
import { arrivedEvent, takeIn } from './take-in.ts';

interface Teller {
  readonly store: StoredRecord<StoreData>;
  readonly merchant: StoredRecord<MerchantData>;
  /** The same over repeats of the request. */
  readonly eventId: string;
}

interface Telling {
  readonly type: 'order.updated' | 'order.cancelled';
  readonly reason: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export type Entered =
  | { readonly outcome: 'entered'; readonly order: StoredOrder }
  /** Durable, and applied by itself; there is no order to show yet. */
  | { readonly outcome: 'kept'; readonly eventId: string }
  | { readonly outcome: 'order_exists' | 'in_progress' }
  | { readonly outcome: 'not_understood'; readonly reason: string; readonly detail: string };

/** What was entered, as what a shop's webhook becomes once it is verified. */
const arrivalOf = (service: Service, { store, merchant, eventId }: Teller, { type, reason, data }: Telling) => {
  const receivedAt = service.clock();
  const delivery = { headers: {}, raw: manualBody(type, reason, data) };
  const arrival = { delivery, topic: MANUAL, shopEventId: eventId, receivedAt, platform: MANUAL };
  const normalised = manual.normalise(delivery, normaliseOptions(store, merchant, receivedAt));
  return { arrival, normalised, event: arrivedEvent(service, store, arrival, normalised) };
};

type Arrived = ReturnType<typeof arrivalOf>;

const keptOrder = async (service: Service, { store, merchant }: Teller, arrived: Arrived): Promise<Entered> => {
  const { id, state } = await takeIn(service, store, merchant, arrived.arrival, arrived.normalised);
  const order = await orderById(service.table, String(arrived.event.orderId));
  return state === 'applied' && order ? { outcome: 'entered', order } : { outcome: 'kept', eventId: id };
};

/** Enters an order. Refunds or a cancellation that its shop told of before may wait for it already. */
export const enterOrder = async (
  service: Service,
  teller: Teller,
  reason: string,
  data: Telling['data'],
): Promise<Entered> => {
  const arrived = arrivalOf(service, teller, { type: 'order.updated', reason, data });
  const { event } = arrived;
  if (event.state === 'failed' || event.orderId === null) {
    return { outcome: 'not_understood', reason: event.reason ?? 'invalid', detail: event.detail ?? 'is not valid' };
  }
  const { events } = await readOrderPartition(service.table, event.orderId);
  const isTold = events.some((known) => known.id !== event.id && known.event.type === 'snapshot');
  if (isTold) return { outcome: 'order_exists' };
  const claim = await claimOrder(service.table, event.orderId, event.id, service.clock());
  if (claim !== 'mine') return { outcome: claim === 'taken' ? 'order_exists' : 'in_progress' };
  return keptOrder(service, teller, arrived);
};

/** Cancels an order that was entered by hand; again is the same. */
export const cancelEntered = async (
  service: Service,
  teller: Teller,
  order: StoredOrder,
  reason: string,
): Promise<Entered> => {
  if (order.fold.cancelledAt !== null) return { outcome: 'entered', order };
  const data = { externalId: order.externalId };
  return keptOrder(service, teller, arrivalOf(service, teller, { type: 'order.cancelled', reason, data }));
};
