// The clicks that could have led to an order: its own click, and the journey of whoever made it.
import type { ClickPlace } from '../domain/clicks/click-key.ts';
import { addDays, type Day, dayOf, daysFrom } from '../domain/days.ts';
import type { MerchantData } from '../domain/entities.ts';
import { clicksKeptSince, LONGEST_LOOKBACK_DAYS } from '../domain/retention.ts';
import { placeOfClickId } from '../platform/click-places.ts';
import { birthOf } from '../platform/visitors.ts';
import { clickShard } from '../table/click-path-keys.ts';
import { clickAt, clicksOfVisitor, type StoredClick } from '../table/clicks.ts';
import { daysOfVisitor, importedPlace } from '../table/imported-clicks.ts';
import type { StoredOrder } from '../table/orders.ts';
import type { StoredRecord } from '../table/records.ts';
import type { Service } from './service.ts';

type Merchant = StoredRecord<MerchantData>;

const DAYS_AT_ONCE = 16;
const DAY_MS = 86_400_000;
const SKEW_MS = 300_000;

/** Where the click of an id lies: the place is in ids made here, and noted beside the caller's own of imported clicks. */
const placeOf = async (service: Service, merchant: Merchant, clickId: string): Promise<ClickPlace | undefined> =>
  clickId.startsWith('ext_')
    ? importedPlace(service.table, merchant.id, clickId.slice('ext_'.length))
    : placeOfClickId(clickId, service.masterKey, merchant.id);

/** Clicks older than this are no longer kept, though some may still be there. */
export const oldestClick = (service: Service, merchant: Merchant): number =>
  clicksKeptSince(merchant.data, service.clock());

/**
 * The click that the order came back with, if it is one of the merchant's that is still kept, and whose it was: an id says so even
 * where its click was never stored.
 */
const carriedBy = async (service: Service, merchant: Merchant, order: StoredOrder) => {
  const { clickId } = order.fold;
  const place = clickId === null ? undefined : await placeOf(service, merchant, clickId);
  const click = place && (await clickAt(service.table, merchant.id, place));
  const carried = click && click.at >= oldestClick(service, merchant) ? click : undefined;
  return { carried, visitor: place?.visitor };
};

/** The days a visitor can have clicked on: since it was born, or those noted of one that another tool named. */
const daysOf = async (service: Service, merchant: Merchant, visitor: string, span: { from: Day; to: Day }) => {
  const birth = birthOf(visitor);
  if (birth === null) return daysOfVisitor(service.table, merchant.id, visitor, span);
  // Born on a UTC day: the local one may be the day before.
  const born = addDays(birth, -1);
  return daysFrom(born > span.from ? born : span.from, span.to);
};

/** A visitor's hits that could matter to an order, oldest first: one query for each of its days. */
const hitsOf = async (
  service: Service,
  merchant: Merchant,
  visitor: string,
  placedAt: number,
): Promise<StoredClick[]> => {
  const zone = merchant.data.timeZone;
  const from = Math.max(placedAt - LONGEST_LOOKBACK_DAYS * DAY_MS, oldestClick(service, merchant));
  const to = placedAt + SKEW_MS;
  const days = await daysOf(service, merchant, visitor, { from: dayOf(from, zone), to: dayOf(to, zone) });
  const shard = clickShard(visitor, merchant.data.clickShards);
  const hits: StoredClick[] = [];
  for (let i = 0; i < days.length; i += DAYS_AT_ONCE) {
    const read = days
      .slice(i, i + DAYS_AT_ONCE)
      .map((day) => clicksOfVisitor(service.table, merchant.id, visitor, { day, shard, from, to }));
    hits.push(...(await Promise.all(read)).flat());
  }
  return hits;
};

const isSame = (a: StoredClick, b: StoredClick): boolean => a.at === b.at && a.suffix === b.suffix;

export interface Journeys {
  /** The order's own click. */
  readonly carried: StoredClick | undefined;
  /** Each visitor's hits, oldest first: whose click it was, and whom another tool says the order is of. */
  readonly journeys: readonly (readonly StoredClick[])[];
}

/** What could have led to an order; nothing before it is placed. */
export const journeysOf = async (service: Service, merchant: Merchant, order: StoredOrder): Promise<Journeys> => {
  const { placedAt, visitor: named } = order.fold;
  if (placedAt === null) return { carried: undefined, journeys: [] };
  const { carried, visitor } = await carriedBy(service, merchant, order);
  const visitors = new Set([visitor, named].filter((visitor) => typeof visitor === 'string'));
  const journeys = await Promise.all([...visitors].map((visitor) => hitsOf(service, merchant, visitor, placedAt)));
  if (!carried || journeys.flat().some((hit) => isSame(hit, carried))) return { carried, journeys };
  // Of nobody, or from before the lookback: it belongs to its visitor's journey all the same.
  const [own = [], ...others] = carried.visitor === null ? [[], ...journeys] : journeys;
  return { carried, journeys: [[...own, carried].sort((a, b) => a.at - b.at), ...others] };
};

/** Whether a hit is the one the order came back with. */
export const isCarried = ({ carried }: Journeys, hit: StoredClick): boolean =>
  carried !== undefined && carried.visitor === hit.visitor && isSame(carried, hit);
