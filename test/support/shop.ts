// A merchant with creators, links and codes in the table, and shoppers who click and buy: below the HTTP floor.
import type { ClickPlace } from '../../lib/domain/clicks/click-key.ts';
import { dayOf } from '../../lib/domain/days.ts';
import type { LinkData, MerchantData } from '../../lib/domain/entities.ts';
import type { OrderEvent } from '../../lib/domain/orders/events.ts';
import { applyKept } from '../../lib/flows/apply-kept.ts';
import { instantsOf } from '../../lib/flows/foresee-event.ts';
import { markDays } from '../../lib/flows/mark-days.ts';
import type { Service } from '../../lib/flows/service.ts';
import { fingerprint } from '../../lib/platform/ids.ts';
import { clickIdOf } from '../../lib/platform/visitors.ts';
import { clickShard } from '../../lib/table/click-path-keys.ts';
import { storeClick } from '../../lib/table/clicks.ts';
import { eventIdOf, type InboxEvent, keepEvent } from '../../lib/table/inbox.ts';
import type { StoredRecord } from '../../lib/table/records.ts';
import { aCreator, aDiscountCode, aLink, aMerchant, stored } from './records.ts';

export interface Shop {
  readonly merchant: StoredRecord<MerchantData>;
  readonly storeId: string;
  /** Sarah and Mike, each with a link and a code of their own: SARAH15 and MIKE20. */
  readonly creatorIds: readonly [string, string];
  readonly links: readonly [StoredRecord<LinkData>, StoredRecord<LinkData>];
}

let shops = 0;

export const aShop = async (
  service: Service,
  over: { readonly createdAt?: number; readonly data?: Partial<MerchantData> } = {},
): Promise<Shop> => {
  const mark = String(++shops).padStart(14, '0');
  const { table } = service;
  const merchantId = `mer_Shop${mark}`;
  const storeId = `sto_Shop${mark}`;
  const merchant = aMerchant({ id: merchantId, merchantId, ...over });
  await stored(table, merchant);
  const [sarah, mike] = [aCreator({ merchantId }), aCreator({ merchantId, data: { name: 'Mike Ong' } })];
  const link = (creatorId: string, slug: string) =>
    aLink({ merchantId, data: { creatorId, slug: `${slug}-${mark}`, timeZone: merchant.data.timeZone } });
  const links = [link(sarah.id, 'sarah'), link(mike.id, 'mike')] as const;
  const codes = [
    aDiscountCode({ merchantId, data: { creatorId: sarah.id, storeIds: [storeId], code: 'SARAH15' } }),
    aDiscountCode({ merchantId, data: { creatorId: mike.id, storeIds: [storeId], code: 'MIKE20' } }),
  ];
  for (const record of [sarah, mike, ...links, ...codes]) await stored<unknown>(table, record);
  return { merchant, storeId, creatorIds: [sarah.id, mike.id], links };
};

let clicks = 0;

/** A person's click on a link at an instant; gives its id. */
export const clicked = async (
  service: Service,
  shop: Shop,
  link: StoredRecord<LinkData>,
  at: number,
): Promise<string> => {
  const count = ++clicks;
  const visitor = `20260101${Buffer.from(String(count).padStart(16, '0')).toString('base64url')}`;
  const place: ClickPlace = {
    day: dayOf(at, shop.merchant.data.timeZone),
    shard: clickShard(visitor, shop.merchant.data.clickShards),
    visitor,
    at,
    suffix: count.toString(16).padStart(8, '0'),
  };
  const userAgent = 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148';
  const facts = {
    linkId: link.id,
    method: 'GET',
    userAgent,
    purpose: null,
    referrerHost: null,
    country: null,
  } as const;
  await storeClick(service.table, shop.merchant.id, place, { ...facts, externalId: null });
  return clickIdOf(place, service.masterKey, shop.merchant.id);
};

let told = 0;

/** What a shop says of an order, as the inbox keeps it. */
const anInboxEvent = (service: Service, shop: Shop, externalId: string, event: OrderEvent): InboxEvent => {
  const orderPart = fingerprint(shop.storeId, externalId);
  return {
    id: eventIdOf(orderPart, String(++told).padStart(16, '0')),
    merchantId: shop.merchant.id,
    storeId: shop.storeId,
    platform: 'standard',
    topic: 'order.paid',
    shopEventId: `msg_${told}`,
    receivedAt: service.clock(),
    state: 'received',
    reason: null,
    detail: null,
    orderId: `ord_${orderPart}`,
    orderExternalId: externalId,
    event,
    attempts: 0,
    bodyBytes: 0,
  };
};

/** Keeps an event as a delivery does, and dies before applying it. */
export const keptOnly = async (service: Service, shop: Shop, externalId: string, event: OrderEvent) => {
  const kept = anInboxEvent(service, shop, externalId, event);
  const days = instantsOf(event).map((instant) => dayOf(instant, shop.merchant.data.timeZone));
  await markDays(service, shop.merchant.id, days);
  await keepEvent(service.table, kept);
  return kept;
};

/** Delivers an event whole. */
export const delivered = async (service: Service, shop: Shop, externalId: string, event: OrderEvent) =>
  applyKept(service, await keptOnly(service, shop, externalId, event));
