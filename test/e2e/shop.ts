// The outside world: shoppers who follow links and shops that post signed webhooks.
import { randomUUID } from 'node:crypto';
import type { Delivery } from '../../lib/connectors/connector.ts';
import { aShopifyDelivery, aShopifyOrder } from '../support/payloads/shopify.ts';
import { aStandardDelivery, aStandardEvent, standardOrderData } from '../support/payloads/standard.ts';
import { client, type Reply } from './client.ts';

type Json = Record<string, unknown>;

const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1';
export const UNFURLER = 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)';
export const CRAWLER = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';

export interface Followed extends Reply {
  /** Where the redirect leads; undefined when it was none. */
  readonly location: URL | undefined;
  readonly clickId: string | null;
  /** The visitor cookie, to be sent back by the same shopper. */
  readonly cookie: string | undefined;
}

/** Follows a short link as a shopper's phone does, unless told otherwise. */
export const follow = async (
  base: string,
  slug: string,
  { method = 'GET', query = '', headers = {} as Record<string, string> } = {},
): Promise<Followed> => {
  const sent = { 'user-agent': PHONE, accept: 'text/html', ...headers };
  const reply = await client(base)(method, `/${slug}${query}`, undefined, sent);
  const location = URL.parse(reply.headers.get('location') ?? '') ?? undefined;
  const cookie = reply.headers.getSetCookie()[0]?.split(';')[0];
  return { ...reply, location, clickId: location?.searchParams.get('trb_click') ?? null, cookie };
};

/** Posts a delivery to a store, its bytes and headers as they are. */
export const deliver = (base: string, storeId: string, { raw, headers }: Delivery) => {
  const sent = Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => !!entry[1]));
  return client(base)<{ id: string; state: string }>('POST', `/webhooks/${storeId}`, raw, sent);
};

const iso = (at: number) => new Date(at).toISOString();

/** What varies from order to order; everything else is the payload factories'. */
export interface Sale {
  readonly id: number;
  readonly at: number;
  readonly clickId?: string | null;
  readonly code?: string;
  readonly customer?: string;
}

/** A paid Shopify order of 120.00 less 20.00, with 6.00 of shipping and 4.00 of tax. */
export const shopifyOrder = ({ id, at, clickId, code, customer = `c${id}` }: Sale, over: Json = {}): Json =>
  aShopifyOrder({
    id,
    admin_graphql_api_id: `gid://shopify/Order/${id}`,
    name: `#${id}`,
    created_at: iso(at),
    processed_at: iso(at),
    updated_at: iso(at),
    customer: { id: id + 900_000, email: `${customer}@example.com` },
    ...(clickId && { note_attributes: [{ name: 'trb_click', value: clickId }] }),
    ...(code && { discount_codes: [{ code, amount: '20.00', type: 'percentage' }] }),
    ...over,
  });

export const shopifyDelivery = (topic: string, body: Json, eventId: string = randomUUID()): Delivery =>
  aShopifyDelivery(topic, body, { 'x-shopify-event-id': eventId, 'x-shopify-webhook-id': randomUUID() });

/** The same money from a shop of the `standard` platform. */
export const standardOrder = ({ id, at, clickId, code, customer = `c${id}` }: Sale, over: Json = {}): Json =>
  standardOrderData({
    externalId: String(id),
    name: `#${id}`,
    placedAt: iso(at),
    updatedAt: iso(at),
    ...{ itemsTotal: 12_000, discounts: 2_000, shipping: 600, tax: 400 },
    discountCodes: code ? [{ code, amount: 2_000 }] : [],
    clickId: clickId ?? null,
    lines: [{ id: '1', sku: 'P-1', title: 'Protein', quantity: 2, price: 6_000, discount: 2_000, tax: 400 }],
    customer: { id: customer, email: `${customer}@example.com` },
    ...over,
  });

/** Signed now, as the specification's five minutes demand. */
export const standardDelivery = (type: string, data: Json, messageId: string = `msg_${randomUUID()}`): Delivery =>
  aStandardDelivery(aStandardEvent(type, data, { timestamp: iso(Date.now()) }), {
    id: messageId,
    seconds: Math.floor(Date.now() / 1000),
  });
