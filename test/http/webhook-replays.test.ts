// Replaying the events that match: which ones, in how many calls, and what is said of each.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallOptions, handlersOf, type Json, type TestApi, testApi } from '../support/http.ts';
import { aShopifyOrder } from '../support/payloads/shopify.ts';
import { aMerchant, aStore, deliver, deliverShopify, type Owner, someOrder } from '../support/world.ts';
import { failingTable } from '../support/wrapped-table.ts';

const DAY = 86_400_000;

let api: TestApi;
let owner: Owner;
beforeAll(async () => {
  api = await testApi();
  owner = await aMerchant(api);
});
afterAll(() => api.close());

const replayed = async (body: Json = {}, on: Owner = owner): Promise<Json> => {
  const answer = await on.call('POST', '/v1/webhook-events/replay', { body });
  expect(answer.status).toBe(200);
  return answer.json;
};
const refused = async (body: Json, over: CallOptions = {}) => {
  const { status, json } = await owner.call('POST', '/v1/webhook-events/replay', { body, ...over });
  return [status, json.code, json.errors?.[0]?.pointer];
};

let stores = 0;

/** A Shopify store entered under a wrong name, whose `count` orders all failed for it; the ids newest first. */
const misnamed = async (on: Owner, count: number) => {
  const name = `right-${++stores}.myshopify.com`;
  const store = await aStore(on, { platform: 'shopify', domain: `wrong-${stores}.myshopify.com` });
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    api.clock.advance(1000);
    const headers = { 'x-shopify-shop-domain': name };
    const order = aShopifyOrder({ id: 100 + i, admin_graphql_api_id: `gid://shopify/Order/${100 + i}` });
    const { json } = await deliverShopify(api, store, 'orders/paid', order, { headers });
    expect(json.state).toBe('failed');
    ids.unshift(json.id);
  }
  const mend = () => on.call('PATCH', `/v1/stores/${store.id}`, { body: { domain: name } });
  return { store, ids, mend };
};
const ordersOf = async (store: Json, on: Owner = owner) => (await on.get('/v1/orders', { storeId: store.id })).data;

describe('a replay of all that match', () => {
  it('says what became of each, the newest first, and applies what was mended', async () => {
    const { store, ids, mend } = await misnamed(owner, 3);
    const storeId = store.id;
    const inVain = await replayed({ storeId });
    const failed = ids.map((id) => ({ id, state: 'failed', reason: 'shop_domain_mismatch' }));
    const none = { replayed: 0, applied: 0, failed: 0, ignored: 0, bodyGone: 0, nextCursor: null };
    expect(inVain).toEqual({ ...none, replayed: 3, failed: 3, data: failed });
    await mend();
    const data = ids.map((id) => ({ id, state: 'applied', reason: null }));
    expect(await replayed({ storeId })).toEqual({ ...none, replayed: 3, applied: 3, data });
    expect(await ordersOf(store)).toHaveLength(3);
    expect(await replayed({ storeId })).toEqual({ ...none, data: [] });
  });

  it('goes by state, topic, reason and days', async () => {
    const one = await aMerchant(api);
    const store = await aStore(one);
    const paid = (await deliver(api, store, 'order.paid', someOrder(api))).json.id;
    const other = (await deliver(api, store, 'product.created', {})).json.id;
    const day = new Date(api.clock.now).toISOString().slice(0, 10);
    api.clock.advance(DAY);
    const bad = (await deliver(api, store, 'order.paid', someOrder(api, { currency: 'XXX' }))).json.id;
    const idsOf = async (body: Json) => (await replayed(body, one)).data.map(({ id }: Json) => id);
    expect(await idsOf({})).toEqual([bad]);
    expect(await idsOf({ state: 'applied' })).toEqual([paid]);
    expect(await idsOf({ state: 'ignored', topic: 'product.created' })).toEqual([other]);
    expect(await idsOf({ topic: 'order.cancelled' })).toEqual([]);
    expect(await idsOf({ reason: 'unknown_currency' })).toEqual([bad]);
    expect(await idsOf({ reason: 'not_json' })).toEqual([]);
    expect(await idsOf({ to: day })).toEqual([]);
    expect(await idsOf({ state: 'applied', to: day })).toEqual([paid]);
    expect(await idsOf({ from: day })).toEqual([bad]);
    expect(await replayed({ state: 'ignored' }, one)).toMatchObject({ replayed: 1, ignored: 1, applied: 0 });
  });

  it('goes on by cursor, each event once, and those of nobody else', async () => {
    const [one, neighbour] = [await aMerchant(api), await aMerchant(api)];
    const { store, ids, mend } = await misnamed(one, 5);
    const theirs = await misnamed(neighbour, 1);
    await Promise.all([mend(), theirs.mend()]);
    const told: string[] = [];
    let calls = 0;
    for (let cursor: string | null | undefined; cursor !== null; calls++) {
      const page = await replayed({ limit: 2, ...(cursor && { cursor }) }, one);
      expect(page.data.length).toBeLessThanOrEqual(2);
      told.push(...page.data.map(({ id }: Json) => id));
      cursor = page.nextCursor;
    }
    expect([told, calls]).toEqual([ids, 3]);
    expect(await ordersOf(store, one)).toHaveLength(5);
    expect(await ordersOf(theirs.store, neighbour)).toEqual([]);
  });

  it('stops when its time is up, and goes on where it stopped', async () => {
    const one = await aMerchant(api);
    const { ids, mend } = await misnamed(one, 4);
    await mend();
    // Every look at the clock takes four seconds.
    let now = api.clock.now;
    const clock = () => {
      now += 4_000;
      return now;
    };
    const slow = handlersOf({ ...api.service, clock });
    const told: string[] = [];
    let calls = 0;
    for (let cursor: string | null | undefined; cursor !== null; calls++) {
      expect(calls).toBeLessThan(10);
      const body = { ...(cursor && { cursor }) };
      const answer = await slow.call('POST', '/v1/webhook-events/replay', { key: one.key, body });
      expect(answer.status).toBe(200);
      told.push(...answer.json.data.map(({ id }: Json) => id));
      cursor = answer.json.nextCursor;
    }
    expect(told).toEqual(ids);
    expect(calls).toBeGreaterThan(1);
  });

  it('counts those of which nothing is left, and applies the others from what was read', async () => {
    const one = await aMerchant(api);
    const { ids } = await misnamed(one, 1);
    const store = await aStore(one);
    await deliver(api, store, 'order.paid', someOrder(api));
    api.clock.advance(15 * DAY);
    const gone = { id: ids[0], state: 'failed', reason: 'shop_domain_mismatch' };
    expect(await replayed({}, one)).toMatchObject({ replayed: 0, failed: 0, bodyGone: 1, data: [gone] });
    expect(await replayed({ state: 'applied' }, one)).toMatchObject({ replayed: 1, applied: 1, bodyGone: 0 });
    expect(await ordersOf(store, one)).toMatchObject([{ state: 'paid', netRevenue: 10_000 }]);
  });

  it('answers with what was done when the table goes away in the middle, and 503 when nothing was', async () => {
    const one = await aMerchant(api);
    const { ids, mend } = await misnamed(one, 3);
    await mend();
    const awayFrom = (id: string | undefined) => {
      const table = failingTable(api.service.table, (_count, { operation, input }) => {
        const isBody = operation === 'Query' && JSON.stringify(input).includes(`RAW#${id}`);
        if (isBody) throw Object.assign(new Error('away'), { name: 'TimeoutError' });
        return false;
      });
      return handlersOf({ ...api.service, table }).call('POST', '/v1/webhook-events/replay', { key: one.key });
    };
    expect(await awayFrom(ids[0])).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    const partly = await awayFrom(ids[1]);
    expect([partly.status, partly.json.data]).toEqual([200, [{ id: ids[0], state: 'applied', reason: null }]]);
    const rest = await replayed({ cursor: partly.json.nextCursor }, one);
    expect(rest).toMatchObject({ applied: 2, nextCursor: null });
  });
});

describe('a replay that is refused', () => {
  it('names what is wrong', async () => {
    expect(await refused({ storeId: 'ext_nowhere' })).toEqual([422, 'invalid_request', '/storeId']);
    expect(await refused({ from: '2026-11-21', to: '2026-11-20' })).toEqual([422, 'invalid_request', '/to']);
    expect(await refused({ limit: 101 })).toEqual([422, 'invalid_request', '/limit']);
    expect(await refused({ state: 'lost' })).toEqual([422, 'invalid_request', '/state']);
    expect(await refused({ ids: [] })).toEqual([422, 'invalid_request', '/ids']);
    expect(await refused({ cursor: 'made.up' })).toEqual([400, 'invalid_cursor', undefined]);
  });

  it('takes no cursor of other filters', async () => {
    const one = await aMerchant(api);
    await misnamed(one, 2);
    const { nextCursor } = await replayed({ limit: 1 }, one);
    const answer = await one.call('POST', '/v1/webhook-events/replay', {
      body: { state: 'applied', cursor: nextCursor },
    });
    expect([answer.status, answer.json.code]).toEqual([400, 'invalid_cursor']);
  });

  it('needs the scope write', async () => {
    const { key } = await owner.make('/v1/api-keys', { name: 'reader', scopes: ['read'] });
    expect(await refused({}, { key })).toEqual([403, 'forbidden', undefined]);
  });
});
