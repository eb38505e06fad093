// Bringing an order up to date with its events: fold them all, mark the days it touches, write what changed.
import { isDeepStrictEqual } from 'node:util';
import { type Day, dayOf } from '../domain/days.ts';
import type { MerchantData } from '../domain/entities.ts';
import { isSale } from '../domain/orders/events.ts';
import { type FoldedOrder, foldOrder } from '../domain/orders/fold.ts';
import type { LedgerEntry } from '../domain/orders/ledger.ts';
import {
  type CustomerOrder,
  customersInStep,
  forgetCustomerOrder,
  laterOrders,
  recordCustomerOrder,
} from '../table/customers.ts';
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

/** An order counts for who is new: paid and a sale or an exchange, so neither a test, a gift nor a renewal. */
const countsForCustomer = (fold: StoredOrder['fold']): boolean => fold.state === 'paid' && isSale(fold.kind);

/** The order as its customers hold it. */
const placementOf = ({ id, listedAt, fold }: StoredOrder): CustomerOrder => ({
  orderId: id,
  placedAt: listedAt,
  counts: countsForCustomer(fold),
});

const byId = (entries: readonly LedgerEntry[]) => entries.toSorted((a, b) => (a.id < b.id ? -1 : 1));

/** Equal as stored: DynamoDB keeps neither the order of attributes nor what is undefined. */
const sameStored = (stored: unknown, fresh: unknown) => isDeepStrictEqual(stored, JSON.parse(JSON.stringify(fresh)));

/** Money of another currency counts only once a rate is known: a missing rate is a state, never a guess. */
const inCurrency = (folded: FoldedOrder, currency: string): FoldedOrder =>
  folded.sale !== null && folded.currency !== currency
    ? { ...folded, state: 'fx_missing', sale: null, entries: [] }
    : folded;

const daysTouched = (zone: string, before: OrderPartition, after: StoredOrder, folded: FoldedOrder): Day[] =>
  [before.order?.listedAt, after.listedAt, ...before.entries.map(({ at }) => at), ...folded.entries.map(({ at }) => at)]
    .filter((instant) => instant !== undefined)
    .map((instant) => dayOf(instant, zone));

interface CustomerWork {
  /** Customers that don't hold the order as it stands. */
  readonly keys: readonly string[];
  /** Other times the order was recorded at under its customers. */
  readonly strays: readonly number[];
}

/**
 * Which customers don't hold the order as it now stands. What is stored of them is read, not concluded from the order:
 * a slower delivery may have written under them after a faster one was done.
 */
const customerWork = async (
  service: Service,
  after: StoredOrder,
  recordedAt: ReadonlySet<number>,
): Promise<CustomerWork> => {
  const { customerKeys } = after.fold;
  const strays = [...recordedAt].filter((at) => at !== after.listedAt).sort((a, b) => a - b);
  if (customerKeys.length === 0 || strays.length > 0) return { keys: customerKeys, strays };
  const inStep = await customersInStep(service.table, after.merchantId, customerKeys, placementOf(after));
  return { keys: customerKeys.filter((key) => !inStep.has(key)), strays };
};

/**
 * Keeps the customers' own records of the order in step; an order that arrives before later ones of the same customer
 * changes who was new on those days, so they are marked too.
 */
const updateCustomers = async (service: Service, zone: string, after: StoredOrder, work: CustomerWork) => {
  const { table } = service;
  const { id: orderId, merchantId } = after;
  for (const key of work.keys) {
    const later = await laterOrders(table, merchantId, key, Math.min(after.listedAt, ...work.strays));
    await markDays(
      service,
      merchantId,
      later.map((order) => dayOf(order.placedAt, zone)),
    );
    for (const placedAt of work.strays) await forgetCustomerOrder(table, merchantId, key, { orderId, placedAt });
    await recordCustomerOrder(table, merchantId, key, placementOf(after));
  }
};

/** The order as these events tell it, one version after the one it was read at. */
const orderAfter = (before: OrderPartition, identity: OrderIdentity, merchantId: string, folded: FoldedOrder) => {
  const { history: _history, entries, ...fold } = folded;
  const firstHeard = Math.min(...before.events.map(({ receivedAt }) => receivedAt));
  const order: StoredOrder = {
    ...identity,
    merchantId,
    listedAt: fold.placedAt ?? firstHeard,
    version: (before.order?.version ?? 0) + 1,
    fold,
  };
  const sameEntries = sameStored(byId(before.entries), byId(entries));
  const unchanged = before.order && sameEntries && sameStored(before.order.fold, fold);
  return { order, entries, unchanged };
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
  const { currency, timeZone } = merchant.data;
  const recordedAt = new Set<number>();
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = await readOrderPartition(service.table, identity.id);
    if (before.order) recordedAt.add(before.order.listedAt);
    const folded = inCurrency(foldOrder(before.events), currency);
    const { order: after, entries, unchanged } = orderAfter(before, identity, merchant.id, folded);
    const work = await customerWork(service, after, recordedAt);
    if (before.order && unchanged && work.keys.length === 0) return before.order;
    await markDays(service, merchant.id, daysTouched(timeZone, before, after, folded));
    await updateCustomers(service, timeZone, after, work);
    recordedAt.add(after.listedAt);
    if (before.order && unchanged) return before.order;
    await writeEntries(service.table, after, before.entries, entries);
    if (await writeOrder(service.table, after, before.order?.version)) return after;
  }
  throw new Error(`Order ${identity.id} kept changing while it was folded`);
};
