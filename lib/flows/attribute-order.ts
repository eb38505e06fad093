// Who an order is credited to, from its own click, the journey that click belongs to, and its codes.
import {
  type AttributionRules,
  attributeDirect,
  type ClickTouch,
  type CodeTouch,
  type DirectAttribution,
  type Touch,
} from '../domain/attribution/direct.ts';
import { labelHits } from '../domain/clicks/traffic.ts';
import { type Day, dayOf } from '../domain/days.ts';
import type { MerchantData } from '../domain/entities.ts';
import { countsForCustomer } from '../domain/orders/fold.ts';
import { rulesOn } from '../domain/rules.ts';
import { clickIdOf } from '../platform/visitors.ts';
import { salesUpTo } from '../table/customers.ts';
import type { StoredOrder } from '../table/orders.ts';
import type { StoredRecord } from '../table/records.ts';
import { creditSource } from './credit-followed.ts';
import { customerKeysOf } from './customer-keys.ts';
import { hitJudges } from './hit-judges.ts';
import { isCarried, journeysOf } from './journeys.ts';
import type { Lookup } from './lookup.ts';
import type { Service } from './service.ts';

type Merchant = StoredRecord<MerchantData>;

const MOST_TOUCHES = 200;

export interface OrderAttributionFacts {
  readonly attribution: DirectAttribution;
  /** The earlier order whose credit this one follows; null for one that stands by itself. */
  readonly creditFollows: string | null;
  /** The click id on the order, where no click is behind it; null where one is, or the order has no id. */
  readonly unknownClickId: string | null;
  /** Codes on the order that no creator holds. */
  readonly unknownCodes: readonly string[];
  /** Whether a creator whose link or code led to the order is its customer. */
  readonly selfPurchase: boolean;
}

const clickTouches = async (service: Service, merchant: Merchant, order: StoredOrder, lookup: Lookup) => {
  const { clickId: told, placedAt } = order.fold;
  const found = await journeysOf(service, merchant, order);
  const judges = hitJudges(merchant.data);
  const labelled = found.journeys.flatMap((journey) => labelHits(journey, judges)).sort((a, b) => a.hit.at - b.hit.at);
  const touches: ClickTouch[] = [];
  for (const { hit, kind } of labelled.slice(-MOST_TOUCHES)) {
    const link = await lookup.link(hit.linkId);
    if (!link || link.merchantId !== merchant.id) continue;
    const creator = await lookup.creator(link.data.creatorId);
    const clickId = clickIdOf(hit.place, service.masterKey, merchant.id);
    touches.push({
      type: 'click',
      clickId,
      at: hit.at,
      creatorId: link.data.creatorId,
      campaignId: link.data.campaignId,
      linkId: link.id,
      kind,
      tieKey: hit.facts.externalId ?? clickId,
      creatorArchivedAt: creator?.archivedAt ?? null,
      carried: isCarried(found, hit),
    });
  }
  // Of an order that is not placed yet none was looked for.
  return { touches, unknownClickId: found.carried || placedAt === null ? null : told };
};

const codeTouches = async (order: StoredOrder, lookup: Lookup) => {
  const touches: CodeTouch[] = [];
  const unknownCodes: string[] = [];
  for (const [position, used] of order.fold.codes.entries()) {
    const code = await lookup.codeInStore(order.storeId, used.code);
    if (!code) unknownCodes.push(used.code);
    else if (!touches.some((touch) => touch.codeId === code.id)) {
      const creator = await lookup.creator(code.data.creatorId);
      touches.push({
        type: 'code',
        codeId: code.id,
        code: code.data.code,
        creatorId: code.data.creatorId,
        campaignId: code.data.campaignId,
        discount: used.amount,
        position,
        startsAt: code.data.startsAt,
        endsAt: code.data.endsAt,
        creatorArchivedAt: creator?.archivedAt ?? null,
      });
    }
  }
  return { touches, unknownCodes };
};

/** Rules in force for an order's day, by campaign; those of a touch without one are the merchant's. */
const rulesOf = async (
  merchant: Merchant,
  day: Day,
  touches: readonly { readonly campaignId: string | null }[],
  lookup: Lookup,
) => {
  const campaigns = new Map<string, AttributionRules>();
  for (const { campaignId } of touches) {
    if (campaignId === null || campaigns.has(campaignId)) continue;
    campaigns.set(campaignId, rulesOn(merchant.data, (await lookup.campaign(campaignId))?.data, day));
  }
  const own = rulesOn(merchant.data, undefined, day);
  return (campaignId: string | null) => (campaignId === null ? own : (campaigns.get(campaignId) ?? own));
};

/** Those of the creators who are the order's customer, by the e-mail they are known by. */
const buyersAmong = async (service: Service, order: StoredOrder, touches: readonly Touch[], lookup: Lookup) => {
  const { merchantId, storeId, fold } = order;
  const buyers: string[] = [];
  for (const creatorId of new Set(touches.map((touch) => touch.creatorId))) {
    const email = (await lookup.creator(creatorId))?.data.email ?? null;
    const [key] = customerKeysOf(service, merchantId, storeId, { email, platformId: null });
    if (key && fold.customerKeys.includes(key)) buyers.push(creatorId);
  }
  return buyers;
};

/**
 * Attributes one order afresh from the facts, under the rules in force for its day. A renewal or an exchange that goes
 * back to an order known here is credited as that one is: by its touches, its time and its rules.
 */
export const attributeOrder = async (
  service: Service,
  merchant: Merchant,
  order: StoredOrder,
  lookup: Lookup,
): Promise<OrderAttributionFacts> => {
  const source = await creditSource(order, lookup);
  const placedAt = source.fold.placedAt ?? source.listedAt;
  const day = dayOf(placedAt, merchant.data.timeZone);
  const clicks = await clickTouches(service, merchant, source, lookup);
  const codes = await codeTouches(source, lookup);
  const touches = [...clicks.touches, ...codes.touches];
  const rulesFor = await rulesOf(merchant, day, touches, lookup);
  const channel = source.fold.channel ?? 'web';
  // Who bought is this order's own customer, whoever's touches it goes by.
  const boughtBy = await buyersAmong(service, order, touches, lookup);
  const attribution = attributeDirect({ placedAt, channel, boughtBy }, touches, rulesFor);
  const creditFollows = source.id === order.id ? null : source.id;
  const { unknownClickId } = clicks;
  const { unknownCodes } = codes;
  return { attribution, creditFollows, unknownClickId, unknownCodes, selfPurchase: boughtBy.length > 0 };
};

/** Read at a time, but for the oldest, which mostly tells. */
const ORDERS_AT_ONCE = 25;

/** Whether an order of the same customer, by any of its keys, came before this one and counts, here or elsewhere. */
const boughtBefore = async (service: Service, order: StoredOrder, placedAt: number, lookup: Lookup) => {
  const underKey = async (key: string) => {
    let unasked: string[] = [];
    let most = 1;
    for await (const known of salesUpTo(service.table, order.merchantId, key, placedAt)) {
      if ('firstOrderAt' in known) {
        if (known.firstOrderAt < placedAt) return true;
        continue;
      }
      const { orderId } = known;
      // Of two placed at the same instant the one recorded first is the first.
      if (orderId === order.id && countsForCustomer(order.fold)) break;
      if (orderId !== order.id) unasked.push(orderId);
      if (unasked.length < most) continue;
      if (await lookup.anyCounts(unasked)) return true;
      unasked = [];
      most = ORDERS_AT_ONCE;
    }
    return lookup.anyCounts(unasked);
  };
  return (await Promise.all(order.fold.customerKeys.map(underKey))).includes(true);
};

/**
 * Whether the order is its customer's first: `unknown` without a customer, and for a first order where the merchant's
 * record is not said to reach back to that day. Only a sale is ever `new`: a renewal or a gift wins nobody, and whoever
 * exchanges something has bought it before.
 */
export const customerOf = async (
  service: Service,
  merchant: Merchant,
  order: StoredOrder,
  lookup: Lookup,
): Promise<'new' | 'returning' | 'unknown'> => {
  const { customerKeys, kind, placedAt } = order.fold;
  if (order.erased?.credit?.customer) return order.erased.credit.customer;
  if (order.returning) return 'returning';
  if (customerKeys.length === 0 || placedAt === null) return 'unknown';
  if (await boughtBefore(service, order, placedAt, lookup)) return 'returning';
  if (kind !== 'sale') return 'unknown';
  const { customerHistoryFrom, timeZone } = merchant.data;
  return customerHistoryFrom !== null && customerHistoryFrom <= dayOf(placedAt, timeZone) ? 'new' : 'unknown';
};
