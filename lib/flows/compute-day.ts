// One local day's roll-up, computed afresh from clicks, orders and ledger entries; nothing derived is trusted.
import { randomUUID } from 'node:crypto';
import { CLICK_RULES_VERSION } from '../domain/clicks/classify.ts';
import { createTrafficCount, type SplitRow, type TrafficRow } from '../domain/clicks/traffic.ts';
import type { CreditedOrder } from '../domain/credited-order.ts';
import { createDayRows } from '../domain/day-rows.ts';
import { addDays, type Day, dayOf, startOfDay } from '../domain/days.ts';
import type { LinkData, MerchantData } from '../domain/entities.ts';
import { keptCreditOf } from '../domain/kept-credit.ts';
import type { ComputedDay, OrderCredit } from '../domain/rollup.ts';
import { merchantRules } from '../domain/rules.ts';
import { hitsOfShard } from '../table/clicks.ts';
import { entriesBetween, entriesOfOrder } from '../table/ledger-entries.ts';
import { ordersBetween, ordersById, type StoredOrder } from '../table/orders.ts';
import { recordsById, type StoredRecord } from '../table/records.ts';
import { type ReadRollup, writeRollup } from '../table/rollups.ts';
import { mapAtOnce } from './at-once.ts';
import { attributeOrder, customerOf } from './attribute-order.ts';
import { hitJudges } from './hit-judges.ts';
import { oldestClick } from './journeys.ts';
import { createLookup, type Lookup } from './lookup.ts';
import { atRatesInForce } from './rebook-orders.ts';
import {
  addSealedTraffic,
  createKeptCredits,
  creditedAsKept,
  type KeptCredits,
  withSealedCredits,
} from './sealed-day.ts';
import type { Service } from './service.ts';

type Merchant = StoredRecord<MerchantData>;

const ORDERS_AT_ONCE = 16;

/** One is worked on while the other's next page is on its way; each more would be another page in memory. */
const SHARDS_AT_ONCE = 2;

interface DayTraffic {
  readonly links: readonly TrafficRow[];
  readonly split: readonly SplitRow[];
}

const trafficOf = async (service: Service, merchant: Merchant, day: Day): Promise<DayTraffic> => {
  const shards = Array.from({ length: merchant.data.clickShards }, (_, shard) => shard);
  const oldest = oldestClick(service, merchant);
  const judges = hitJudges(merchant.data);
  const counted = await mapAtOnce(shards, SHARDS_AT_ONCE, async (shard) => {
    const count = createTrafficCount(judges);
    for await (const hits of hitsOfShard(service.table, merchant.id, day, shard)) {
      for (const hit of hits) if (hit.at >= oldest) count.add(hit);
    }
    return { links: count.rows(), split: count.split() };
  });
  return { links: counted.flatMap(({ links }) => links), split: counted.flatMap(({ split }) => split) };
};

/** The links of a day's traffic, by id; read together, for a day may have thousands. */
const linksOf = async (service: Service, traffic: readonly TrafficRow[]) => {
  const ids = [...new Set(traffic.map(({ linkId }) => linkId))];
  const links = await recordsById<LinkData>(service.table, ids);
  return new Map(links.map(({ id, data }) => [id, data]));
};

const credited = async (
  service: Service,
  merchant: Merchant,
  order: StoredOrder,
  lookup: Lookup,
  credits: KeptCredits,
): Promise<CreditedOrder> => {
  const kept = await credits.ofOrder(order, lookup);
  if (kept) return creditedAsKept(service, merchant, order, kept, lookup);
  const { attribution, selfPurchase } = await attributeOrder(service, merchant, order, lookup);
  const customer = order.fold.state === 'paid' ? await customerOf(service, merchant, order, lookup) : 'unknown';
  const { owner, conflict, unattributed } = attribution;
  return {
    orderId: order.id,
    storeId: order.storeId,
    fold: order.fold,
    entries: await entriesOfOrder(service.table, order),
    owner,
    conflict,
    customer,
    reason: unattributed?.reason ?? null,
    selfPurchase,
  };
};

const creditOf = (order: CreditedOrder): OrderCredit => ({
  orderId: order.orderId,
  ...keptCreditOf(order, order.fold.state === 'paid' ? order.customer : undefined),
});

const salesOf = async (service: Service, merchant: Merchant, day: Day, credits: KeptCredits) => {
  const lookup = createLookup(service.table);
  const zone = merchant.data.timeZone;
  const from = startOfDay(day, zone);
  const to = startOfDay(addDays(day, 1), zone);
  const listed: StoredOrder[] = [];
  for await (const { order } of ordersBetween(service.table, merchant.id, { from, to })) {
    if (order.fold.placedAt !== null) listed.push(order);
  }
  // Before the entries are read, which are converted with their orders.
  const placed = await atRatesInForce(service, merchant, day, listed);
  const entries = await entriesBetween(service.table, merchant.id, from, to);
  const known = new Set(placed.map(({ id }) => id));
  const others = [...new Set(entries.map(({ orderId }) => orderId))].filter((id) => !known.has(id));
  const earlier = await ordersById(service.table, others);
  const credit = (order: StoredOrder) => credited(service, merchant, order, lookup, credits);
  const placedCredits = await mapAtOnce(placed, ORDERS_AT_ONCE, credit);
  const earlierCredits = await mapAtOnce(earlier, ORDERS_AT_ONCE, credit);
  return { placedCredits, earlierCredits, entries };
};

const addTraffic = async (service: Service, merchant: Merchant, day: Day, rows: ReturnType<typeof createDayRows>) => {
  const traffic = await trafficOf(service, merchant, day);
  const links = await linksOf(service, traffic.links);
  const ownerOf = ({ linkId }: TrafficRow) => {
    const link = links.get(linkId);
    return { creatorId: link?.creatorId ?? null, campaignId: link?.campaignId ?? null };
  };
  for (const row of traffic.links) rows.addTraffic(row, ownerOf(row));
  for (const row of traffic.split) rows.addSplit(row, ownerOf(row));
};

interface Computation {
  readonly computed: ComputedDay;
  /** The computation it rests on, where the day is sealed. */
  readonly sealed: ReadRollup | undefined;
}

/** Computes a day without writing it. */
const computeDay = async (service: Service, merchant: Merchant, day: Day): Promise<Computation> => {
  const rows = createDayRows();
  const kept = createKeptCredits(service, merchant);
  const sealed = await kept.sealedDay(day);
  if (sealed) addSealedTraffic(rows, sealed);
  else await addTraffic(service, merchant, day, rows);
  const { placedCredits, earlierCredits, entries } = await salesOf(service, merchant, day, kept);
  const byId = new Map([...placedCredits, ...earlierCredits].map((order) => [order.orderId, order]));
  for (const order of placedCredits) rows.addPlaced(order);
  for (const { orderId, entry } of entries) {
    const order = byId.get(orderId);
    if (order) rows.addEntry(order, entry);
  }
  // What never counted as a sale, or was given, is credited to nobody, whatever it carries.
  const credits = placedCredits.filter(({ fold }) => fold.sale !== null && fold.kind !== 'gift').map(creditOf);
  return { computed: { ...rows.done(), credits: withSealedCredits(credits, sealed) }, sealed };
};

/**
 * Computes a day and writes it; false when a run that began later has written it, which then stands. The same facts
 * give the same rows, however often and however interrupted.
 */
export const rollUpDay = async (service: Service, merchant: Merchant, day: Day): Promise<boolean> => {
  const startedAt = service.clock();
  const { computed, sealed } = await computeDay(service, merchant, day);
  const header = {
    day,
    startedAt,
    computedAt: service.clock(),
    clickRules: sealed?.header.clickRules ?? CLICK_RULES_VERSION,
    attributionRules: sealed?.header.attributionRules ?? merchantRules(merchant.data, day).id,
    ...(sealed && ({ sealed: true } as const)),
  };
  const run = randomUUID().slice(0, 8);
  return writeRollup(service.table, merchant.id, header, computed, run, service.clock);
};

/** The merchant's local day now. */
export const todayOf = (service: Service, merchant: Merchant): Day => dayOf(service.clock(), merchant.data.timeZone);
