// An event as the inbox keeps it: what a connector read, without a name in it, under ids that follow from what it says.
import type { ConnectorOrderEvent, Normalised } from '../connectors/connector.ts';
import type { StoreData } from '../domain/entities.ts';
import type { OrderEvent } from '../domain/orders/events.ts';
import { derivedId } from '../platform/ids.ts';
import { fitsItem, type InboxEvent } from '../table/inbox.ts';
import type { StoredRecord } from '../table/records.ts';
import { customerKeysOf } from './customer-keys.ts';
import type { Service } from './service.ts';

type Store = StoredRecord<StoreData>;

/** The event without the customer: from here on nothing names a person. */
const anonymous = (service: Service, store: Store, event: ConnectorOrderEvent): OrderEvent => {
  if (event.type !== 'snapshot') return event;
  const { customer, ...rest } = event;
  return { ...rest, customerKeys: customerKeysOf(service, store.merchantId, store.id, customer) };
};

/** An order's id follows from its store and the shop's own id of it. */
export const orderIdOf = (storeId: string, externalId: string): string => derivedId('ord', storeId, externalId);

/** Sent again it would be as large: kept as failed, for its owner to see. */
const TOO_LARGE: Normalised = {
  outcome: 'failed',
  reason: 'too_large',
  detail: 'What the order says fits no item of the table, not even compressed.',
};

/** What is known of an event besides what it says. */
type About = Pick<InboxEvent, 'id' | 'platform' | 'topic' | 'shopEventId' | 'receivedAt' | 'bodyBytes'>;

/** The event as it is kept, before anything is made of it. */
export const inboxEvent = (service: Service, store: Store, about: About, normalised: Normalised): InboxEvent => {
  const event = normalised.outcome === 'order' ? anonymous(service, store, normalised.event) : null;
  const reading = event && !fitsItem(event) ? TOO_LARGE : normalised;
  const order = reading.outcome === 'order' ? reading : undefined;
  const other = reading.outcome === 'order' || reading.outcome === 'request' ? undefined : reading;
  return {
    ...about,
    merchantId: store.merchantId,
    storeId: store.id,
    state: other ? other.outcome : 'received',
    reason: other?.reason ?? null,
    detail: other?.detail ?? null,
    orderId: order ? orderIdOf(store.id, order.orderExternalId) : null,
    orderExternalId: order?.orderExternalId ?? null,
    event: order ? event : null,
    attempts: 0,
  };
};
