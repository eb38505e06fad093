// Finding a merchant's orders by an id: ours, or the shop's own.
import type { StoreData } from '../../lib/domain/entities.ts';
import { orderIdOf } from '../../lib/flows/inbox-event.ts';
import { refusal } from '../../lib/http/refusal.ts';
import { orderById, ordersById, type StoredOrder } from '../../lib/table/orders.ts';
import { recordsOf } from '../../lib/table/records.ts';
import type { Call } from './operation.ts';

/** The orders that the merchant's stores, archived ones too, have under an id of the shop's own. */
const ordersNamed = async (call: Call, externalId: string): Promise<StoredOrder[]> => {
  const { table } = call.service;
  const ids: string[] = [];
  for await (const { record } of recordsOf<StoreData>(table, { merchantId: call.merchant.id, kind: 'store' })) {
    ids.push(orderIdOf(record.id, externalId));
  }
  return ordersById(table, ids);
};

/** The order that a path names: by our id, or by `ext_` and the shop's, where only one store has it. */
export const ownOrder = async (call: Call): Promise<StoredOrder> => {
  const id = call.params.id as string;
  if (id.startsWith('ext_')) {
    const [order, another] = await ordersNamed(call, id.slice(4));
    if (another)
      throw refusal('not_found', 'Several stores have an order of that id: GET /v1/orders?externalId= lists them');
    if (order) return order;
  }
  const order = await orderById(call.service.table, id);
  if (order?.merchantId !== call.merchant.id) throw refusal('not_found', 'There is no such order');
  return order;
};

/** Instants from the first to before the last. */
interface Span {
  readonly from?: number;
  readonly to?: number;
}

const isWithin = ({ from = 0, to = Number.POSITIVE_INFINITY }: Span, { listedAt }: StoredOrder): boolean =>
  listedAt >= from && listedAt < to;

/** A list of those few, for whoever looks an order up by the shop's id of it. */
export async function* listedByExternalId(call: Call, externalId: string, span: Span, position: string | undefined) {
  const named = (await ordersNamed(call, externalId)).sort((a, b) => b.listedAt - a.listedAt || (a.id < b.id ? -1 : 1));
  const after = named.findIndex(({ id }) => id === position) + 1;
  for (const order of named.slice(after)) if (isWithin(span, order)) yield { item: order, position: order.id };
}
