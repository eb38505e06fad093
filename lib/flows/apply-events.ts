// Bringing an order up to date with its events: fold them all, mark the days it touches, write what changed.
import { type Day, dayOf } from '../domain/days.ts';
import type { MerchantData } from '../domain/entities.ts';
import { type FoldedOrder, foldOrder } from '../domain/orders/fold.ts';
import { forgetCustomerOrder, laterOrders, recordCustomerOrder } from '../table/customers.ts';
import {
  type OrderPartition,
  readOrderPartition,
  type StoredOrder,
  writeEntries,
  writeOrder,
} from '../table/orders.ts';
import type { StoredRecord } from '../table/records.ts';
import { markDays } from './mark-days.ts';
import type { Service } from './service.ts';

/** Which order, of which shop. */
export interface OrderIdentity {
  readonly id: string;
  readonly storeId: string;
  readonly externalId: string;
}

const ATTEMPTS = 20;

/** An order counts for who is new: paid and a sale, so neither a test, a gift nor a renewal. */
const countsForCustomer = (fold: StoredOrder['fold']): boolean => fold.state === 'paid' && fold.kind === 'sale';

const sameJson = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** Money of another currency counts only once a rate is known: a missing rate is a state, never a guess. */
const inCurrency = (folded: FoldedOrder, currency: string): FoldedOrder =>
  folded.sale !== null && folded.currency !== currency
    ? { ...folded, state: 'fx_missing', sale: null, entries: [] }
    : folded;

const daysTouched = (zone: string, before: OrderPartition, after: StoredOrder, folded: FoldedOrder): Day[] =>
  [before.order?.listedAt, after.listedAt, ...before.entries.map(({ at }) => at), ...folded.entries.map(({ at }) => at)]
    .filter((instant) => instant !== undefined)
    .map((instant) => dayOf(instant, zone));

/**
 * Keeps the customer's own record of orders in step; an order that arrives before later ones of the same customer
 * changes who was new on those days, so they are marked too.
 */
const updateCustomers = async (
  service: Service,
  merchant: StoredRecord<MerchantData>,
  before: StoredOrder | undefined,
  after: StoredOrder,
): Promise<void> => {
  const { table } = service;
  const placed = { orderId: after.id, placedAt: after.listedAt, counts: countsForCustomer(after.fold) };
  const was = before && {
    keys: before.fold.customerKeys,
    placedAt: before.listedAt,
    counts: countsForCustomer(before.fold),
  };
  const unchanged = was && was.placedAt === placed.placedAt && was.counts === placed.counts;
  for (const key of new Set([...(was?.keys ?? []), ...after.fold.customerKeys])) {
    const known = was?.keys.includes(key) ?? false;
    if (unchanged && known) continue;
    const later = await laterOrders(table, merchant.id, key, Math.min(placed.placedAt, was?.placedAt ?? Infinity));
    await markDays(
      service,
      merchant.id,
      later.map((order) => dayOf(order.placedAt, merchant.data.timeZone)),
    );
    if (was && known && was.placedAt !== placed.placedAt) {
      await forgetCustomerOrder(table, merchant.id, key, { orderId: after.id, placedAt: was.placedAt });
    }
    await recordCustomerOrder(table, merchant.id, key, placed);
  }
};

/**
 * Folds everything known of an order and writes what follows from it. Safe to repeat, to interleave with another
 * delivery and to cut short: the state is written last and only over the version it was folded from.
 */
export const applyEvents = async (
  service: Service,
  merchant: StoredRecord<MerchantData>,
  identity: OrderIdentity,
): Promise<StoredOrder> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = await readOrderPartition(service.table, identity.id);
    const folded = inCurrency(foldOrder(before.events), merchant.data.currency);
    const { history: _history, entries, ...fold } = folded;
    const firstHeard = Math.min(...before.events.map(({ receivedAt }) => receivedAt));
    const after: StoredOrder = {
      ...identity,
      merchantId: merchant.id,
      listedAt: fold.placedAt ?? firstHeard,
      version: (before.order?.version ?? 0) + 1,
      fold,
    };
    if (before.order && sameJson(before.order.fold, fold) && sameJson(before.entries, entries)) return before.order;
    await markDays(service, merchant.id, daysTouched(merchant.data.timeZone, before, after, folded));
    await updateCustomers(service, merchant, before.order, after);
    await writeEntries(service.table, after, before.entries, entries);
    if (await writeOrder(service.table, after, before.order?.version)) return after;
  }
  throw new Error(`Order ${identity.id} kept changing while it was folded`);
};
