import type { KeptCredit } from '../domain/kept-credit.ts';
import type { OrderEvent, ReceivedOrderEvent } from '../domain/orders/events.ts';
import type { FoldedOrder } from '../domain/orders/fold.ts';
import type { LedgerEntry } from '../domain/orders/ledger.ts';
import { eventPartsOf, foldedBytes, type UnsettledEvent } from './folded-events.ts';
import { keys, listedAt, listings } from './keys.ts';
import { packed, unpacked } from './packed.ts';
import { allItems, getItem, getItems, type Item, NOT_THERE, putItem, queryListed, type Table } from './table.ts';

/** The fold's result without its entries, which have a place of their own. */
type StoredFold = Omit<FoldedOrder, 'entries'>;

/** That an order's ties to a person were erased, and what has to be known of it since it can't be found out any more. */
export interface OrderErasure {
  readonly erasureId: string;
  readonly at: number;
  /** Who it is credited to and whether it was its customer's first; null when nothing was known of the order yet. */
  readonly credit: KeptCredit | null;
}

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
  readonly erased?: OrderErasure;
  /** Its customer had bought before, of a store that was erased since: nothing else says so any more. */
  readonly returning?: true;
}

/** An event's place among its order's events, which its id may not lead to. */
export interface EventPlace {
  readonly id: string;
  readonly part: string;
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
  /** Set once the person behind the order is erased. */
  readonly erasure: OrderErasure | undefined;
  readonly isReturning: boolean;
  /** Events that were not cut to what is left of them then. */
  readonly uncut: readonly EventPlace[];
}

const orderOf = (item: Item): StoredOrder => {
  const { id, merchantId, storeId, externalId, listedAt: at, version, fold } = item as never;
  // States written before entries lived in them have none.
  const { entries = [], ...told } = unpacked<StoredFold & { entries?: LedgerEntry[] }>(fold);
  const folded = eventPartsOf(item.folded);
  const erased = {
    ...(item.erased !== undefined && { erased: item.erased as OrderErasure }),
    ...(item.returning === true && { returning: true as const }),
  };
  return { id, merchantId, storeId, externalId, listedAt: at, version, fold: told, entries, folded, ...erased };
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
  erasure: undefined,
  isReturning: false,
  uncut: [],
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
  const erasure = items.find((item) => item.sk === 'ERA');
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
    erasure: erasure?.erasure as OrderErasure | undefined,
    isReturning: items.some((item) => item.sk === 'ERB'),
    uncut: events
      .filter(({ erasedAt }) => erasedAt === undefined)
      .map(({ id, sk }) => ({ id: String(id), part: sk.slice('EVT#'.length) })),
  };
};

/** Notes that an order's ties to a person are erased; false when they were before, and what was noted then stands. */
export const noteOrderErased = (table: Table, orderId: string, erasure: OrderErasure): Promise<boolean> =>
  putItem(table, { ...keys.orderErasure(orderId), v: 1, erasure }, NOT_THERE);

/** Notes that an order's customer had bought before, while what tells so is still there. */
export const noteReturning = (table: Table, orderId: string): Promise<boolean> =>
  putItem(table, { ...keys.orderReturning(orderId), v: 1 });

/** Whether the person behind each of these orders is erased; those that are. */
export const erasedAmong = async (table: Table, orderIds: readonly string[]): Promise<ReadonlySet<string>> => {
  const found = await getItems(table, orderIds.map(keys.orderErasure));
  return new Set(found.map(({ pk }) => pk.slice('ORD#'.length)));
};

/**
 * Puts an event into the partition of its order when its id leads elsewhere: one that could not be understood at
 * first and was replayed. The same event again is the same item.
 */
export const adoptEvent = (table: Table, orderId: string, event: ReceivedOrderEvent): Promise<boolean> =>
  putItem(table, { ...keys.orderEvent(orderId, event.id.slice(20)), v: 1, ...event, event: packed(event.event) });

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
