// Cutting an order loose from the person behind it: first noted, with what can't be found out afterwards, then done.
import type { MerchantData } from '../domain/entities.ts';
import { type KeptCredit, keptCreditOf } from '../domain/kept-credit.ts';
import { forgetCustomerOrder, laterOrders } from '../table/customers.ts';
import { type FoundOrder, noteFoundOrder } from '../table/erasures.ts';
import { forgetFollower, subscriptionPlace } from '../table/followers.ts';
import {
  noteOrderErased,
  noteReturning,
  type OrderPartition,
  ordersById,
  readOrderPartition,
  type StoredOrder,
} from '../table/orders.ts';
import type { StoredRecord } from '../table/records.ts';
import { bodyParts } from '../table/webhook-bodies.ts';
import { applyEvents } from './apply-events.ts';
import { attributeOrder, customerOf } from './attribute-order.ts';
import { bookedFold } from './book-fold.ts';
import { cutEvents } from './cut-events.ts';
import { createLookup } from './lookup.ts';
import { type OrderIdentity, orderAfter } from './order-after.ts';
import { createKeptCredits } from './sealed-day.ts';
import type { Service } from './service.ts';

type Merchant = StoredRecord<MerchantData>;

/** Every key that anything of an order ties it to a customer by. */
const customerKeysIn = ({ order, events }: OrderPartition): string[] => [
  ...new Set([
    ...(order?.fold.customerKeys ?? []),
    ...events.flatMap(({ event }) => (event.type === 'snapshot' ? event.customerKeys : [])),
  ]),
];

/** The customers an order is tied to, by their keys. */
export const customersOfOrder = async (service: Service, orderId: string): Promise<string[]> =>
  customerKeysIn(await readOrderPartition(service.table, orderId));

/** The subscriptions it is noted under. */
const subscriptionsIn = ({ order, events }: OrderPartition): string[] => {
  const told = [order?.fold, ...events.map(({ event }) => (event.type === 'snapshot' ? event : undefined))];
  return [...new Set(told.flatMap((one) => one?.subscriptionId ?? []))];
};

/** The instants it may stand at among its customers' orders. */
const instantsIn = ({ order, events }: OrderPartition): number[] => [
  ...new Set([
    ...(order ? [order.listedAt] : []),
    ...events.flatMap(({ event }) => (event.type === 'snapshot' ? [event.placedAt] : [])),
  ]),
];

const creditOf = async (service: Service, merchant: Merchant, order: StoredOrder): Promise<KeptCredit> => {
  const lookup = createLookup(service.table);
  const customer = await customerOf(service, merchant, order, lookup);
  const kept = await createKeptCredits(service, merchant).ofOrder(order, lookup);
  if (kept) return { ...kept, customer: kept.customer ?? customer };
  const { attribution, selfPurchase } = await attributeOrder(service, merchant, order, lookup);
  const { owner, conflict, unattributed } = attribution;
  return keptCreditOf({ owner, conflict, reason: unattributed?.reason ?? null, selfPurchase }, customer);
};

/** An order that an erasure is about; the shop may name one that never came. */
export interface NamedOrder {
  readonly id: string;
  readonly identity?: OrderIdentity | undefined;
}

const bodiesOf = async (service: Service, { uncut }: OrderPartition): Promise<number> => {
  const parts = await Promise.all(uncut.map(({ id }) => bodyParts(service.table, id)));
  return parts.filter(({ length }) => length > 0).length;
};

/**
 * Notes that an order is to be cut loose, and keeps who it is credited to and whether it was its customer's first:
 * neither follows from what will be left of it. From then on nothing that comes brings the person back.
 */
export const markOrder = async (
  service: Service,
  merchant: Merchant,
  erasureId: string,
  { id: orderId, identity: named }: NamedOrder,
): Promise<void> => {
  const before = await readOrderPartition(service.table, orderId);
  const { storeId, externalId } = before.order ?? named ?? { storeId: null, externalId: null };
  const identity = storeId !== null && externalId !== null ? { id: orderId, storeId, externalId } : undefined;
  const isKnown = identity && before.events.length > 0;
  const known = isKnown && orderAfter(before, identity, merchant, await bookedFold(service, merchant, before)).order;
  const credit = known && known.fold.placedAt !== null ? await creditOf(service, merchant, known) : null;
  await noteOrderErased(service.table, orderId, { erasureId, at: service.clock(), credit });
  // Of an order that had never come an event may have been kept meanwhile, by a delivery that looked before the note was
  // there; whoever looks from now on meets it.
  const noted = before.uncut.length > 0 ? before : await readOrderPartition(service.table, orderId);
  const customerKeys = customerKeysIn(noted);
  const found: FoundOrder = {
    orderId,
    storeId,
    externalId,
    events: noted.uncut.length,
    bodies: await bodiesOf(service, noted),
    customerRecords: customerKeys.length,
  };
  if (noted.uncut.length > 0 || customerKeys.length > 0) await noteFoundOrder(service.table, erasureId, found);
};

/**
 * Keeps that customers of a store about to be forgotten had bought before, for their later orders in the merchant's other
 * stores: nothing would tell so any more, and a day computed again would take them for new.
 */
export const keepReturning = async (service: Service, merchant: Merchant, { id: orderId }: NamedOrder) => {
  const before = await readOrderPartition(service.table, orderId);
  if (!before.order) return;
  const { storeId, listedAt } = before.order;
  const lookup = createLookup(service.table);
  for (const key of customerKeysIn(before)) {
    const later = await laterOrders(service.table, merchant.id, key, listedAt);
    const others = await ordersById(service.table, [...new Set(later.map((order) => order.orderId))]);
    for (const order of others) {
      if (order.storeId === storeId || order.returning || order.erased) continue;
      if ((await customerOf(service, merchant, order, lookup)) !== 'returning') continue;
      await noteReturning(service.table, order.id);
      const { id, storeId: otherId, externalId } = order;
      await applyEvents(service, merchant, { id, storeId: otherId, externalId });
    }
  }
};

/**
 * Cuts an order that is noted as erased: its customers and subscriptions forget it, its bodies go, its events and its
 * state keep money and goods. The state comes last, so that what a crash leaves is found again; harmless to repeat.
 */
export const cutOrder = async (
  service: Service,
  merchant: Merchant,
  { orderId, storeId, externalId }: Pick<FoundOrder, 'orderId' | 'storeId' | 'externalId'>,
): Promise<void> => {
  const before = await readOrderPartition(service.table, orderId);
  const [customerKeys, instants] = [customerKeysIn(before), instantsIn(before)];
  const subscriptions = storeId === null ? [] : subscriptionsIn(before).map((id) => subscriptionPlace(storeId, id));
  const forget = async () => {
    for (const place of subscriptions) await forgetFollower(service.table, place, orderId);
    for (const key of customerKeys) {
      for (const placedAt of instants) {
        await forgetCustomerOrder(service.table, merchant.id, key, { orderId, placedAt });
      }
    }
  };
  await forget();
  if (storeId === null || externalId === null) await cutEvents(service, merchant, orderId, before.uncut);
  else await applyEvents(service, merchant, { id: orderId, storeId, externalId });
  // A delivery that had read the order before may have noted it once more; its state is refused from now on.
  await forget();
};
