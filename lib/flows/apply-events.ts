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
import { settleTakenIn } from '../table/inbox.ts';
import {
  type OrderPartition,
  readOrderPartition,
  type StoredOrder,
  writeEntries,
  writeOrder,
} from '../table/orders.ts';
import type { StoredRecord } from '../table/records.ts';
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
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = await readOrderPartition(service.table, identity.id);
    if (before.order) recordedAt.add(before.order.listedAt);
    const after = orderAfter(before, identity, merchant);
    const work = await customerWork(service, after.order, recordedAt);
    if (!after.sameFigures || work.keys.length > 0) {
      await markDays(service, merchant.id, daysTouched(zone, before, after.order, after.entries));
      await updateCustomers(service, zone, after, work);
    }
    recordedAt.add(after.order.listedAt);
    if (before.order && after.unchanged) return before.order;
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
