// A webhook from its bytes to the order it changes: verified, kept, interpreted, applied.
import { createHash } from 'node:crypto';
import type { ConnectorOrderEvent, CustomerIdentity, Delivery, Normalised } from '../connectors/connector.ts';
import { connectorFor } from '../connectors/platforms.ts';
import { cut } from '../connectors/texts.ts';
import { dayOf } from '../domain/days.ts';
import type { MerchantData, StoreData } from '../domain/entities.ts';
import type { OrderEvent } from '../domain/orders/events.ts';
import { deriveKey, hmac, open } from '../platform/crypto.ts';
import { exponentOf } from '../platform/currencies.ts';
import { derivedId, fingerprint } from '../platform/ids.ts';
import {
  asApplied,
  besideOrder,
  type EventState,
  eventById,
  eventIdOf,
  fitsItem,
  type InboxEvent,
  keepBody,
  keepEvent,
  settleEvent,
  writeReading,
} from '../table/inbox.ts';
import { adoptEvent } from '../table/orders.ts';
import { recordById, replaceRecord, type StoredRecord } from '../table/records.ts';
import { applyEvents } from './apply-events.ts';
import { foresee, instantsOf } from './foresee-event.ts';
import { markDays } from './mark-days.ts';
import type { Service } from './service.ts';

type Store = StoredRecord<StoreData>;
type Merchant = StoredRecord<MerchantData>;

export type Received =
  | { readonly outcome: 'unknown_store' | 'invalid_signature' | 'platform_not_served' }
  | { readonly outcome: 'kept'; readonly id: string; readonly state: EventState };

/** Of a topic or a shop's event id, which come with nothing but the sender's word for their length. */
const LONGEST_NAME = 255;

/** Headers kept for a replay; none of them says anything about a person. */
const KEPT_HEADERS = /^(x-)?(shopify|wc-webhook|webhook|stripe)-|^content-type$/;

/** The secrets a store's webhooks may be signed with now, the newest first. */
const secretsOf = (service: Service, store: Store, now: number): string[] =>
  store.data.secrets
    .filter(({ validUntil }) => validUntil === null || validUntil > now)
    .map(({ sealed }) => open(service.masterKey, `${store.merchantId}|${store.id}|webhookSecret`, sealed));

/** What ties a customer's orders together: hashes under the merchant's own key, of the shop's id and of the e-mail. */
const customerKeysOf = (service: Service, store: Store, customer: CustomerIdentity): string[] => {
  const key = deriveKey(service.masterKey, 'customer', store.merchantId);
  const hashed = (text: string) => hmac(key, text).subarray(0, 15).toString('base64url');
  const email = customer.email?.normalize('NFKC').trim().toLowerCase();
  return [
    ...(email ? [hashed(`email|${email}`)] : []),
    ...(customer.platformId ? [hashed(`id|${store.id}|${customer.platformId}`)] : []),
  ];
};

/** The event without the customer: from here on nothing names a person. */
const anonymous = (service: Service, store: Store, event: ConnectorOrderEvent): OrderEvent => {
  if (event.type !== 'snapshot') return event;
  const { customer, ...rest } = event;
  return { ...rest, customerKeys: customerKeysOf(service, store, customer) };
};

const orderIdOf = (store: Store, externalId: string) => derivedId('ord', store.id, externalId);

/** Sent again it would be as large: kept as failed, for its owner to see. */
const TOO_LARGE: Normalised = {
  outcome: 'failed',
  reason: 'too_large',
  detail: 'What the order says fits no item of the table, not even compressed.',
};

const inboxEvent = (
  service: Service,
  store: Store,
  about: { id: string; topic: string; shopEventId: string; receivedAt: number; bodyBytes: number },
  normalised: Normalised,
): InboxEvent => {
  const event = normalised.outcome === 'order' ? anonymous(service, store, normalised.event) : null;
  const reading = event && !fitsItem(event) ? TOO_LARGE : normalised;
  const order = reading.outcome === 'order' ? reading : undefined;
  const other = reading.outcome === 'order' ? undefined : reading;
  return {
    ...about,
    merchantId: store.merchantId,
    storeId: store.id,
    platform: store.data.platform,
    state: other ? other.outcome : 'received',
    reason: other?.reason ?? null,
    detail: other?.detail ?? null,
    orderId: order ? orderIdOf(store, order.orderExternalId) : null,
    orderExternalId: order?.orderExternalId ?? null,
    event: order ? event : null,
    attempts: 0,
  };
};

/** Keeps the merchant's first day of facts: currency and zone are fixed from then on, and reports reach back to it. */
const noteFacts = async (service: Service, merchant: Merchant, event: OrderEvent): Promise<void> => {
  for (let current: Merchant | undefined = merchant; current; ) {
    const { timeZone, firstFactOn } = current.data;
    const day = dayOf(Math.min(...instantsOf(event)), timeZone);
    if (firstFactOn !== null && firstFactOn <= day) return;
    if (await replaceRecord(service.table, { ...current, data: { ...current.data, firstFactOn: day } })) return;
    current = await recordById<MerchantData>(service.table, merchant.id);
  }
};

/**
 * Applies a kept event to its order, whose state notes that it has taken the event in; harmless to repeat. An event that
 * the state does not note (nothing was written, or there was no room), or that was replayed, is settled by itself.
 */
export const applyKept = async (service: Service, event: InboxEvent): Promise<InboxEvent> => {
  if (!event.event || !event.orderId || event.orderExternalId === null) return event;
  const merchant = await recordById<MerchantData>(service.table, event.merchantId);
  if (!merchant) throw new Error(`Event ${event.id} belongs to no merchant`);
  await noteFacts(service, merchant, event.event);
  // A replayed event that could not be read at first lives under an id that leads elsewhere.
  if (!event.id.startsWith(`evt_${event.orderId.slice(4)}`)) {
    const { id, topic, receivedAt } = event;
    await adoptEvent(service.table, event.orderId, { id, topic, receivedAt, event: event.event });
  }
  const { orderId: id, storeId, orderExternalId: externalId } = event;
  const order = await applyEvents(service, merchant, { id, storeId, externalId });
  const shown = besideOrder(event, order);
  if (shown.state === 'applied') return shown;
  const applied = asApplied(event);
  // What was read before a replay must not take its place.
  if (await settleEvent(service.table, event, applied)) return applied;
  return (await eventById(service.table, event.id)) ?? applied;
};

const normaliseOptions = (store: Store, merchant: Merchant | undefined, receivedAt: number) => ({
  receivedAt,
  storeDomain: store.data.domain,
  exponentOf,
  ...(merchant && { merchantCurrency: merchant.data.currency }),
});

/**
 * Receives a delivery for a store. Nothing is stored unless the signature holds; once it does, body and event are
 * durable before anything is made of them, and a repeat changes nothing.
 */
export const receiveWebhook = async (service: Service, storeId: string, delivery: Delivery): Promise<Received> => {
  const store = storeId.startsWith('sto_') ? await recordById<StoreData>(service.table, storeId) : undefined;
  // An archived store's secret is revoked with it, so it is as if there were no such store.
  if (store?.kind !== 'store' || store.archivedAt !== null) return { outcome: 'unknown_store' };
  const connector = connectorFor(store.data.platform);
  if (!connector) return { outcome: 'platform_not_served' };
  const now = service.clock();
  if (!connector.verify(delivery, secretsOf(service, store, now), now)) return { outcome: 'invalid_signature' };

  const { topic, eventId: shopEventId } = connector.identify(delivery);
  const merchant = await recordById<MerchantData>(service.table, store.merchantId);
  const normalised = connector.normalise(delivery, normaliseOptions(store, merchant, now));
  // Topic and event id are unsigned headers with some platforms, so the body's own hash is part of what it is.
  const bodyHash = createHash('sha256').update(delivery.raw).digest('hex');
  const eventPart = fingerprint(store.id, topic, shopEventId, bodyHash);
  const orderPart = normalised.outcome === 'order' ? orderIdOf(store, normalised.orderExternalId).slice(4) : eventPart;
  const id = eventIdOf(orderPart, eventPart);
  const about = {
    id,
    topic: cut(topic, LONGEST_NAME),
    shopEventId: cut(shopEventId, LONGEST_NAME),
    receivedAt: now,
    bodyBytes: delivery.raw.length,
  };
  return keepAndApply(service, delivery, inboxEvent(service, store, about, normalised), merchant);
};

/** Shops give up after five seconds: what is not applied by then is left to finish on its own, or to the sweep. */
const PATIENCE_MS = 3_000;

const afterPatience = (event: InboxEvent): Promise<InboxEvent> =>
  new Promise((resolve) => setTimeout(() => resolve(event), PATIENCE_MS).unref());

const keepAndApply = async (
  service: Service,
  delivery: Delivery,
  event: InboxEvent,
  merchant: Merchant | undefined,
): Promise<Received> => {
  const known = await eventById(service.table, event.id);
  if (known && known.state !== 'received') return { outcome: 'kept', id: known.id, state: known.state };
  const headers = Object.fromEntries(
    Object.entries(delivery.headers).filter((entry): entry is [string, string] => KEPT_HEADERS.test(entry[0])),
  );
  await keepBody(service.table, service.masterKey, event.id, { headers, raw: delivery.raw }, event.receivedAt);
  const { days, nothingNewTo } = await foresee(service, merchant, event);
  await markDays(service, event.merchantId, days);
  if (nothingNewTo !== undefined && merchant && event.event) await noteFacts(service, merchant, event.event);
  const isFirst = await keepEvent(service.table, { ...event, nothingNewTo });
  const finish = async (): Promise<InboxEvent> => {
    // Of two deliveries at once the first one kept stands, with its time.
    const kept = isFirst ? { ...event, nothingNewTo } : ((await eventById(service.table, event.id)) ?? event);
    return kept.state === 'received' ? applyKept(service, kept) : kept;
  };
  try {
    // What stood still in the middle would write hours later, over what others have written since.
    const { state } = await (service.freezes ? finish() : Promise.race([finish(), afterPatience(event)]));
    return { outcome: 'kept', id: event.id, state };
  } catch (error) {
    // Kept is kept: the sweep applies it. Telling the shop to try again would only bring the same bytes.
    service.log.error('event kept but not applied yet', { eventId: event.id, error });
    return { outcome: 'kept', id: event.id, state: event.state };
  }
};

/**
 * Reads a kept body again, for an event that failed or to apply it anew. Its days are marked first, so that the sweep
 * finishes a replay that is cut short.
 */
export const replayEvent = async (service: Service, event: InboxEvent, delivery: Delivery): Promise<InboxEvent> => {
  const store = await recordById<StoreData>(service.table, event.storeId);
  const connector = store && connectorFor(store.data.platform);
  if (!store || !connector) throw new Error(`Event ${event.id} belongs to no store`);
  const merchant = await recordById<MerchantData>(service.table, store.merchantId);
  const normalised = connector.normalise(delivery, normaliseOptions(store, merchant, event.receivedAt));
  const { id, topic, shopEventId, receivedAt, bodyBytes } = event;
  const again = inboxEvent(service, store, { id, topic, shopEventId, receivedAt, bodyBytes }, normalised);
  // What was once read stays known, though the same body is read as nothing now.
  if (event.event && !again.event) return event;
  const zone = merchant?.data.timeZone ?? 'UTC';
  const days = [event.event, again.event]
    .flatMap((told) => (told ? instantsOf(told) : []))
    .map((instant) => dayOf(instant, zone));
  await markDays(service, event.merchantId, days);
  const listed = again.event ? { replayedAt: service.clock() } : {};
  const counted = { ...again, ...listed, attempts: Math.max(event.attempts, 1) };
  await writeReading(service.table, counted);
  return applyKept(service, counted);
};
