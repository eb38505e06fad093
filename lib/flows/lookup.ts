// Entities and orders by id, each read once per run: what a day's clicks and orders refer to.
import { foldCode } from '../domain/codes.ts';
import type { CampaignData, CreatorData, DiscountCodeData, LinkData } from '../domain/entities.ts';
import { countsForCustomer } from '../domain/orders/fold.ts';
import { codeInStore } from '../table/discount-codes.ts';
import { type Follower, followersOf } from '../table/followers.ts';
import { orderById, ordersById, type StoredOrder } from '../table/orders.ts';
import { recordById, type StoredRecord } from '../table/records.ts';
import type { Table } from '../table/table.ts';

/** Answers from what was read before; a failed read is not remembered. */
const remembered = <T>(read: (name: string) => Promise<T>): ((name: string) => Promise<T>) => {
  const known = new Map<string, Promise<T>>();
  return (name) => {
    const held = known.get(name);
    if (held) return held;
    const reading = read(name).catch((error) => {
      known.delete(name);
      throw error;
    });
    known.set(name, reading);
    return reading;
  };
};

export interface Lookup {
  readonly link: (id: string) => Promise<StoredRecord<LinkData> | undefined>;
  readonly creator: (id: string) => Promise<StoredRecord<CreatorData> | undefined>;
  readonly campaign: (id: string) => Promise<StoredRecord<CampaignData> | undefined>;
  readonly order: (id: string) => Promise<StoredOrder | undefined>;
  /** The orders noted under a subscription. */
  readonly followers: (place: string) => Promise<readonly Follower[]>;
  /** The code of that name in a store, matched as shoppers type it, or by an external id. */
  readonly codeInStore: (storeId: string, code: string) => Promise<StoredRecord<DiscountCodeData> | undefined>;
  /** Whether any of these orders counts for who is new; those not asked about before are read together. */
  readonly anyCounts: (orderIds: readonly string[]) => Promise<boolean>;
}

const countingOrders = (table: Table): Lookup['anyCounts'] => {
  const known = new Map<string, Promise<boolean>>();
  return async (orderIds) => {
    const unread = orderIds.filter((id) => !known.has(id));
    const reading = ordersById(table, unread).then(
      (orders) => new Set(orders.filter(({ fold }) => countsForCustomer(fold)).map(({ id }) => id)),
    );
    for (const id of unread) {
      const counts = reading.then((counting) => counting.has(id));
      known.set(id, counts);
      counts.catch(() => known.delete(id));
    }
    return (await Promise.all(orderIds.map((id) => known.get(id)))).includes(true);
  };
};

export const createLookup = (table: Table): Lookup => {
  const codes = remembered((place: string) => {
    const [storeId, folded] = JSON.parse(place) as [string, string];
    return codeInStore(table, storeId, folded);
  });
  return {
    link: remembered((id) => recordById<LinkData>(table, id)),
    creator: remembered((id) => recordById<CreatorData>(table, id)),
    campaign: remembered((id) => recordById<CampaignData>(table, id)),
    order: remembered((id) => orderById(table, id)),
    followers: remembered((place) => followersOf(table, place)),
    codeInStore: (storeId, code) => codes(JSON.stringify([storeId, foldCode(code)])),
    anyCounts: countingOrders(table),
  };
};
