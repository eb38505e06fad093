// One factory per thing a merchant has, made over the API itself, and the deliveries of its shops.
import { createHmac, randomUUID } from 'node:crypto';
import { unpacked } from '../../lib/table/packed.ts';
import type { Answered, Call, Json, TestApi } from './http.ts';
import { aStandardDelivery } from './payloads/standard.ts';

export const ROOT = 'root_test';

/** A phone's browser, as most who follow a creator's link have. */
export const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1';

/** A merchant with its first key, and a client that sends it. */
export interface Owner {
  readonly api: TestApi;
  readonly merchant: Json;
  readonly key: string;
  /** Calls with the merchant's key. */
  readonly call: Call;
  /** Posts what must succeed and gives the answer's JSON. */
  readonly make: (path: string, body: unknown) => Promise<Json>;
  /** Gets what must be there. */
  readonly get: (path: string, query?: Readonly<Record<string, string | number | boolean>>) => Promise<Json>;
}

/** The JSON of an answer that must have this status. */
const expectStatus = (answer: Answered, status: number, what: string): Json => {
  if (answer.status !== status) throw new Error(`${what}: ${answer.status} ${answer.text.slice(0, 500)}`);
  return answer.json;
};

export const aMerchant = async (api: TestApi, over: Record<string, unknown> = {}): Promise<Owner> => {
  const body = { name: 'Open Shop', currency: 'USD', timeZone: 'UTC', allowedHosts: ['shop.example.com'], ...over };
  const merchant = expectStatus(await api.call('POST', '/v1/merchants', { key: ROOT, body }), 201, 'merchant');
  const key: string = merchant.apiKey;
  const call: Call = (method, path, options) => api.call(method, path, { key, ...options });
  return {
    api,
    merchant,
    key,
    call,
    make: async (path, sent) => expectStatus(await call('POST', path, { body: sent }), 201, path),
    get: async (path, query) => expectStatus(await call('GET', path, { ...(query && { query }) }), 200, path),
  };
};

export const aStore = (owner: Owner, over: Record<string, unknown> = {}): Promise<Json> =>
  owner.make('/v1/stores', { platform: 'standard', domain: 'shop.example.com', ...over });

export const aCreator = (owner: Owner, over: Record<string, unknown> = {}): Promise<Json> =>
  owner.make('/v1/creators', { name: 'Sarah Lim', handle: 'sarahlim', ...over });

export const aCampaign = (owner: Owner, over: Record<string, unknown> = {}): Promise<Json> =>
  owner.make('/v1/campaigns', {
    name: 'Launch',
    destinationUrl: 'https://shop.example.com/p/protein?ref=x#top',
    startsOn: '2026-11-01',
    ...over,
  });

export const aLink = (owner: Owner, creator: Json, over: Record<string, unknown> = {}): Promise<Json> =>
  owner.make('/v1/links', { creatorId: creator.id, destinationUrl: 'https://shop.example.com/', ...over });

/** A creator with a link and a code in the world's campaign. */
interface Promoter {
  readonly creator: Json;
  readonly link: Json;
  readonly code: Json;
}

export interface World extends Owner {
  readonly store: Json;
  readonly campaign: Json;
  readonly sarah: Promoter;
  readonly mike: Promoter;
}

/** A merchant with a store, a campaign and two creators who each have a link and a code. */
export const aWorld = async (
  api: TestApi,
  over: { readonly merchant?: Record<string, unknown>; readonly store?: Record<string, unknown> } = {},
): Promise<World> => {
  const owner = await aMerchant(api, over.merchant);
  const store = await aStore(owner, over.store);
  const campaign = await aCampaign(owner);
  const promoter = async (name: string, handle: string): Promise<Promoter> => {
    const profiles = [{ platform: 'instagram', handle, followers: 42_000 }];
    const creator = await aCreator(owner, { name, handle, profiles });
    const shared = { creatorId: creator.id, campaignId: campaign.id };
    const link = await owner.make('/v1/links', { ...shared, platform: 'instagram', placement: 'story' });
    const value = { type: 'percent', amount: 15 };
    return { creator, link, code: await owner.make('/v1/discount-codes', { ...shared, storeId: store.id, value }) };
  };
  const sarah = await promoter('Sarah Lim', 'sarahlim');
  const mike = await promoter('Mike Özil', 'mikeoz');
  return { ...owner, store, campaign, sarah, mike };
};

/** A person follows a link with a phone. */
export const follow = (api: TestApi, slug: string, options: Parameters<Call>[2] & { method?: string } = {}) => {
  const { method = 'GET', headers, ...rest } = options;
  return api.call(method, `/${slug}`, { ...rest, headers: { 'user-agent': PHONE, ...headers } });
};

/** The click id an answer sends the shopper on with; null when it carries none. */
export const clickIdOf = (answer: Answered): string | null =>
  new URL(answer.headers.location ?? '').searchParams.get('trb_click');

const iso = (instant: number) => new Date(instant).toISOString();

/** The `data` of a standard order, placed now: 120.00 of goods, 20.00 off. */
export const someOrder = (api: TestApi, over: Record<string, unknown> = {}): Record<string, unknown> => ({
  externalId: '1001',
  name: '#1001',
  placedAt: iso(api.clock.now),
  updatedAt: iso(api.clock.now),
  currency: 'USD',
  itemsTotal: 12_000,
  discounts: 2_000,
  shipping: 600,
  tax: 400,
  units: 2,
  ...over,
});

/** Delivers an event of the standard platform, signed now with the store's secret. */
export const deliver = (
  api: TestApi,
  store: Json,
  type: string,
  data: Record<string, unknown>,
  over: { readonly id?: string; readonly secret?: string; readonly headers?: Record<string, string> } = {},
): Promise<Answered> => {
  const { id = `msg_${randomUUID()}`, secret = store.webhookSecret, headers = {} } = over;
  const seconds = Math.floor(api.clock.now / 1000);
  const event = { type, timestamp: iso(api.clock.now), data };
  const delivery = aStandardDelivery(event, { id, seconds, secret });
  return api.call('POST', `/webhooks/${store.id}`, {
    body: delivery.raw,
    headers: { 'content-type': 'application/json', ...(delivery.headers as Record<string, string>), ...headers },
  });
};

/** An order that is paid, delivered; the answer says what became of the event. */
export const placeOrder = async (api: TestApi, store: Json, over: Record<string, unknown> = {}): Promise<Json> =>
  expectStatus(await deliver(api, store, 'order.paid', someOrder(api, over)), 200, 'order.paid');

/** Delivers a Shopify body (an object, or the bytes themselves) under a topic. */
export const deliverShopify = (
  api: TestApi,
  store: Json,
  topic: string,
  body: unknown,
  over: { readonly eventId?: string; readonly secret?: string; readonly headers?: Record<string, string> } = {},
): Promise<Answered> => {
  const raw = body instanceof Uint8Array ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const signature = createHmac('sha256', over.secret ?? store.webhookSecret)
    .update(raw)
    .digest('base64');
  return api.call('POST', `/webhooks/${store.id}`, {
    body: raw,
    headers: {
      'content-type': 'application/json',
      'x-shopify-topic': topic,
      'x-shopify-hmac-sha256': signature,
      'x-shopify-shop-domain': store.domain,
      'x-shopify-event-id': over.eventId ?? randomUUID(),
      'x-shopify-triggered-at': iso(api.clock.now),
      ...over.headers,
    },
  });
};

/** Recomputes days and waits until that is done. */
export const rollUp = async (owner: Owner, from: string, to = from): Promise<Json> => {
  const begun = expectStatus(await owner.call('POST', '/v1/rollups', { body: { from, to } }), 202, 'rollup');
  await owner.api.settled();
  const done = await owner.get(`/v1/rollups/${begun.id}`);
  if (done.state !== 'done') throw new Error(`The roll-up is ${done.state}`);
  return done;
};

/** An item with its compressed parts opened, so that nothing hides in them. */
const readable = (item: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, unpacked(value)]));

/** Every item of the table, for tests that say nothing was written. */
export const itemsIn = async ({ service }: Pick<TestApi, 'service'>): Promise<Json[]> => {
  const items: Json[] = [];
  let after: Record<string, unknown> | undefined;
  do {
    const page = await service.table.ask('Scan', {
      TableName: service.table.name,
      ...(after && { ExclusiveStartKey: after }),
    });
    items.push(...(page.Items ?? []).map(readable));
    after = page.LastEvaluatedKey;
  } while (after);
  return items;
};
