// Ledger entries: in their order's state, found by pointers at their instants; those a state has no room for by themselves.
import { isDeepStrictEqual } from 'node:util';
import type { LedgerEntry } from '../domain/orders/ledger.ts';
import { keys, listedAt, listings } from './keys.ts';
import { type OrderPartition, ordersById, readOrderPartition, type StoredOrder } from './orders.ts';
import { allItems, type Item, type Key, putMany, queryListed, type Table, writeItems } from './table.ts';

/** A ledger entry with the order it belongs to. */
export interface StoredEntry {
  readonly orderId: string;
  readonly entry: LedgerEntry;
}

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

/** All of an order's entries: most orders hold them in their state. */
export const entriesOfOrder = async (table: Table, { id, entries }: StoredOrder): Promise<readonly LedgerEntry[]> =>
  entries.length < MOST_IN_STATE ? entries : (await readOrderPartition(table, id)).entries;

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
