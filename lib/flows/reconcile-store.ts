// Holding a store's day against the shop's own list of it.
import { addDays, type Day, dayOf, startOfDay } from '../domain/days.ts';
import type { MerchantData } from '../domain/entities.ts';
import { type DayReconciliation, type KnownOrder, reconcileDay, type ShopOrder } from '../domain/reconciliation.ts';
import { ordersBetween, ordersById, type StoredOrder } from '../table/orders.ts';
import { storedReconciliation, writeReconciliation } from '../table/reconciliations.ts';
import type { StoredRecord } from '../table/records.ts';
import { orderIdOf } from './inbox-event.ts';
import type { Service } from './service.ts';

const knownOrder = (zone: string, { id, externalId, listedAt, fold }: StoredOrder): KnownOrder => ({
  ...{ id, externalId, name: fold.name, total: fold.current.charged, state: fold.state },
  day: dayOf(fold.placedAt ?? listedAt, zone),
});

/** The store's orders of a day and of those around it, where the shop may book what was placed near midnight or paid later. */
const ordersAround = async (service: Service, merchantId: string, zone: string, storeId: string, day: Day) => {
  const span = { from: startOfDay(addDays(day, -1), zone), to: startOfDay(addDays(day, 2), zone) };
  const found: StoredOrder[] = [];
  for await (const { order } of ordersBetween(service.table, merchantId, span)) {
    if (order.storeId === storeId) found.push(order);
  }
  return found;
};

/** Holds the shop's list of a day against ours and marks the day with what was found. */
export const reconcileStore = async (
  service: Service,
  merchant: StoredRecord<MerchantData>,
  storeId: string,
  day: Day,
  listed: readonly ShopOrder[],
): Promise<DayReconciliation> => {
  const zone = merchant.data.timeZone;
  const around = await ordersAround(service, merchant.id, zone, storeId, day);
  const held = new Set(around.map(({ externalId }) => externalId));
  const elsewhere = listed.flatMap(({ externalId }) =>
    externalId === null || held.has(externalId) ? [] : [orderIdOf(storeId, externalId)],
  );
  const known = [...around, ...(await ordersById(service.table, elsewhere))];
  const found = reconcileDay(
    day,
    listed,
    known.map((order) => knownOrder(zone, order)),
  );
  await writeReconciliation(service.table, storeId, storedReconciliation(day, service.clock(), found));
  return found;
};
