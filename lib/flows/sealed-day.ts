// Days whose clicks retention may have taken: traffic and credits stay those of the last computation that saw them all,
// and only money is computed afresh.
import { CLICK_DIMENSIONS, OTHER_VALUE } from '../domain/clicks/dimensions.ts';
import type { CreditedOrder } from '../domain/credited-order.ts';
import type { createDayRows } from '../domain/day-rows.ts';
import { addDays, type Day, dayOf, startOfDay } from '../domain/days.ts';
import type { MerchantData } from '../domain/entities.ts';
import { type KeptCredit, ownerOf } from '../domain/kept-credit.ts';
import { LONGEST_LOOKBACK_DAYS } from '../domain/retention.ts';
import type { OrderCredit } from '../domain/rollup.ts';
import { entriesOfOrder } from '../table/ledger-entries.ts';
import type { StoredOrder } from '../table/orders.ts';
import type { StoredRecord } from '../table/records.ts';
import { type ReadRollup, readRollups } from '../table/rollups.ts';
import { customerOf } from './attribute-order.ts';
import { creditSource } from './credit-followed.ts';
import { oldestClick } from './journeys.ts';
import type { Lookup } from './lookup.ts';
import type { Service } from './service.ts';

type Merchant = StoredRecord<MerchantData>;

/** Whether clicks that the journeys of a day's orders need may be gone. */
const mayLackClicks = (service: Service, merchant: Merchant, day: Day): boolean =>
  startOfDay(addDays(day, -LONGEST_LOOKBACK_DAYS), merchant.data.timeZone) < oldestClick(service, merchant);

/** Only a computation made once the day had ended has seen all of it. */
const sawAllOf = ({ header }: ReadRollup, zone: string): boolean =>
  header.sealed === true || header.startedAt >= startOfDay(addDays(header.day, 1), zone);

export interface KeptCredits {
  /** A sealed day as it was last computed; undefined for one that is computed from its clicks. */
  readonly sealedDay: (day: Day) => Promise<ReadRollup | undefined>;
  /**
   * An order's credit as it was kept: where its tie to its buyer was erased, or where its day is sealed; or that of the
   * order it follows, where that one's was kept.
   */
  readonly ofOrder: (order: StoredOrder, lookup: Lookup) => Promise<KeptCredit | undefined>;
}

/** What is kept of a merchant's credits; each day is read once a run. */
export const createKeptCredits = (service: Service, merchant: Merchant): KeptCredits => {
  const zone = merchant.data.timeZone;
  const days = new Map<Day, Promise<ReadRollup | undefined>>();
  const read = async (day: Day) => {
    if (!mayLackClicks(service, merchant, day)) return undefined;
    const [rollup] = await readRollups(service.table, merchant.id, [day], CLICK_DIMENSIONS);
    return rollup && sawAllOf(rollup, zone) ? rollup : undefined;
  };
  const credits = new Map<Day, ReadonlyMap<string, OrderCredit>>();
  const sealedDay = (day: Day) => {
    const reading = days.get(day) ?? read(day);
    days.set(day, reading);
    return reading;
  };
  const creditsOf = async (day: Day) => {
    const sealed = await sealedDay(day);
    const known = credits.get(day) ?? new Map(sealed?.day.credits.map((credit) => [credit.orderId, credit]));
    credits.set(day, known);
    return known;
  };
  const own = async ({ id, erased, fold }: StoredOrder): Promise<KeptCredit | undefined> => {
    if (erased?.credit) return erased.credit;
    if (fold.placedAt === null) return undefined;
    return (await creditsOf(dayOf(fold.placedAt, zone))).get(id);
  };
  return {
    sealedDay,
    ofOrder: async (order, lookup) => {
      const kept = await own(order);
      if (kept) return kept;
      const source = await creditSource(order, lookup);
      const followed = source.id === order.id ? undefined : await own(source);
      if (!followed) return undefined;
      // Who bought is each order's own.
      const { customer: _theirs, ...credit } = followed;
      return credit;
    },
  };
};

/** An order credited as it was kept. Its customer does not follow from clicks, and is looked up where it was not kept. */
export const creditedAsKept = async (
  service: Service,
  merchant: Merchant,
  order: StoredOrder,
  kept: KeptCredit,
  lookup: Lookup,
): Promise<CreditedOrder> => {
  const isPaid = order.fold.state === 'paid';
  const known = isPaid ? kept.customer : 'unknown';
  return {
    orderId: order.id,
    storeId: order.storeId,
    fold: order.fold,
    entries: await entriesOfOrder(service.table, order),
    owner: ownerOf(kept),
    conflict: kept.conflict,
    customer: known ?? (await customerOf(service, merchant, order, lookup)),
    reason: kept.reason,
    selfPurchase: kept.selfPurchase === true,
  };
};

/**
 * Adds the traffic of a sealed day as it was counted while its clicks were there. What they came from and on is not known
 * of a day that was counted before this was: all of it is `other`.
 */
export const addSealedTraffic = (rows: ReturnType<typeof createDayRows>, { day, narrow }: ReadRollup): void => {
  for (const { traffic, linkId, creatorId, campaignId } of day.rows) {
    if (traffic === null || linkId === null) continue;
    rows.addTraffic({ ...traffic, linkId }, { creatorId, campaignId });
    if (narrow) continue;
    for (const dimension of CLICK_DIMENSIONS) {
      rows.addClickRow(dimension, { creatorId, campaignId, value: OTHER_VALUE, traffic });
    }
  }
  for (const dimension of CLICK_DIMENSIONS) {
    for (const row of narrow?.[dimension] ?? []) rows.addClickRow(dimension, row);
  }
};

/** Those of a sealed day stay for orders that don't count at the moment: nobody could find their clicks again. */
export const withSealedCredits = (fresh: readonly OrderCredit[], sealed: ReadRollup | undefined): OrderCredit[] => {
  const known = new Set(fresh.map(({ orderId }) => orderId));
  const kept = sealed?.day.credits.filter(({ orderId }) => !known.has(orderId)) ?? [];
  return [...fresh, ...kept].sort((a, b) => (a.orderId < b.orderId ? -1 : 1));
};
