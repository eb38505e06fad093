// Erasures under way: what each still has to do, sealed, for it names whom to erase; and the orders it has found.
import { type MasterKey, openBytes, sealBytes } from '../platform/crypto.ts';
import { keys } from './keys.ts';
import {
  allItems,
  deleteItem,
  getItem,
  type Item,
  type Key,
  NOT_THERE,
  putItem,
  queryItems,
  type Table,
  writeItems,
} from './table.ts';

const contextOf = (erasureId: string) => `${erasureId}|plan`;

const itemOf = (masterKey: MasterKey, erasureId: string, dueAt: number, plan: unknown): Item => ({
  ...keys.queuedErasure(erasureId),
  v: 1,
  dueAt,
  plan: sealBytes(masterKey, contextOf(erasureId), Buffer.from(JSON.stringify(plan))),
});

/** Puts an erasure into the queue, due at an instant; false when it is there already. */
export const enqueueErasure = (
  table: Table,
  masterKey: MasterKey,
  erasureId: string,
  dueAt: number,
  plan: unknown,
): Promise<boolean> => putItem(table, itemOf(masterKey, erasureId, dueAt, plan), NOT_THERE);

/** Notes how far an erasure has come. One that was taken out of the queue meanwhile does not come back. */
export const saveErasure = (
  table: Table,
  masterKey: MasterKey,
  erasureId: string,
  dueAt: number,
  plan: unknown,
): Promise<boolean> =>
  putItem(table, itemOf(masterKey, erasureId, dueAt, plan), { expression: 'attribute_exists(pk)' });

/** What an erasure in the queue still has to do; undefined once it is out of it. */
export const queuedErasure = async <P>(
  table: Table,
  masterKey: MasterKey,
  erasureId: string,
): Promise<P | undefined> => {
  const item = await getItem(table, keys.queuedErasure(erasureId));
  if (!item) return undefined;
  return JSON.parse(openBytes(masterKey, contextOf(erasureId), item.plan as Uint8Array).toString('utf8')) as P;
};

/** The ids of the erasures that are due. */
export const dueErasures = async (table: Table, now: number): Promise<string[]> =>
  (await allItems(table, keys.erasureQueue())).filter(({ dueAt }) => Number(dueAt) <= now).map(({ sk }) => sk);

/** Takes an erasure out of the queue, and its list of orders with it. */
export const dequeueErasure = async (table: Table, erasureId: string): Promise<void> => {
  const orders = await allItems(table, keys.erasurePartition(erasureId), { only: ['pk', 'sk'] });
  await writeItems(table, [], orders);
  await deleteItem(table, keys.queuedErasure(erasureId));
};

/** An order that an erasure has found, with what there was to remove of it. */
export interface FoundOrder {
  readonly orderId: string;
  /** Null for one whose state was never written. */
  readonly storeId: string | null;
  readonly externalId: string | null;
  readonly events: number;
  readonly bodies: number;
  readonly customerRecords: number;
}

/** Notes an order among those to be cut loose; found again, the first count stands. */
export const noteFoundOrder = (table: Table, erasureId: string, order: FoundOrder): Promise<boolean> =>
  putItem(table, { ...keys.orderOfErasure(erasureId, order.orderId), v: 1, ...order }, NOT_THERE);

const foundOf = (item: Item): FoundOrder => {
  const { orderId, storeId, externalId, events, bodies, customerRecords } = item as never;
  return { orderId, storeId, externalId, events, bodies, customerRecords };
};

/** Streams the orders an erasure has found, by id, those behind `after`. */
export async function* foundOrders(table: Table, erasureId: string, after?: string): AsyncGenerator<FoundOrder> {
  const span =
    after === undefined ? {} : { after: keys.orderOfErasure(erasureId, after) as Record<string, unknown> & Key };
  for await (const item of queryItems(table, keys.erasurePartition(erasureId), span)) yield foundOf(item);
}
