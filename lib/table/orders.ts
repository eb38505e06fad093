// Orders: one partition each holds the state, the ledger entries and the events they are folded from.
import { isDeepStrictEqual } from 'node:util';
import type { OrderEvent, ReceivedOrderEvent } from '../domain/orders/events.ts';
import type { FoldedOrder } from '../domain/orders/fold.ts';
import type { LedgerEntry } from '../domain/orders/ledger.ts';
import { eventPartsOf, foldedBytes, type UnsettledEvent } from './folded-events.ts';
import { keys, listedAt, listings } from './keys.ts';
import { packed, unpacked } from './packed.ts';
import {
  allItems,
  getItem,
  getItems,
  type Item,
  NOT_THERE,
  putItem,
  queryListed,
  type Table,
  writeItems,
} from './table.ts';

/** The fold's result without its entries (items of their own) and its history (folded again on demand). */
type StoredFold = Omit<FoldedOrder, 'history' | 'entries'>;

export interface StoredOrder {
  readonly id: string;
  readonly merchantId: string;
  readonly storeId: string;
  readonly externalId: string;
  /** Places the order in time: when it was placed, or first heard of before that is known. */
  readonly listedAt: number;
  readonly version: number;
  readonly fold: StoredFold;
  /** The events it was folded from that don't say so themselves, by their part of the event id. */
  readonly folded: readonly string[];
}

/** A ledger entry with the order it belongs to. */
export interface StoredEntry {
  readonly orderId: string;
  readonly entry: LedgerEntry;
}

export interface OrderPartition {
  readonly order: StoredOrder | undefined;
  readonly entries: readonly LedgerEntry[];
  readonly events: readonly ReceivedOrderEvent[];
  /** Of the events those that don't say themselves that they are applied: the order's state may say it. */
  readonly unsettled: readonly UnsettledEvent[];
}

const orderOf = (item: Item): StoredOrder => {
  const { id, merchantId, storeId, externalId, listedAt: at, version, fold } = item as never;
  const folded = eventPartsOf(item.folded);
  return { id, merchantId, storeId, externalId, listedAt: at, version, fold: unpacked(fold), folded };
};

/** A copy that a replay laid here says nothing of its state, and one being replayed is settled by itself. */
const isUnsettled = (item: Item): boolean => item.state === 'received' && item.replayedAt === undefined;

const unsettledOf = (item: Item): UnsettledEvent => ({
  part: item.sk.slice('EVT#'.length),
  nothingNewTo: item.nothingNewTo as number | undefined,
});

/** Everything known of an order, read at once. */
export const readOrderPartition = async (table: Table, orderId: string): Promise<OrderPartition> => {
  const items = await allItems(table, keys.orderPartition(orderId));
  const state = items.find((item) => item.sk === 'ORD');
  const events = items.filter((item) => item.sk.startsWith('EVT#') && item.event);
  return {
    order: state && orderOf(state),
    entries: items.filter((item) => item.sk.startsWith('LED#')).map((item) => item.entry as LedgerEntry),
    events: events.map((item) => ({
      id: String(item.id),
      topic: String(item.topic),
      receivedAt: Number(item.receivedAt),
      event: unpacked<OrderEvent>(item.event),
    })),
    unsettled: events.filter(isUnsettled).map(unsettledOf),
  };
};

/**
 * Puts an event into the partition of its order when its id leads elsewhere: one that could not be understood at
 * first and was replayed. The same event again is the same item.
 */
export const adoptEvent = (table: Table, orderId: string, event: ReceivedOrderEvent): Promise<boolean> =>
  putItem(table, { ...keys.orderEvent(orderId, event.id.slice(20)), v: 1, ...event, event: packed(event.event) });

const entryItem = (order: StoredOrder, entry: LedgerEntry): Item => ({
  ...keys.ledgerEntry(order.id, entry.id),
  v: 1,
  orderId: order.id,
  entry,
  listKey: listings.ledger(order.merchantId),
  listOrder: listedAt(entry.at, `${order.id}#${entry.id}`),
});

/** Brings the stored entries in line with the fold's: facts stay, what no longer follows from them goes. */
export const writeEntries = (
  table: Table,
  order: StoredOrder,
  before: readonly LedgerEntry[],
  after: readonly LedgerEntry[],
): Promise<void> => {
  const old = new Map(before.map((entry) => [entry.id, entry]));
  // Attributes come back from DynamoDB in any order.
  const changed = after.filter((entry) => !isDeepStrictEqual(old.get(entry.id), entry));
  const kept = new Set(after.map((entry) => entry.id));
  const gone = before.filter((entry) => !kept.has(entry.id));
  return writeItems(
    table,
    changed.map((entry) => entryItem(order, entry)),
    gone.map((entry) => keys.ledgerEntry(order.id, entry.id)),
  );
};

/** Writes the order's state over the version it was folded from; false when another delivery was faster. */
export const writeOrder = (table: Table, order: StoredOrder, seenVersion: number | undefined): Promise<boolean> =>
  putItem(
    table,
    {
      ...keys.order(order.id),
      v: 1,
      ...order,
      fold: packed(order.fold),
      folded: foldedBytes(order.folded),
      listKey: listings.orders(order.merchantId),
      listOrder: listedAt(order.listedAt, order.id),
    },
    seenVersion === undefined ? NOT_THERE : { expression: 'version = :seen', values: { ':seen': seenVersion } },
  );

export const orderById = async (table: Table, id: string): Promise<StoredOrder | undefined> => {
  const item = await getItem(table, keys.order(id));
  return item && orderOf(item);
};

export const ordersById = async (table: Table, ids: readonly string[], consistent = true): Promise<StoredOrder[]> =>
  (await getItems(table, ids.map(keys.order), consistent)).map(orderOf);

export interface ListedOrder {
  readonly order: StoredOrder;
  readonly position: string;
}

/** Streams a merchant's orders listed from `from` to before `to`, newest first, after `position` when given. */
export async function* ordersBetween(
  table: Table,
  merchantId: string,
  span: { readonly from?: number; readonly to?: number; readonly position?: string | undefined },
): AsyncGenerator<ListedOrder> {
  const range = {
    newestFirst: true,
    position: span.position,
    ...(span.from !== undefined && { from: listedAt(span.from, '') }),
    ...(span.to !== undefined && { to: listedAt(span.to, '') }),
  };
  for await (const item of queryListed(table, listings.orders(merchantId), range)) {
    yield { order: orderOf(item), position: item.listOrder };
  }
}

/** The ledger entries that happened from `from` to before `to`. */
export const entriesBetween = async (
  table: Table,
  merchantId: string,
  from: number,
  to: number,
): Promise<StoredEntry[]> => {
  const range = { from: listedAt(from, ''), to: listedAt(to, '') };
  const items = await Array.fromAsync(queryListed(table, listings.ledger(merchantId), range));
  return items.map((item) => ({ orderId: String(item.orderId), entry: item.entry as LedgerEntry }));
};
