// Bringing an order up to date with its events: fold them all, mark the days it touches, write what changed.
import { type Day, dayOf } from '../domain/days.ts';
import type { MerchantData } from '../domain/entities.ts';
import { isSale } from '../domain/orders/events.ts';
import type { LedgerEntry } from '../domain/orders/ledger.ts';
import {
  type CustomerOrder,
  customersInStep,
  forgetCustomerOrder,
  laterOrders,
  recordCustomerOrder,
} from '../table/customers.ts';
import { pointToForeignOrder } from '../table/fx-rates.ts';
import { settleTakenIn } from '../table/inbox.ts';
import { writeEntries } from '../table/ledger-entries.ts';
import { type OrderPartition, readOrderPartition, type StoredOrder, writeOrder } from '../table/orders.ts';
import type { StoredRecord } from '../table/records.ts';
import { bookedFold, dayOfOrder } from './book-fold.ts';
import { daysOfFollowers, followParent } from './credit-followed.ts';
import { cutEvents } from './cut-events.ts';
import { markDays } from './mark-days.ts';
import { type OrderAfter, type OrderIdentity, orderAfter } from './order-after.ts';
import type { Service } from './service.ts';

const ATTEMPTS = 20;

/** The order as its customers hold it. */
export const placementOf = ({ id, listedAt, fold }: StoredOrder): CustomerOrder => ({
  orderId: id,
  placedAt: listedAt,
  counts: isSale(fold.kind),
});

export const daysTouched = (
  zone: string,
  before: OrderPartition,
  after: StoredOrder,
  entries: readonly LedgerEntry[],
) =>
  [before.order?.listedAt, after.listedAt, ...before.entries.map(({ at }) => at), ...entries.map(({ at }) => at)]
    .filter((instant) => instant !== undefined)
    .map((instant): Day => dayOf(instant, zone));

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
 * Keeps the customers' own records of the order in step. An order that arrives before later ones of the same customer,
 * or that is paid or cancelled after them, changes who was new on those days, so they are marked first.
 */
const updateCustomers = async (service: Service, zone: string, after: OrderAfter, work: CustomerWork) => {
  const { table } = service;
  const { id: orderId, merchantId, listedAt, fold } = after.order;
  for (const key of after.countsOtherwise ? fold.customerKeys : work.keys) {
    const later = await laterOrders(table, merchantId, key, Math.min(listedAt, ...work.strays));
    await markDays(
      service,
      merchantId,
      later.map((order) => dayOf(order.placedAt, zone)),
    );
  }
  for (const key of work.keys) {
    for (const placedAt of work.strays) await forgetCustomerOrder(table, merchantId, key, { orderId, placedAt });
    await recordCustomerOrder(table, merchantId, key, placementOf(after.order));
  }
};

/** What this very delivery has noted of an order, unaware that the person behind it was being erased. */
interface Noted {
  readonly id: string;
  readonly recordedAt: ReadonlySet<number>;
  readonly recordedUnder: ReadonlySet<string>;
}

/** Whoever meets the note of an erasure takes out what came in beside it, its own doing included. */
const cutAgain = async (
  service: Service,
  merchant: StoredRecord<MerchantData>,
  before: OrderPartition,
  { id: orderId, recordedAt, recordedUnder }: Noted,
): Promise<void> => {
  await cutEvents(service, merchant, orderId, before.uncut);
  for (const key of recordedUnder) {
    for (const placedAt of recordedAt) {
      await forgetCustomerOrder(service.table, merchant.id, key, { orderId, placedAt });
    }
  }
};

/**
 * Has an order of another currency found by the day whose rate it is booked at, so that it follows when that rate comes
 * or changes. One that is booked at a rate for the same day was found so before.
 */
const pointIfForeign = async (
  service: Service,
  merchant: StoredRecord<MerchantData>,
  before: StoredOrder | undefined,
  after: StoredOrder,
) => {
  if (after.fold.fx === undefined && after.fold.state !== 'fx_missing') return;
  const day = dayOfOrder(merchant, after.listedAt);
  if (before?.fold.fx && dayOfOrder(merchant, before.listedAt) === day) return;
  await pointToForeignOrder(service.table, merchant.id, day, after.id);
};

/**
 * Folds everything known of an order and writes what follows from it. Safe to repeat and to cut short: the state is
 * written last and only over the version it was folded from. Safe to interleave with another delivery, for each reads
 * the order after it has kept its event: of two, whoever reads later folds both.
 */
export const applyEvents = async (
  service: Service,
  merchant: StoredRecord<MerchantData>,
  identity: OrderIdentity,
): Promise<StoredOrder> => {
  const zone = merchant.data.timeZone;
  const recordedAt = new Set<number>();
  const recordedUnder = new Set<string>();
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = await readOrderPartition(service.table, identity.id);
    if (before.order) recordedAt.add(before.order.listedAt);
    if (before.erasure) await cutAgain(service, merchant, before, { ...identity, recordedAt, recordedUnder });
    const after = orderAfter(before, identity, merchant, await bookedFold(service, merchant, before));
    const [work, followed] = await Promise.all([
      customerWork(service, after.order, recordedAt),
      daysOfFollowers(service, zone, before.order, after.order),
    ]);
    if (!after.sameFigures || work.keys.length > 0) {
      await followParent(service, before.order, after.order);
      await markDays(service, merchant.id, [...daysTouched(zone, before, after.order, after.entries), ...followed]);
      await updateCustomers(service, zone, after, work);
    }
    recordedAt.add(after.order.listedAt);
    for (const key of work.keys) recordedUnder.add(key);
    if (before.order && after.unchanged) return before.order;
    await pointIfForeign(service, merchant, before.order, after.order);
    await settleTakenIn(service.table, identity.id, after.crowdedOut);
    await writeEntries(service.table, after.order, before, after.entries);
    if (await writeOrder(service.table, after.order, before.order?.version)) return after.order;
  }
  throw new Error(`Order ${identity.id} kept changing while it was folded`);
};

/** Whether what is stored says already all that is known of an order, under its customers too. */
export const isUpToDate = async (service: Service, after: OrderAfter): Promise<boolean> => {
  if (!after.unchanged) return false;
  const { keys } = await customerWork(service, after.order, new Set());
  return keys.length === 0;
};
