// What a shop asks for that is about no single order: to forget a customer or itself, what is known of somebody, and that
// our app is gone. Done before it is promised; no body of it is kept, for it names whom to forget.
import type { ShopRequest } from '../connectors/connector.ts';
import type { StoreData } from '../domain/entities.ts';
import { derivedId } from '../platform/ids.ts';
import { type EventState, eventById, type InboxEvent, keepEvent, settleEvent, writeReading } from '../table/inbox.ts';
import { ordersById } from '../table/orders.ts';
import { recordById, replaceRecord, type StoredRecord } from '../table/records.ts';
import { askErasure, type Erasure } from './erasure-plan.ts';
import { orderIdOf } from './inbox-event.ts';
import type { Service } from './service.ts';

type Store = StoredRecord<StoreData>;

/** What the event says of itself. */
type Outcome = Pick<InboxEvent, 'state' | 'reason' | 'detail'>;

/** A request about one customer and the orders it names. */
type Naming = Extract<ShopRequest, { readonly customer: unknown }>;

const NOBODY = { platformId: null, email: null };

const orderIds = (store: Store, { orderExternalIds }: Naming): string[] =>
  orderExternalIds.map((externalId) => orderIdOf(store.id, externalId));

const subjectOf = (store: Store, request: Naming | undefined) => {
  if (request === undefined) {
    return { type: 'store' as const, storeId: store.id, customer: NOBODY, orders: [] };
  }
  const orders = request.orderExternalIds.map((externalId) => {
    const id = orderIdOf(store.id, externalId);
    return { id, identity: { id, storeId: store.id, externalId } };
  });
  return { type: 'customer' as const, storeId: store.id, customer: request.customer, orders };
};

const erasureOutcome = ({ id, data }: Erasure): Outcome => ({
  state: data.state === 'done' ? 'applied' : 'received',
  reason: 'erasure_requested',
  detail: `Carried out as ${id}: GET /v1/erasures/${id} is its receipt.`,
});

/** Of a customer, or of all of the store's. A shop gives up after seconds, and an erasure takes as long as it takes: it is kept, and carried out by the sweep. */
const erase = async (
  service: Service,
  store: Store,
  event: InboxEvent,
  request: Naming | undefined,
): Promise<Outcome> => {
  const { merchantId, topic } = event;
  const asked = { id: derivedId('era', event.id), merchantId, by: topic, eventId: event.id, dueAt: service.clock() };
  return erasureOutcome(await askErasure(service, asked, subjectOf(store, request)));
};

const tellOfCustomer = async (service: Service, store: Store, request: Naming): Promise<Outcome> => {
  const known = await ordersById(service.table, orderIds(store, request));
  return {
    state: 'applied',
    reason: 'customer_data_requested',
    detail: `Of the ${request.orderExternalIds.length} orders it names ${known.length} are known here; no name or address is.`,
  };
};

const ATTEMPTS = 5;

/** Changes when the app was removed; undefined = it is there. */
const noteUninstalled = async (service: Service, storeId: string, uninstalledAt: number | undefined): Promise<void> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const store = await recordById<StoreData>(service.table, storeId);
    if (!store || store.data.uninstalledAt === uninstalledAt) return;
    const { uninstalledAt: _before, ...data } = store.data;
    const changed = { ...data, ...(uninstalledAt !== undefined && { uninstalledAt }) };
    if (await replaceRecord(service.table, { ...store, updatedAt: service.clock(), data: changed })) return;
  }
  throw new Error(`Store ${storeId} kept changing`);
};

const outcomeOf = async (service: Service, store: Store, event: InboxEvent, request: ShopRequest): Promise<Outcome> => {
  if (request.type === 'customer_data') return tellOfCustomer(service, store, request);
  if (request.type === 'erase_customer') return erase(service, store, event, request);
  if (request.type === 'erase_store') return erase(service, store, event, undefined);
  await noteUninstalled(service, store.id, event.receivedAt);
  return { state: 'applied', reason: 'uninstalled', detail: 'The app was removed from the shop; its orders stay.' };
};

/** An erasure may be done before its event is there to be told. */
const settledByNow = async (service: Service, event: InboxEvent): Promise<InboxEvent> => {
  if (event.state !== 'received') return event;
  const erasure = await recordById<{ readonly state: string }>(service.table, derivedId('era', event.id));
  if (erasure?.data.state !== 'done') return event;
  const settled: InboxEvent = { ...event, state: 'applied', attempts: event.attempts + 1 };
  return (await settleEvent(service.table, event, settled))
    ? settled
    : ((await eventById(service.table, event.id)) ?? event);
};

/** Does what a shop asks for and writes the event as read, over whatever was kept of it: for a replay. */
export const carryOutRequest = async (
  service: Service,
  store: Store,
  event: InboxEvent,
  request: ShopRequest,
): Promise<InboxEvent> => {
  const done = { ...event, ...(await outcomeOf(service, store, event, request)) };
  await writeReading(service.table, done);
  return settledByNow(service, done);
};

/**
 * Takes a request in. What it asks for is done, or kept to be done, before the event is kept, and again is the same: a
 * shop that gets no answer asks once more.
 */
export const takeRequest = async (
  service: Service,
  store: Store,
  event: InboxEvent,
  request: ShopRequest,
): Promise<{ readonly id: string; readonly state: EventState }> => {
  const done = { ...event, ...(await outcomeOf(service, store, event, request)) };
  const kept = (await keepEvent(service.table, done)) ? done : ((await eventById(service.table, event.id)) ?? done);
  const { id, state } = await settledByNow(service, kept);
  return { id, state };
};

const HOUR_MS = 3_600_000;

/** An order that comes an hour after the app was removed shows that it is back; what was on its way does not. */
export const noteInstalled = async (service: Service, { id, data }: Store, receivedAt: number): Promise<void> => {
  if (data.uninstalledAt === undefined || receivedAt - data.uninstalledAt <= HOUR_MS) return;
  await noteUninstalled(service, id, undefined);
};
