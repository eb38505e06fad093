// One local day's roll-up, computed afresh from clicks, orders and ledger entries; nothing derived is trusted.
import { randomUUID } from 'node:crypto';
import { CLICK_RULES_VERSION } from '../domain/clicks/classify.ts';
import { createTrafficCount } from '../domain/clicks/traffic.ts';
import { type CreditedOrder, createDayRows } from '../domain/day-rows.ts';
import { addDays, type Day, dayOf, startOfDay } from '../domain/days.ts';
import type { MerchantData } from '../domain/entities.ts';
import type { DayRollup, OrderCredit } from '../domain/rollup.ts';
import { merchantRules } from '../domain/rules.ts';
import { clicksOfShard } from '../table/clicks.ts';
import { entriesBetween, ordersBetween, ordersById, type StoredOrder } from '../table/orders.ts';
import type { StoredRecord } from '../table/records.ts';
import { writeRollup } from '../table/rollups.ts';
import { attributeOrder, customerOf, isBotAgent } from './attribute-order.ts';
import { createLookup, type Lookup } from './lookup.ts';
import type { Service } from './service.ts';

type Merchant = StoredRecord<MerchantData>;

const ORDERS_AT_ONCE = 16;

/** Maps with a bounded number under way, keeping order. */
const mapAtOnce = async <T, R>(items: readonly T[], atOnce: number, work: (item: T) => Promise<R>): Promise<R[]> => {
  const results: R[] = [];
  for (let i = 0; i < items.length; i += atOnce) {
    results.push(...(await Promise.all(items.slice(i, i + atOnce).map(work))));
  }
  return results;
};

const trafficOf = async (service: Service, merchant: Merchant, day: Day) => {
  const shards = Array.from({ length: merchant.data.clickShards }, (_, shard) => shard);
  const counted = await Promise.all(
    shards.map(async (shard) => {
      const count = createTrafficCount(isBotAgent);
      for await (const hit of clicksOfShard(service.table, merchant.id, day, shard)) count.add(hit);
      return count.rows();
    }),
  );
  return counted.flat();
};

const credited = async (
  service: Service,
  merchant: Merchant,
  order: StoredOrder,
  lookup: Lookup,
): Promise<CreditedOrder> => {
  const { attribution } = await attributeOrder(service, merchant, order, lookup);
  const customer = order.fold.state === 'paid' ? await customerOf(service, merchant, order) : 'unknown';
  const { owner, conflict, unattributed } = attribution;
  return {
    orderId: order.id,
    storeId: order.storeId,
    fold: order.fold,
    owner,
    conflict,
    customer,
    reason: unattributed?.reason ?? null,
  };
};

const creditOf = ({ orderId, owner, conflict, reason }: CreditedOrder): OrderCredit => ({
  orderId,
  creatorId: owner?.creatorId ?? null,
  campaignId: owner?.campaignId ?? null,
  linkId: owner?.linkId ?? null,
  codeId: owner?.codeId ?? null,
  conflict,
  reason,
});

const salesOf = async (service: Service, merchant: Merchant, day: Day, lookup: Lookup) => {
  const zone = merchant.data.timeZone;
  const from = startOfDay(day, zone);
  const to = startOfDay(addDays(day, 1), zone);
  const placed: StoredOrder[] = [];
  for await (const { order } of ordersBetween(service.table, merchant.id, { from, to })) {
    if (order.fold.placedAt !== null) placed.push(order);
  }
  const entries = await entriesBetween(service.table, merchant.id, from, to);
  const known = new Set(placed.map(({ id }) => id));
  const others = [...new Set(entries.map(({ orderId }) => orderId))].filter((id) => !known.has(id));
  const earlier = await ordersById(service.table, others);
  const credit = (order: StoredOrder) => credited(service, merchant, order, lookup);
  const placedCredits = await mapAtOnce(placed, ORDERS_AT_ONCE, credit);
  const earlierCredits = await mapAtOnce(earlier, ORDERS_AT_ONCE, credit);
  return { placedCredits, earlierCredits, entries };
};

/** Computes a day without writing it. */
const computeDay = async (service: Service, merchant: Merchant, day: Day): Promise<DayRollup> => {
  const lookup = createLookup(service.table);
  const rows = createDayRows();
  for (const traffic of await trafficOf(service, merchant, day)) {
    const link = await lookup.link(traffic.linkId);
    rows.addTraffic(traffic, { creatorId: link?.data.creatorId ?? null, campaignId: link?.data.campaignId ?? null });
  }
  const { placedCredits, earlierCredits, entries } = await salesOf(service, merchant, day, lookup);
  const byId = new Map([...placedCredits, ...earlierCredits].map((order) => [order.orderId, order]));
  for (const order of placedCredits) rows.addPlaced(order);
  for (const { orderId, entry } of entries) {
    const order = byId.get(orderId);
    if (order) rows.addEntry(order, entry);
  }
  // What never counted as a sale, or was given, is credited to nobody, whatever it carries.
  const credits = placedCredits
    .filter(({ fold }) => fold.sale !== null && fold.kind !== 'gift')
    .map(creditOf)
    .sort((a, b) => (a.orderId < b.orderId ? -1 : 1));
  return { ...rows.done(), credits };
};

/**
 * Computes a day and writes it; false when a run that began later has written it, which then stands. The same facts
 * give the same rows, however often and however interrupted.
 */
export const rollUpDay = async (service: Service, merchant: Merchant, day: Day): Promise<boolean> => {
  const startedAt = service.clock();
  const computed = await computeDay(service, merchant, day);
  const header = {
    day,
    startedAt,
    computedAt: service.clock(),
    clickRules: CLICK_RULES_VERSION,
    attributionRules: merchantRules(merchant.data, day).id,
  };
  const run = randomUUID().slice(0, 8);
  return writeRollup(service.table, merchant.id, header, computed, run, service.clock);
};

/** The merchant's local day now. */
export const todayOf = (service: Service, merchant: Merchant): Day => dayOf(service.clock(), merchant.data.timeZone);
