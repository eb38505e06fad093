// Taking an event in, whichever door it came through: body and event are durable before anything is made of them.
import { createHash } from 'node:crypto';
import type { Delivery, Normalised } from '../connectors/connector.ts';
import { cut } from '../connectors/texts.ts';
import type { MerchantData, StoreData } from '../domain/entities.ts';
import { withoutPerson } from '../domain/orders/without-person.ts';
import { DEFAULT_RETENTION, retentionOf } from '../domain/retention.ts';
import { giftRulesOf } from '../domain/rules.ts';
import { fingerprint } from '../platform/ids.ts';
import { type EventState, eventById, eventIdOf, type InboxEvent, isUnapplied, keepEvent } from '../table/inbox.ts';
import type { StoredRecord } from '../table/records.ts';
import { keepBody, removeBody } from '../table/webhook-bodies.ts';
import { noteFacts } from './apply-kept.ts';
import { applyOrWait } from './apply-or-wait.ts';
import { foresee } from './foresee-event.ts';
import { inboxEvent, orderIdOf } from './inbox-event.ts';
import { markDays } from './mark-days.ts';
import type { Service } from './service.ts';
import { takeRequest } from './shop-requests.ts';

type Store = StoredRecord<StoreData>;
type Merchant = StoredRecord<MerchantData>;

/** Of a topic or a shop's event id, which come with nothing but the sender's word for their length. */
const LONGEST_NAME = 255;

/** Headers kept for a replay; none of them says anything about a person. */
const KEPT_HEADERS = /^(x-)?(shopify|wc-webhook|webhook|stripe)-|^content-type$/;

/** A delivery with what tells it from others. */
export interface Arrival {
  readonly delivery: Delivery;
  readonly topic: string;
  /** The shop's own id of the event: the same over repeats. */
  readonly shopEventId: string;
  readonly receivedAt: number;
  /** Whose reading it is, a replay's too; absent = its store's platform's. */
  readonly platform?: string;
}

/** What became of an arrival; `received` also where it could not be applied and is tried again. */
export interface TakenIn {
  readonly id: string;
  readonly state: EventState;
}

/** To its sender an event that waits is one that was received: the same bytes again would not help it. */
const toldOf = (event: InboxEvent): TakenIn => ({ id: event.id, state: isUnapplied(event) ? 'received' : event.state });

/** The event that an arrival is: of one order, as its events have ids that lead to it; of none, by itself. */
export const arrivedEvent = (service: Service, store: Store, arrival: Arrival, normalised: Normalised): InboxEvent => {
  const { delivery, topic, shopEventId, receivedAt } = arrival;
  // Topic and event id are unsigned headers with some platforms, so the body's own hash is part of what it is.
  const bodyHash = createHash('sha256').update(delivery.raw).digest('hex');
  const eventPart = fingerprint(store.id, topic, shopEventId, bodyHash);
  const isOrders = normalised.outcome === 'order';
  const orderPart = isOrders ? orderIdOf(store.id, normalised.orderExternalId).slice(4) : eventPart;
  const about = {
    id: eventIdOf(orderPart, eventPart),
    platform: arrival.platform ?? store.data.platform,
    topic: cut(topic, LONGEST_NAME),
    shopEventId: cut(shopEventId, LONGEST_NAME),
    receivedAt,
    bodyBytes: delivery.raw.length,
  };
  return inboxEvent(service, store, about, normalised);
};

/** Shops give up after five seconds: what is not applied by then is left to finish on its own, or to the sweep. */
const PATIENCE_MS = 3_000;

const afterPatience = (event: InboxEvent): Promise<InboxEvent> =>
  new Promise((resolve) => setTimeout(() => resolve(event), PATIENCE_MS).unref());

/** What may be kept of an event of an order whose buyer is erased. */
const withoutItsPerson = (merchant: Merchant, event: InboxEvent): InboxEvent => ({
  ...event,
  event: event.event && withoutPerson(event.event, giftRulesOf(merchant.data)),
  erasedAt: event.receivedAt,
});

/**
 * Keeps body and event, unless they are there already; gives the event as it was kept, still to be applied. Of an order
 * whose buyer is erased no body is kept, and of the event only what names nobody.
 */
const keep = async (
  service: Service,
  merchant: Merchant | undefined,
  event: InboxEvent,
  { headers, raw }: Delivery,
) => {
  const { days, nothingNewTo, isErased } = await foresee(service, merchant, event);
  const kept = Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string] => KEPT_HEADERS.test(entry[0])),
  );
  // One that an earlier attempt left goes as well.
  if (isErased) await removeBody(service.table, event.id);
  else {
    const { bodyDays } = merchant ? retentionOf(merchant.data) : DEFAULT_RETENTION;
    await keepBody(service.table, service.masterKey, event.id, { headers: kept, raw }, event.receivedAt, bodyDays);
  }
  await markDays(service, event.merchantId, days);
  if (nothingNewTo !== undefined && merchant && event.event) await noteFacts(service, merchant, event.event);
  const own = { ...(isErased && merchant ? withoutItsPerson(merchant, event) : event), nothingNewTo };
  return { isFirst: await keepEvent(service.table, own), own };
};

/**
 * Takes an arrival in, for a store it is known to be of. A repeat changes nothing. Throws only while nothing is promised:
 * once the event is kept, what goes wrong is left to the sweep.
 */
export const takeIn = async (
  service: Service,
  store: Store,
  merchant: Merchant | undefined,
  arrival: Arrival,
  normalised: Normalised,
): Promise<TakenIn> => {
  const event = arrivedEvent(service, store, arrival, normalised);
  const known = await eventById(service.table, event.id);
  if (known && !isUnapplied(known)) return toldOf(known);
  if (normalised.outcome === 'request') return takeRequest(service, store, event, normalised.request);
  const isKept = known?.state === 'failed';
  const { isFirst, own } = isKept
    ? { isFirst: false, own: event }
    : await keep(service, merchant, event, arrival.delivery);
  const finish = async (): Promise<InboxEvent> => {
    // Of two deliveries at once the first one kept stands, with its time.
    const kept = isFirst ? own : ((await eventById(service.table, event.id)) ?? event);
    return isUnapplied(kept) ? applyOrWait(service, kept) : kept;
  };
  try {
    // What stood still in the middle would write hours later, over what others have written since.
    return toldOf(await (service.freezes ? finish() : Promise.race([finish(), afterPatience(event)])));
  } catch (error) {
    service.log.error('event kept but not applied yet', { eventId: event.id, error });
    // Kept is kept: the sweep applies it. Telling the shop to try again would only bring the same bytes.
    return toldOf(event);
  }
};
