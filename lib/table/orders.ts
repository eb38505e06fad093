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
  type Key,
  NOT_THERE,
  putItem,
  putMany,
  queryListed,
  type Table,
  writeItems,
} from './table.ts';

/** The fold's result without its entries, which have a place of their own. */
type StoredFold = Omit<FoldedOrder, 'entries'>;

export interface StoredOrder {
  readonly id: string;
  readonly merchantId: string;
  readonly storeId: string;
  readonly externalId: string;
  /** Places the order in time: when it was placed, or first heard of before that is known. */
  readonly listedAt: number;
  readonly version: number;
  readonly fold: StoredFold;
  /** Its ledger entries, but for those kept as items of their own. */
  readonly entries: readonly LedgerEntry[];
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
  /** All of them, wherever they are kept. */
  readonly entries: readonly LedgerEntry[];
  /** Those that are items of their own. */
  readonly entryItems: readonly LedgerEntry[];
  readonly events: readonly ReceivedOrderEvent[];
  /** Of the events those that don't say themselves that they are applied: the order's state may say it. */
  readonly unsettled: readonly UnsettledEvent[];
}

const orderOf = (item: Item): StoredOrder => {
  const { id, merchantId, storeId, externalId, listedAt: at, version, fold } = item as never;
  // States written before entries lived in them have none.
  const { entries = [], ...told } = unpacked<StoredFold & { entries?: LedgerEntry[] }>(fold);
  const folded = eventPartsOf(item.folded);
  return { id, merchantId, storeId, externalId, listedAt: at, version, fold: told, entries, folded };
};

/** A copy that a replay laid here says nothing of its state, and one being replayed is settled by itself. */
const isUnsettled = (item: Item): boolean => item.state === 'received' && item.replayedAt === undefined;

const unsettledOf = (item: Item): UnsettledEvent => ({
  part: item.sk.slice('EVT#'.length),
  nothingNewTo: item.nothingNewTo as number | undefined,
});

/** What the state has of the same name stands: an item put there since waits for the next version. */
const besideThoseIn = (order: StoredOrder | undefined, items: readonly LedgerEntry[]): LedgerEntry[] =>
  items.filter(({ id }) => !order?.entries.some((entry) => entry.id === id));

/** The partition of an order nobody has told anything about. */
export const NOTHING_KNOWN: OrderPartition = {
  order: undefined,
  entries: [],
  entryItems: [],
  events: [],
  unsettled: [],
};

/**
 * Everything known of an order. The state is read first: where another is written before the rest is read, it is folded
 * from events that may not be among these, but then writing over the state that was read fails.
 */
export const readOrderPartition = async (table: Table, orderId: string): Promise<OrderPartition> => {
  const stateFirst = { newestFirst: true };
  const items = await allItems(table, keys.orderPartition(orderId), stateFirst);
  const state = items.find((item) => item.sk === 'ORD');
  const events = items.filter((item) => item.sk.startsWith('EVT#') && item.event);
  const order = state && orderOf(state);
  const entryItems = items.filter((item) => item.sk.startsWith('LED#')).map((item) => item.entry as LedgerEntry);
  return {
    order,
    entries: [...(order?.entries ?? []), ...besideThoseIn(order, entryItems)],
    entryItems,
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

/** Most entries kept in an order's state: compressed together they take a write unit at most. */
const MOST_IN_STATE = 32;

/**
 * Which entries the state of an order holds next: those it holds, and new ones while there is room. An entry that is an
 * item of its own, from before states held any or for want of room, stays one.
 */
export const entriesInState = (before: OrderPartition, entries: readonly LedgerEntry[]): LedgerEntry[] => {
  const held = new Set(before.order?.entries.map(({ id }) => id));
  const items = new Set(before.entryItems.map(({ id }) => id));
  const stay = entries.filter(({ id }) => held.has(id));
  const come = entries.filter(({ id }) => !held.has(id) && !items.has(id));
  return [...stay, ...come.slice(0, Math.max(0, MOST_IN_STATE - stay.length))];
};

interface EntryWrites {
  readonly pointers: readonly Item[];
  readonly changed: readonly Item[];
  readonly gone: readonly Key[];
}

/**
 * Prepares for a state with these entries: facts stay, what no longer follows from them goes. An entry in the state is
 * found through a pointer at its instant. Pointers are never taken back: another delivery may count on one, and which
 * entries there are the state says.
 */
export const writeEntries = async (
  table: Table,
  order: StoredOrder,
  before: OrderPartition,
  after: readonly LedgerEntry[],
): Promise<void> => {
  const { pointers, changed, gone } = entryWrites(order, before, after);
  await writeItems(table, pointers);
  await writeItems(table, changed, gone);
};

/** An order with its entries, as it is about to be written over what was read of it. */
export interface NextEntries {
  readonly order: StoredOrder;
  readonly before: OrderPartition;
  readonly entries: readonly LedgerEntry[];
}

/** Prepares for the states of many orders. */
export const writeEntriesOf = async (table: Table, orders: readonly NextEntries[]): Promise<void> => {
  const writes = orders.map(({ order, before, entries }) => entryWrites(order, before, entries));
  await putMany(
    table,
    writes.flatMap(({ pointers }) => pointers),
  );
  await putMany(
    table,
    writes.flatMap(({ changed }) => changed),
  );
  await writeItems(
    table,
    [],
    writes.flatMap(({ gone }) => gone),
  );
};

/** What is written for an order's entries: the pointers first. */
const entryWrites = (order: StoredOrder, before: OrderPartition, after: readonly LedgerEntry[]): EntryWrites => {
  const inState = new Set(order.entries.map(({ id }) => id));
  const items = after.filter(({ id }) => !inState.has(id));
  const old = new Map(before.entryItems.map((entry) => [entry.id, entry]));
  // Attributes come back from DynamoDB in any order.
  const changed = items.filter((entry) => !isDeepStrictEqual(old.get(entry.id), entry));
  const kept = new Set(items.map(({ id }) => id));
  const gone = before.entryItems.filter(({ id }) => !kept.has(id));
  const pointed = new Set(before.order?.entries.map(({ at }) => at));
  const instants = new Set(order.entries.map(({ at }) => at).filter((at) => !pointed.has(at)));
  const pointers = [...instants].map((at) => ({
    ...keys.happening(order.merchantId, at, order.id),
    v: 1,
    orderId: order.id,
  }));
  return {
    pointers,
    changed: changed.map((entry) => entryItem(order, entry)),
    gone: gone.map((entry) => keys.ledgerEntry(order.id, entry.id)),
  };
};

/** Writes the order's state over the version it was folded from; false when another delivery was faster. */
export const writeOrder = (table: Table, order: StoredOrder, seenVersion: number | undefined): Promise<boolean> => {
  const { fold, entries, folded, ...rest } = order;
  const item: Item = {
    ...keys.order(order.id),
    v: 1,
    ...rest,
    fold: packed({ ...fold, entries }),
    folded: foldedBytes(folded),
    listKey: listings.orders(order.merchantId),
    listOrder: listedAt(order.listedAt, order.id),
  };
  const seen = { expression: 'version = :seen', values: { ':seen': seenVersion } };
  return putItem(table, item, seenVersion === undefined ? NOT_THERE : seen);
};

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

/** The ledger entries that happened from `from` to before `to`: in orders' states, and as items of their own. */
export const entriesBetween = async (
  table: Table,
  merchantId: string,
  from: number,
  to: number,
): Promise<StoredEntry[]> => {
  const range = { from: listedAt(from, ''), to: listedAt(to, '') };
  const pointers = await allItems(table, keys.ledgerPartition(merchantId), range);
  const orders = await ordersById(table, [...new Set(pointers.map(({ orderId }) => String(orderId)))]);
  const inStates = orders.flatMap(({ id, entries }) =>
    entries.filter(({ at }) => at >= from && at < to).map((entry) => ({ orderId: id, entry })),
  );
  const items = await Array.fromAsync(queryListed(table, listings.ledger(merchantId), range));
  const known = new Set(inStates.map(({ orderId, entry }) => `${orderId}#${entry.id}`));
  const alone = items.map((item) => ({ orderId: String(item.orderId), entry: item.entry as LedgerEntry }));
  return [...inStates, ...alone.filter(({ orderId, entry }) => !known.has(`${orderId}#${entry.id}`))];
};
