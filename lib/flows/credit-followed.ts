// Whose credit an order follows: a renewal's or an exchange's is that of the order it goes back to, whichever arrives first.
import { isDeepStrictEqual } from 'node:util';
import { type Day, dayOf } from '../domain/days.ts';
import type { FoldedOrder } from '../domain/orders/fold.ts';
import { type Follower, followersOf, recordFollower } from '../table/followers.ts';
import { readOrderPartition, type StoredOrder } from '../table/orders.ts';
import { orderIdOf } from './inbox-event.ts';
import type { Lookup } from './lookup.ts';
import type { Service } from './service.ts';

type Fold = Omit<FoldedOrder, 'entries'>;

/** A renewal of an exchange of an order is as far as shops go; what names itself as its parent ends here too. */
const MOST_STEPS = 5;

/** The order that this one goes back to, known or not; undefined for one that stands by itself. */
const parentIdOf = (storeId: string, { kind, parentExternalId }: Fold): string | undefined =>
  parentExternalId !== undefined && (kind === 'renewal' || kind === 'exchange')
    ? orderIdOf(storeId, parentExternalId)
    : undefined;

/** The order whose touches decide: the first of the line, as far as it is known. */
export const creditSource = async (order: StoredOrder, lookup: Lookup): Promise<StoredOrder> => {
  let source = order;
  const seen = new Set([order.id]);
  for (let step = 0; step < MOST_STEPS; step++) {
    const parentId = parentIdOf(source.storeId, source.fold);
    if (parentId === undefined || seen.has(parentId)) break;
    const parent = await lookup.order(parentId);
    // Of an order that only refunds were told of nothing is known that could be credited.
    if (parent === undefined || parent.fold.placedAt === null) break;
    seen.add(parentId);
    source = parent;
  }
  return source;
};

/** What of an order decides who it and those after it are credited to; null while it is not known. */
const creditFacts = (fold: Fold | undefined) => {
  if (fold === undefined || fold.placedAt === null) return null;
  const { placedAt, channel, clickId, codes, kind, parentExternalId = null } = fold;
  const goesBackTo = kind === 'renewal' || kind === 'exchange' ? parentExternalId : null;
  // As stored: DynamoDB keeps neither the order of attributes nor what is undefined.
  return JSON.parse(JSON.stringify({ placedAt, channel, clickId, codes, goesBackTo })) as unknown;
};

const daysOfFollower = async (service: Service, zone: string, { orderId, placedAt }: Follower) => {
  const { order, entries } = await readOrderPartition(service.table, orderId);
  const instants = [placedAt, ...(order ? [order.listedAt] : []), ...entries.map(({ at }) => at)];
  return instants.map((instant): Day => dayOf(instant, zone));
};

/**
 * Days of the orders that follow this one, to be marked before it is written: none where it is credited as it was. An
 * order told for the first time asks too, for the others may have come before it.
 */
export const daysOfFollowers = async (
  service: Service,
  zone: string,
  before: StoredOrder | undefined,
  after: StoredOrder,
): Promise<readonly Day[]> => {
  if (isDeepStrictEqual(creditFacts(before?.fold), creditFacts(after.fold))) return [];
  const found = new Map<string, Follower>();
  let asking = [after.id];
  for (let step = 0; step < MOST_STEPS && asking.length > 0; step++) {
    const followers = (await Promise.all(asking.map((id) => followersOf(service.table, id)))).flat();
    const fresh = followers.filter(({ orderId }) => orderId !== after.id && !found.has(orderId));
    for (const follower of fresh) found.set(follower.orderId, follower);
    asking = fresh.map(({ orderId }) => orderId);
  }
  const days = await Promise.all([...found.values()].map((follower) => daysOfFollower(service, zone, follower)));
  return days.flat();
};

/**
 * Notes under the order that this one goes back to that it does, before its own day is marked: whoever writes that order
 * from now on sees it, and who read before has written by the time that this mark may be cleared.
 */
export const followParent = async (
  service: Service,
  before: StoredOrder | undefined,
  after: StoredOrder,
): Promise<void> => {
  const parentId = parentIdOf(after.storeId, after.fold);
  if (parentId === undefined) return;
  const noted = before && parentIdOf(before.storeId, before.fold) === parentId && before.listedAt === after.listedAt;
  if (!noted) await recordFollower(service.table, parentId, { orderId: after.id, placedAt: after.listedAt });
};
