// Orders of a shop's past: each line is an event of its order as a webhook is, read and written many at a time.
import type { HistoricOrder } from '../connectors/imported-order.ts';
import type { MerchantData, StoreData } from '../domain/entities.ts';
import { fingerprint } from '../platform/ids.ts';
import { foreignVisitorOf, visitorKey } from '../platform/visitors.ts';
import { besideOrder, eventIdOf, type InboxEvent, isUnapplied, keptEvents } from '../table/inbox.ts';
import {
  erasedAmong,
  NOTHING_KNOWN,
  type OrderPartition,
  ordersById,
  readOrderPartition,
  type StoredOrder,
} from '../table/orders.ts';
import type { StoredRecord } from '../table/records.ts';
import { mapAtOnce } from './at-once.ts';
import { customerKeysOf } from './customer-keys.ts';
import { type LineOutcome, rejected } from './import-outcome.ts';
import { inboxEvent, orderIdOf } from './inbox-event.ts';
import { IMPORT_TOPIC, type PlannedOrder, planned, type ToldEvent } from './planned-order.ts';
import type { Service } from './service.ts';
import { writePlanned } from './write-planned.ts';

type Merchant = StoredRecord<MerchantData>;
type Store = StoredRecord<StoreData>;

export interface OrderLine {
  readonly line: number;
  readonly store: Store;
  readonly order: HistoricOrder;
  /** How much the file said of it. */
  readonly bytes: number;
  /** An export says less than the shop's webhooks: an order known by those is left as they tell it. */
  readonly yields?: boolean;
}

const PARTITIONS_AT_ONCE = 32;

/** The line as the event it is. Its id follows from what it says, so that the same line is the same event. */
const eventOf = (service: Service, told: OrderLine, receivedAt: number): InboxEvent => {
  const { store, order, bytes } = told;
  const { externalId, visitorId } = order;
  const key = visitorKey(service.masterKey, store.merchantId);
  const visitor = visitorId === null ? {} : { visitor: foreignVisitorOf(visitorId, key) };
  const snapshot = { ...order.snapshot, ...visitor };
  // The id outlives an erasure: what it follows from has the customer's keys, for an address could be guessed from a hash.
  const { customer, ...rest } = snapshot;
  const keyed = { ...rest, customerKeys: customerKeysOf(service, store.merchantId, store.id, customer) };
  const shopEventId = fingerprint(store.id, IMPORT_TOPIC, JSON.stringify(keyed));
  const id = eventIdOf(orderIdOf(store.id, externalId).slice('ord_'.length), shopEventId);
  const about = { id, platform: IMPORT_TOPIC, topic: IMPORT_TOPIC, shopEventId, receivedAt, bodyBytes: bytes };
  return inboxEvent(service, store, about, { outcome: 'order', orderExternalId: externalId, event: snapshot });
};

/** What is known of an order before its lines: its state, and whether the person behind it was erased. */
interface Known {
  readonly order: StoredOrder | undefined;
  readonly isErased: boolean;
  readonly settled: ReadonlySet<string>;
}

/** What is stored of an order: nothing but its events where it has no state yet, and then only its own state counts. */
const partitionOf = (service: Service, orderId: string, { order, isErased }: Known): Promise<OrderPartition> =>
  order || isErased ? readOrderPartition(service.table, orderId) : Promise.resolve(NOTHING_KNOWN);

const isTold = (event: InboxEvent): event is InboxEvent & ToldEvent['event'] =>
  event.event !== null && event.orderId !== null && event.orderExternalId !== null;

/** Events by their order, each once; the lines that say the same again are duplicates. */
const grouped = (told: readonly ToldEvent[]) => {
  const groups = new Map<string, ToldEvent[]>();
  const again: LineOutcome[] = [];
  const seen = new Set<string>();
  for (const one of told) {
    const { id, orderId } = one.event;
    if (seen.has(id)) {
      again.push({ line: one.line, outcome: 'duplicate' });
      continue;
    }
    seen.add(id);
    groups.set(orderId, [...(groups.get(orderId) ?? []), one]);
  }
  return { groups, again };
};

/** Those of an order's lines that are not in it yet, and what became of the others. */
const planOf = async (
  service: Service,
  merchant: Merchant,
  told: readonly ToldEvent[],
  known: Known,
): Promise<PlannedOrder> => {
  const waiting = told.filter(({ event }) => !known.settled.has(event.id));
  const [first] = told as [ToldEvent];
  const before = waiting.length === 0 ? NOTHING_KNOWN : await partitionOf(service, first.event.orderId, known);
  const plan = await planned(service, before, waiting, merchant);
  const duplicates = told
    .filter(({ event }) => known.settled.has(event.id))
    .map(({ line }): LineOutcome => ({ line, outcome: 'duplicate' }));
  return { ...plan, outcomes: [...plan.outcomes, ...duplicates] };
};

/**
 * Imports orders. A line says the same as a webhook would, so it is kept as an event and folded with all that is known of
 * its order, and one that changes nothing is a duplicate. Days are marked and events kept before anything is made of
 * them; each state is written only over the one it was folded from, and where a webhook was faster the order goes the
 * ordinary way. Cut short, it is completed by the sweep or by sending the lines again.
 */
export const importOrders = async (
  service: Service,
  merchant: Merchant,
  lines: readonly OrderLine[],
): Promise<LineOutcome[]> => {
  const receivedAt = service.clock();
  const told: ToldEvent[] = [];
  const outcomes: LineOutcome[] = [];
  for (const one of lines) {
    const event = eventOf(service, one, receivedAt);
    if (isTold(event)) told.push({ line: one.line, event, yields: one.yields === true });
    else outcomes.push(rejected(one.line, 'too_large', event.detail ?? ''));
  }
  const { groups, again } = grouped(told);
  const ids = [...groups.values()].flat().map(({ event }) => event.id);
  // The events first: one that is applied in between is then found in the state as well.
  const kept = await keptEvents(service.table, ids);
  const orders = new Map((await ordersById(service.table, [...groups.keys()])).map((order) => [order.id, order]));
  // A shop may have had an order erased that never came, and whose history somebody imports later.
  const erased = await erasedAmong(service.table, [...groups.keys()]);
  const settled = new Set(
    kept
      .map((event) => besideOrder(event, orders.get(event.orderId ?? '')))
      .flatMap((event) => (isUnapplied(event) ? [] : [event.id])),
  );
  // Of two runs with the same line the event that was kept first stands, with its time.
  const first = new Map(kept.filter(isTold).map((event) => [event.id, event]));
  const plans = await mapAtOnce([...groups], PARTITIONS_AT_ONCE, ([orderId, events]) => {
    const standing = events.map((one) => ({ ...one, event: first.get(one.event.id) ?? one.event }));
    const known = { order: orders.get(orderId), isErased: erased.has(orderId), settled };
    return planOf(service, merchant, standing, known);
  });
  return [...outcomes, ...again, ...(await writePlanned(service, merchant, plans))];
};
