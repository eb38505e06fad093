// Every key string of the table, built here (those of the click path in click-path-keys.ts) and nowhere else.
// docs/access-patterns.md lists what each answers.
import { hash } from 'node:crypto';
import type { Day } from '../domain/days.ts';
import { bioPageKey, clickPartition, domainKey, entityKey, linkKey, shardOf, two } from './click-path-keys.ts';
import type { Key } from './table.ts';

const DIRTY_SHARDS = 8;
/** Nobody's every event fails at once but for a fault of ours; then there may be a thousand a second. */
const RETRY_SHARDS = 4;

/** Sortable text of an instant: ISO 8601 with milliseconds. */
export const instantKey = (instant: number): string => new Date(instant).toISOString();

/** A key may have 2,048 bytes, and what shoppers type as a code any number: the longest go by their hash. */
const keyText = (text: string): string => (text.length <= 300 ? text : `sha256:${hash('sha256', text, 'base64url')}`);

export const keys = {
  entity: entityKey,
  link: linkKey,
  domain: domainKey,
  bioPage: bioPageKey,
  discountCode: (storeId: string, folded: string): Key => ({ pk: `COD#${storeId}#${keyText(folded)}`, sk: 'COD' }),
  apiKey: (hash: string): Key => ({ pk: `KEY#${hash}`, sk: 'KEY' }),
  externalId: (merchantId: string, kind: string, externalId: string): Key => ({
    pk: `EXT#${merchantId}#${kind}#${externalId}`,
    sk: 'EXT',
  }),
  idempotency: (owner: string, route: string, keyHash: string): Key => ({
    pk: `IDM#${owner}#${route}#${keyHash}`,
    sk: 'IDM',
  }),
  /** The rest of a kept answer that is too large for one item; each attempt's its own. */
  idempotencyPart: (request: Key, startedAt: number, part: number): Key => ({
    pk: request.pk,
    sk: `ANS#${startedAt}#${two(part)}`,
  }),

  clicksOfShard: clickPartition,

  /** Where an imported click lies, by the caller's own id of it. */
  importedClick: (merchantId: string, externalId: string): Key => keys.externalId(merchantId, 'click', externalId),
  /** The days a visitor of another tool clicked on: such a visitor has no birth day to read a journey from. */
  visitorPartition: (merchantId: string, visitor: string) => `VIS#${merchantId}#${visitor}`,
  visitorDay: (merchantId: string, visitor: string, day: Day): Key => ({
    pk: `VIS#${merchantId}#${visitor}`,
    sk: `DAY#${day}`,
  }),

  order: (orderId: string): Key => ({ pk: `ORD#${orderId}`, sk: 'ORD' }),
  orderPartition: (orderId: string) => `ORD#${orderId}`,
  /** Who enters an order by hand: one of several at once. */
  enteredOrder: (orderId: string): Key => ({ pk: `ORD#${orderId}`, sk: 'MAN' }),
  /** An entry that its order's state has no room for. */
  ledgerEntry: (orderId: string, entryId: string): Key => ({ pk: `ORD#${orderId}`, sk: `LED#${entryId}` }),
  /** Leads from an instant to the order that something happened to then. */
  ledgerPartition: (merchantId: string) => `LED#${merchantId}`,
  happening: (merchantId: string, at: number, orderId: string): Key => ({
    pk: `LED#${merchantId}`,
    sk: listedAt(at, orderId),
  }),
  /** Sorts before the events: says that what ties the order to a person was erased. */
  orderErasure: (orderId: string): Key => ({ pk: `ORD#${orderId}`, sk: 'ERA' }),
  /** Says that its customer had bought before, by an order whose tie to them was erased with its store. */
  orderReturning: (orderId: string): Key => ({ pk: `ORD#${orderId}`, sk: 'ERB' }),
  orderEvent: (orderId: string, eventPart: string): Key => ({ pk: `ORD#${orderId}`, sk: `EVT#${eventPart}` }),
  /** Leads from an order, or a subscription, to those that go back to it: renewals and exchanges, known before it or after. */
  followersPartition: (place: string) => `PAR#${place}`,
  follower: (place: string, followerId: string): Key => ({ pk: `PAR#${place}`, sk: followerId }),
  webhookBody: (eventId: string, part: number): Key => ({ pk: `RAW#${eventId}`, sk: `RAW#${two(part)}` }),
  webhookBodyPartition: (eventId: string) => `RAW#${eventId}`,

  customerPartition: (merchantId: string, customerKey: string) => `CUS#${merchantId}#${customerKey}`,
  customerOrder: (merchantId: string, customerKey: string, placedAt: number, orderId: string): Key => ({
    pk: `CUS#${merchantId}#${customerKey}`,
    sk: `ORD#${instantKey(placedAt)}#${orderId}`,
  }),

  /** A day of a store, held against the shop's own list of it. */
  reconciliation: (storeId: string, day: Day): Key => ({ pk: `RCN#${storeId}`, sk: day }),
  reconciliationPartition: (storeId: string) => `RCN#${storeId}`,
  fxRatesPartition: (merchantId: string) => `FXR#${merchantId}`,
  fxRates: (merchantId: string, date: Day, base: string): Key => ({ pk: `FXR#${merchantId}`, sk: `${date}#${base}` }),
  /** Orders of other currencies than the merchant's, by the day whose rate they are converted at. */
  foreignOrderPartition: (merchantId: string) => `FXO#${merchantId}`,
  foreignOrder: (merchantId: string, day: Day, orderId: string): Key => ({
    pk: `FXO#${merchantId}`,
    sk: `${day}#${orderId}`,
  }),
  /** Since when another tool knew the customer. Sorts before the orders, so that one query reads it with them. */
  customerKnown: (merchantId: string, customerKey: string): Key => ({
    pk: `CUS#${merchantId}#${customerKey}`,
    sk: 'KNOWN',
  }),

  rollupPartition: (merchantId: string, day: Day) => `RUP#${merchantId}#${day}`,
  rollupHeader: (merchantId: string, day: Day): Key => ({ pk: `RUP#${merchantId}#${day}`, sk: 'HEAD' }),
  rollupBlock: (merchantId: string, day: Day, block: string): Key => ({
    pk: `RUP#${merchantId}#${day}`,
    sk: `BLK#${block}`,
  }),

  dirtyPartitions: () => Array.from({ length: DIRTY_SHARDS }, (_, shard) => `DRT#${shard}`),
  dirtyPartition: (merchantId: string) => `DRT#${shardOf(merchantId, DIRTY_SHARDS)}`,
  dirtyDays: (merchantId: string, from: Day, to: Day): Key => ({
    pk: keys.dirtyPartition(merchantId),
    sk: `${merchantId}#${from}#${to}`,
  }),
  /** Roll-up requests not finished yet, so that a crash leaves none behind. */
  rollupQueue: () => 'RUQ',
  queuedRollup: (rollupId: string): Key => ({ pk: 'RUQ', sk: rollupId }),
  /** Events that wait to be applied once more. */
  retryPartitions: () => Array.from({ length: RETRY_SHARDS }, (_, shard) => `RTQ#${shard}`),
  retry: (eventId: string): Key => ({ pk: `RTQ#${shardOf(eventId, RETRY_SHARDS)}`, sk: eventId }),
  /** Erasures not finished yet, and the orders each has found. */
  erasureQueue: () => 'ERQ',
  queuedErasure: (erasureId: string): Key => ({ pk: 'ERQ', sk: erasureId }),
  erasurePartition: (erasureId: string) => `ERS#${erasureId}`,
  orderOfErasure: (erasureId: string, orderId: string): Key => ({ pk: `ERS#${erasureId}`, sk: orderId }),
} as const;

/** List keys of the listing index: what is listed, for whom. */
export const listings = {
  merchants: () => 'merchants',
  entities: (merchantId: string, kind: string) => `${merchantId}#${kind}`,
  webhookEvents: (merchantId: string) => `${merchantId}#webhook-events`,
  orders: (merchantId: string) => `${merchantId}#orders`,
  ledger: (merchantId: string) => `${merchantId}#ledger`,
} as const;

/** Sort text within a listing: by instant, then id. */
export const listedAt = (instant: number, id: string): string => `${instantKey(instant)}#${id}`;
