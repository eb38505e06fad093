// Whose credit an order follows: a renewal's or an exchange's is that of the order it goes back to, or of the one that its
// subscription began with, whichever arrives first.
import { isDeepStrictEqual } from 'node:util';
import { type Day, dayOf } from '../domain/days.ts';
import type { FoldedOrder } from '../domain/orders/fold.ts';
import { type Follower, followersOf, recordFollower, subscriptionPlace } from '../table/followers.ts';
import { readOrderPartition, type StoredOrder } from '../table/orders.ts';
import { orderIdOf } from './inbox-event.ts';
import type { Lookup } from './lookup.ts';
import type { Service } from './service.ts';

type Fold = Omit<FoldedOrder, 'entries'>;

/** A renewal of an exchange of an order is as far as shops go; what names itself as its parent ends here too. */
const MOST_STEPS = 5;

/** Where an order is noted for those that it concerns. */
type Note = Pick<Follower, 'begins'> & { readonly place: string };

/** What of an order says where it is noted. */
type Noted = Pick<StoredOrder, 'storeId'> & {
  readonly fold: Pick<Fold, 'kind' | 'parentExternalId' | 'subscriptionId'>;
};

/**
 * What an order goes back to: the order it names, else, a renewal, its subscription, which a sale or a free trial of it
 * begins. Undefined for one that stands by itself.
 */
export const goesBackTo = ({ storeId, fold }: Noted): Note | undefined => {
  const { kind, parentExternalId, subscriptionId } = fold;
  const follows = kind === 'renewal' || kind === 'exchange';
  if (follows && parentExternalId !== undefined) return { place: orderIdOf(storeId, parentExternalId) };
  if (subscriptionId === undefined || kind === 'exchange') return undefined;
  return { place: subscriptionPlace(storeId, subscriptionId), ...(!follows && { begins: true }) };
};

/** Of one subscription mostly one; a shop that calls every order of it a sale has them all begin it. */
const MOST_BEGINNINGS = 10;

const byPlace = (a: Pick<Follower, 'orderId' | 'placedAt'>, b: typeof a) =>
  a.placedAt - b.placedAt || (a.orderId < b.orderId ? -1 : 1);

/** The first order of a renewal's subscription, if one came before it. What is noted is looked at, as it may be past. */
const beginningOf = async (place: string, renewal: StoredOrder, lookup: Lookup): Promise<StoredOrder | undefined> => {
  const noted = (await lookup.followers(place)).filter(({ begins }) => begins).sort(byPlace);
  const before = renewal.fold.placedAt ?? renewal.listedAt;
  for (const { orderId } of noted.slice(0, MOST_BEGINNINGS)) {
    const order = await lookup.order(orderId);
    if (order === undefined || order.fold.placedAt === null || order.fold.placedAt > before) continue;
    const note = goesBackTo(order);
    if (note?.begins && note.place === place) return order;
  }
  return undefined;
};

/** The order that this one goes back to, as far as it is known. */
const parentOf = async (order: StoredOrder, lookup: Lookup): Promise<StoredOrder | undefined> => {
  const note = goesBackTo(order);
  if (note === undefined || note.begins) return undefined;
  return order.fold.parentExternalId === undefined ? beginningOf(note.place, order, lookup) : lookup.order(note.place);
};

/** The order whose touches decide: the first of the line, as far as it is known. */
export const creditSource = async (order: StoredOrder, lookup: Lookup): Promise<StoredOrder> => {
  let source = order;
  const seen = new Set([order.id]);
  for (let step = 0; step < MOST_STEPS; step++) {
    const parent = await parentOf(source, lookup);
    // Of an order that only refunds were told of nothing is known that could be credited.
    if (parent === undefined || parent.fold.placedAt === null || seen.has(parent.id)) break;
    seen.add(parent.id);
    source = parent;
  }
  return source;
};

/** What of an order decides who it and those after it are credited to; null while it is not known. */
const creditFacts = (order: StoredOrder | undefined) => {
  if (order === undefined || order.fold.placedAt === null) return null;
  const { placedAt, channel, clickId, codes } = order.fold;
  // As stored: DynamoDB keeps neither the order of attributes nor what is undefined.
  return JSON.parse(JSON.stringify({ placedAt, channel, clickId, codes, to: goesBackTo(order) ?? null })) as unknown;
};

/** Where orders are noted that follow this one: under its id, and under a subscription that it begins. */
const placesOf = (order: StoredOrder | undefined): readonly string[] => {
  const note = order && goesBackTo(order);
  return order === undefined ? [] : [order.id, ...(note?.begins ? [note.place] : [])];
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
  if (isDeepStrictEqual(creditFacts(before), creditFacts(after))) return [];
  const found = new Map<string, Follower>();
  let asking: readonly string[] = [...new Set([...placesOf(before), ...placesOf(after)])];
  for (let step = 0; step < MOST_STEPS && asking.length > 0; step++) {
    const followers = (await Promise.all(asking.map((id) => followersOf(service.table, id)))).flat();
    const fresh = followers.filter(({ orderId, begins }) => orderId !== after.id && !begins && !found.has(orderId));
    for (const follower of fresh) found.set(follower.orderId, follower);
    asking = fresh.map(({ orderId }) => orderId);
  }
  const days = await Promise.all([...found.values()].map((follower) => daysOfFollower(service, zone, follower)));
  return days.flat();
};

/**
 * Notes under what an order goes back to, or begins, that it does, before its own day is marked: whoever writes that order
 * from now on sees it, and who read before has written by the time that this mark may be cleared.
 */
export const followParent = async (
  service: Service,
  before: StoredOrder | undefined,
  after: StoredOrder,
): Promise<void> => {
  const note = goesBackTo(after);
  if (note === undefined) return;
  const noted = before && isDeepStrictEqual(goesBackTo(before), note) && before.listedAt === after.listedAt;
  if (noted) return;
  const { place, ...begins } = note;
  await recordFollower(service.table, place, { orderId: after.id, placedAt: after.listedAt, ...begins });
};
