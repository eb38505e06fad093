// Customers, known by keyed hashes alone: which orders are whose, so that first orders can be told from later ones.
import { instantKey, keys } from './keys.ts';
import {
  allItems,
  deleteItem,
  getItems,
  type Item,
  type Key,
  putItem,
  putMany,
  queryItems,
  type Table,
  writeItems,
} from './table.ts';

/**
 * An order in its customer's record. `counts` = a sale or an exchange, no gift or renewal: whether it is paid only the
 * order itself says, so that a payment or a cancellation rewrites no customer.
 */
export interface CustomerOrder {
  readonly orderId: string;
  readonly placedAt: number;
  readonly counts: boolean;
}

/** An order in its customer's record, as stored. */
const customerOrderItem = (merchantId: string, customerKey: string, order: CustomerOrder): Item => ({
  ...keys.customerOrder(merchantId, customerKey, order.placedAt, order.orderId),
  v: 1,
  ...order,
});

/** Records an order under its customer; again is the same. */
export const recordCustomerOrder = (
  table: Table,
  merchantId: string,
  customerKey: string,
  order: CustomerOrder,
): Promise<boolean> => putItem(table, customerOrderItem(merchantId, customerKey, order));

/** Records many orders, each under one of its customers. */
export const recordCustomerOrders = (
  table: Table,
  merchantId: string,
  held: readonly { readonly customerKey: string; readonly order: CustomerOrder }[],
): Promise<void> =>
  putMany(
    table,
    held.map(({ customerKey, order }) => customerOrderItem(merchantId, customerKey, order)),
  );

/** Takes an order back from a customer it turned out not to belong to, or from a time it was not placed at. */
export const forgetCustomerOrder = (
  table: Table,
  merchantId: string,
  customerKey: string,
  order: Pick<CustomerOrder, 'orderId' | 'placedAt'>,
): Promise<boolean> => deleteItem(table, keys.customerOrder(merchantId, customerKey, order.placedAt, order.orderId));

/** The customers, of those named, that hold this order at its time and as it counts now. */
export const customersInStep = async (
  table: Table,
  merchantId: string,
  customerKeys: readonly string[],
  order: CustomerOrder,
): Promise<ReadonlySet<string>> => {
  const places = new Map(
    customerKeys.map((key) => [keys.customerOrder(merchantId, key, order.placedAt, order.orderId).pk, key]),
  );
  const held = await getItems(
    table,
    customerKeys.map((key) => keys.customerOrder(merchantId, key, order.placedAt, order.orderId)),
  );
  const agreeing = held.filter((item) => item.counts === order.counts);
  return new Set(agreeing.flatMap((item) => places.get(item.pk) ?? []));
};

/** Since when a customer is known to have bought, by what was imported of them. */
export interface KnownSince {
  readonly firstOrderAt: number;
}

/** Since when customers were known before they were known here, by their keys; those of whom nothing was imported lack. */
export const knownSince = async (
  table: Table,
  merchantId: string,
  customerKeys: readonly string[],
): Promise<ReadonlyMap<string, number>> => {
  const items = await getItems(
    table,
    customerKeys.map((key) => keys.customerKnown(merchantId, key)),
  );
  return new Map(
    items.map(({ pk, firstOrderAt }) => [
      pk.slice(keys.customerPartition(merchantId, '').length),
      Number(firstOrderAt),
    ]),
  );
};

/** Notes since when a customer is known; false when that was known already, or since earlier. */
export const knowSince = (
  table: Table,
  merchantId: string,
  customerKey: string,
  firstOrderAt: number,
): Promise<boolean> =>
  putItem(
    table,
    { ...keys.customerKnown(merchantId, customerKey), v: 1, firstOrderAt },
    { expression: 'attribute_not_exists(pk) OR firstOrderAt > :mine', values: { ':mine': firstOrderAt } },
  );

/**
 * Streams what tells that a customer bought before: since when they are known, if that was imported, and their orders that
 * count once they are paid, the oldest first, to those placed at an instant.
 */
export async function* salesUpTo(
  table: Table,
  merchantId: string,
  customerKey: string,
  until: number,
): AsyncGenerator<CustomerOrder | KnownSince> {
  const span = { from: 'KNOWN', to: `ORD#${instantKey(until)}#~`, limit: 25 };
  for await (const item of queryItems(table, keys.customerPartition(merchantId, customerKey), span)) {
    if (item.sk === 'KNOWN') yield { firstOrderAt: Number(item.firstOrderAt) };
    else if (item.counts) yield item as unknown as CustomerOrder;
  }
}

/** The customer's orders placed after an instant: theirs is the new-or-returning that an earlier order changes. */
export const laterOrders = async (
  table: Table,
  merchantId: string,
  customerKey: string,
  after: number,
): Promise<CustomerOrder[]> => {
  const items = await allItems(table, keys.customerPartition(merchantId, customerKey), {
    from: `ORD#${instantKey(after + 1)}`,
    to: 'ORD#~',
    limit: 100,
  });
  return items as unknown as CustomerOrder[];
};

/** Something kept under a customer. */
export interface CustomerRecord {
  readonly key: Key;
  /** The order it is about; null for what else is known of the customer. */
  readonly orderId: string | null;
}

/** Streams all that is kept under a customer, from behind the sort key `after` on. */
export async function* recordsOfCustomer(
  table: Table,
  merchantId: string,
  customerKey: string,
  after?: string,
): AsyncGenerator<CustomerRecord> {
  const pk = keys.customerPartition(merchantId, customerKey);
  const span = { limit: 100, ...(after !== undefined && { after: { pk, sk: after } }) };
  for await (const { sk, orderId } of queryItems(table, pk, span)) {
    yield { key: { pk, sk }, orderId: sk.startsWith('ORD#') ? String(orderId) : null };
  }
}

/** Removes what is kept under customers. */
export const dropCustomerRecords = (table: Table, records: readonly CustomerRecord[]): Promise<void> =>
  writeItems(
    table,
    [],
    records.map(({ key }) => key),
  );
