// Customers, known by keyed hashes alone: which orders are whose, so that first orders can be told from later ones.
import { instantKey, keys } from './keys.ts';
import { allItems, deleteItem, putItem, queryItems, type Table } from './table.ts';

/** An order in its customer's record. `counts` = a paid, non-test, non-gift sale. */
export interface CustomerOrder {
  readonly orderId: string;
  readonly placedAt: number;
  readonly counts: boolean;
}

/** Records an order under its customer; again is the same. */
export const recordCustomerOrder = (
  table: Table,
  merchantId: string,
  customerKey: string,
  order: CustomerOrder,
): Promise<boolean> =>
  putItem(table, { ...keys.customerOrder(merchantId, customerKey, order.placedAt, order.orderId), v: 1, ...order });

/** Takes an order back from a customer it turned out not to belong to, or from a time it was not placed at. */
export const forgetCustomerOrder = (
  table: Table,
  merchantId: string,
  customerKey: string,
  order: Pick<CustomerOrder, 'orderId' | 'placedAt'>,
): Promise<boolean> => deleteItem(table, keys.customerOrder(merchantId, customerKey, order.placedAt, order.orderId));

/** The customer's first order that counts. */
export const firstCountingOrder = async (
  table: Table,
  merchantId: string,
  customerKey: string,
): Promise<CustomerOrder | undefined> => {
  for await (const item of queryItems(table, keys.customerPartition(merchantId, customerKey), { limit: 5 })) {
    if (item.counts) return item as unknown as CustomerOrder;
  }
  return undefined;
};

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
