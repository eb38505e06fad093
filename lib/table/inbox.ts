import type { OrderEvent } from '../domain/orders/events.ts';
import { hasTakenIn } from './folded-events.ts';
import { keys, listedAt, listings } from './keys.ts';
import { orderById, ordersById, type StoredOrder } from './orders.ts';
import { packed, packedBytes, unpacked } from './packed.ts';
import {
  getItem,
  getItems,
  type Item,
  type Key,
  NOT_THERE,
  putItem,
  putMany,
  queryListed,
  type Table,
} from './table.ts';

/**
 * `received` = kept, not yet applied: `sweep` or the shop's own repeat finishes it. `failed` = not understood, or not
 * applied, which is tried again (retry-queue.ts).
 */
export type EventState = 'received' | 'applied' | 'ignored' | 'failed';

export interface InboxEvent {
  readonly id: string;
  readonly merchantId: string;
  readonly storeId: string;
  readonly platform: string;
  readonly topic: string;
  /** The shop's own id of the event. */
  readonly shopEventId: string;
  readonly receivedAt: number;
  readonly state: EventState;
  /** Why it was ignored or failed: stable code and a sentence. */
  readonly reason: string | null;
  readonly detail: string | null;
  readonly orderId: string | null;
  readonly orderExternalId: string | null;
  /** What it says about the order; never a name, an e-mail or an address. */
  readonly event: OrderEvent | null;
  readonly attempts: number;
  readonly bodyBytes: number;
  /** When one that could not be applied is tried again; absent once it is given up, and for all others. */
  readonly nextAttemptAt?: number;
  /** Set while a replay is under way: the event is listed at that instant, where the sweep looks for what was left. */
  readonly replayedAt?: number;
  /** When it was cut to what may be kept of an order whose buyer is erased. */
  readonly erasedAt?: number;
  /** The version of the order's state that it told nothing new to: with that version it is applied as it is kept. */
  readonly nothingNewTo?: number | undefined;
}

/** Of the 400 kB of an item: its order holds the same lines, with the codes and customers of other events. */
const LARGEST_EVENT_BYTES = 300_000;

/** `evt_` + 16 characters of the order + 16 of the event: the id leads to the item without a pointer. */
export const eventIdOf = (orderPart: string, eventPart: string): string => `evt_${orderPart}${eventPart}`;

/** The order's part of an event id, as used in `ord_...`. */
const partsOf = (eventId: string) => ({ orderId: `ord_${eventId.slice(4, 20)}`, eventPart: eventId.slice(20) });

/** The event's own part of its id, by which its order's state notes it. */
export const eventPartOf = (eventId: string): string => partsOf(eventId).eventPart;

/** Where the event with this id lies. */
export const placeOfEvent = (eventId: string): Key => {
  const { orderId, eventPart } = partsOf(eventId);
  return keys.orderEvent(orderId, eventPart);
};

/** Whether an item has room for what an event says, compressed. */
export const fitsItem = (event: OrderEvent): boolean =>
  Buffer.byteLength(JSON.stringify(event)) <= LARGEST_EVENT_BYTES || packedBytes(event) <= LARGEST_EVENT_BYTES;

/** An event as stored. */
const itemOf = (event: InboxEvent): Item => ({
  ...placeOfEvent(event.id),
  v: 1,
  ...event,
  event: packed(event.event),
  listKey: listings.webhookEvents(event.merchantId),
  listOrder: listedAt(event.replayedAt ?? event.receivedAt, event.id),
});

const eventOf = (item: Item): InboxEvent => {
  const { pk: _pk, sk: _sk, v: _v, listKey: _k, listOrder: _o, ...event } = item;
  return { ...event, event: unpacked(event.event) } as unknown as InboxEvent;
};

/** Keeps a new event; false when it is there already (the shop repeated itself). */
export const keepEvent = (table: Table, event: InboxEvent): Promise<boolean> =>
  putItem(table, itemOf(event), NOT_THERE);

/** Events that were kept, by their ids, each as its item stands; those that were not are left out. */
export const keptEvents = async (table: Table, ids: readonly string[]): Promise<InboxEvent[]> =>
  (await getItems(table, ids.map(placeOfEvent))).map(eventOf);

/** Keeps many events, over those that are there already. */
export const keepEvents = (table: Table, events: readonly InboxEvent[]): Promise<void> =>
  putMany(table, events.map(itemOf));

/** Writes an event as its body is read anew, over whatever is there. */
export const writeReading = (table: Table, event: InboxEvent): Promise<boolean> => putItem(table, itemOf(event));

/**
 * Writes what became of an event over the copy that was read `waiting`; false when it was settled or replayed since.
 * Each of those shows in its attempts or in when it is replayed.
 */
export const settleEvent = (table: Table, waiting: InboxEvent, settled: InboxEvent): Promise<boolean> => {
  const { attempts, replayedAt, erasedAt } = waiting;
  const replay = replayedAt === undefined ? 'attribute_not_exists(replayedAt)' : 'replayedAt = :replayedAt';
  // What was read before the person behind it was erased must not come back.
  const erasure = erasedAt === undefined ? 'attribute_not_exists(erasedAt)' : 'attribute_exists(erasedAt)';
  return putItem(table, itemOf(settled), {
    expression: `attempts = :attempts AND ${replay} AND ${erasure}`,
    values: { ':attempts': attempts, ...(replayedAt !== undefined && { ':replayedAt': replayedAt }) },
  });
};

/** What holds only while an event waits. */
const withoutWaiting = (event: InboxEvent): InboxEvent => {
  const { replayedAt: _replayed, nothingNewTo: _nothing, nextAttemptAt: _next, ...rest } = event;
  return rest;
};

/** An event once its order's state has taken it in. */
export const asApplied = (event: InboxEvent): InboxEvent => {
  const attempts = event.state === 'failed' ? event.attempts + 1 : Math.max(event.attempts, 1);
  return { ...withoutWaiting(event), state: 'applied', reason: null, detail: null, attempts };
};

/** Why an event could not be applied: a stable code, and a sentence that quotes nothing of it. */
export interface Failure {
  readonly reason: 'could_not_be_applied';
  readonly detail: string;
}

/** An event that was understood and could not be applied; each failure shows in its attempts. */
export const asFailed = (event: InboxEvent, failure: Failure, nextAttemptAt: number | undefined): InboxEvent => ({
  ...withoutWaiting(event),
  ...failure,
  state: 'failed',
  attempts: event.attempts + 1,
  ...(nextAttemptAt !== undefined && { nextAttemptAt }),
});

/** Understood, and its order may not have it: to be applied, or applied once more. */
export const isUnapplied = ({ state, reason }: InboxEvent): boolean =>
  state === 'received' || (state === 'failed' && reason === ('could_not_be_applied' satisfies Failure['reason']));

/** Whether only its order can say what became of it. One being replayed is settled by itself. */
const asksItsOrder = (event: InboxEvent): event is InboxEvent & { readonly orderId: string } =>
  event.state === 'received' && event.replayedAt === undefined && event.orderId !== null;

/** An event as it stands beside its order: one that was waiting is applied once the order's state has taken it in. */
export const besideOrder = (event: InboxEvent, order: StoredOrder | undefined): InboxEvent => {
  if (!order || !asksItsOrder(event)) return event;
  const { nothingNewTo } = event;
  return hasTakenIn(order, { part: eventPartOf(event.id), nothingNewTo }) ? asApplied(event) : event;
};

/** Has events of an order, by their part of the event id, say themselves that they are applied. */
export const settleTakenIn = async (table: Table, orderId: string, eventParts: readonly string[]): Promise<void> => {
  const items = await getItems(
    table,
    eventParts.map((part) => keys.orderEvent(orderId, part)),
  );
  const waiting = items.map(eventOf).filter(asksItsOrder);
  await Promise.all(waiting.map((event) => settleEvent(table, event, asApplied(event))));
};

export const eventById = async (table: Table, id: string): Promise<InboxEvent | undefined> => {
  if (!/^evt_[A-Za-z0-9_-]{32}$/.test(id)) return undefined;
  const item = await getItem(table, placeOfEvent(id));
  const event = item && eventOf(item);
  return event && asksItsOrder(event) ? besideOrder(event, await orderById(table, event.orderId)) : event;
};

export interface ListedEvent {
  readonly event: InboxEvent;
  readonly position: string;
}

/** What a page of a listing holds: orders are looked up for as many events at a time. */
const EVENTS_AT_ONCE = 100;

async function* besideTheirOrders(
  table: Table,
  listed: readonly ListedEvent[],
  consistent: boolean,
): AsyncGenerator<ListedEvent> {
  const asked = listed.flatMap(({ event }) => (asksItsOrder(event) ? [event.orderId] : []));
  const orders = new Map((await ordersById(table, asked, consistent)).map((order) => [order.id, order]));
  for (const { event, position } of listed) {
    yield { event: besideOrder(event, orders.get(event.orderId ?? '')), position };
  }
}

interface EventSpan {
  readonly position?: string | undefined;
  readonly since?: number;
  readonly before?: number;
  readonly loosely?: boolean;
}

/**
 * Streams a merchant's events, newest first, after `position`, from `before` (left out) back to the instant `since`. Read
 * `loosely`, one applied or become news within the last second may still be shown as before, at half the price.
 */
export async function* eventsOf(table: Table, merchantId: string, span: EventSpan = {}): AsyncGenerator<ListedEvent> {
  const range = {
    newestFirst: true,
    position: span.position,
    ...(span.since !== undefined && { from: listedAt(span.since, '') }),
    ...(span.before !== undefined && { to: listedAt(span.before, '') }),
  };
  let run: ListedEvent[] = [];
  for await (const item of queryListed(table, listings.webhookEvents(merchantId), range)) {
    run.push({ event: eventOf(item), position: item.listOrder });
    if (run.length < EVENTS_AT_ONCE) continue;
    yield* besideTheirOrders(table, run, !span.loosely);
    run = [];
  }
  yield* besideTheirOrders(table, run, !span.loosely);
}
