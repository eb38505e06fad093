// The inbox as its owner sees it: every event, what became of it, and applying one again.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, type TestApi, testApi } from '../support/http.ts';
import { aShopifyOrder } from '../support/payloads/shopify.ts';
import { aStore, aWorld, deliver, deliverShopify, placeOrder, someOrder, type World } from '../support/world.ts';

let api: TestApi;
let world: World;
let second: Json;
const kept: Record<string, string> = {};

beforeAll(async () => {
  api = await testApi();
  world = await aWorld(api);
  second = await aStore(world, { domain: 'second.example.com' });
  kept.applied = (await placeOrder(api, world.store)).id;
  api.clock.advance(1000);
  kept.failed = (await deliver(api, world.store, 'order.paid', someOrder(api, { currency: 'XXX' }))).json.id;
  api.clock.advance(1000);
  kept.ignored = (await deliver(api, second, 'product.created', {})).json.id;
});
afterAll(() => api.close());

const listed = async (query: Record<string, string | number> = {}) =>
  (await world.get('/v1/webhook-events', query)).data.map(({ id }: Json) => id);

describe('the list of events', () => {
  it('has the newest first, by state and by store', async () => {
    expect(await listed()).toEqual([kept.ignored, kept.failed, kept.applied]);
    for (const state of ['applied', 'ignored', 'failed']) expect(await listed({ state })).toEqual([kept[state]]);
    expect(await listed({ state: 'received' })).toEqual([]);
    expect(await listed({ storeId: second.id })).toEqual([kept.ignored]);
    expect(await listed({ storeId: second.id, state: 'failed' })).toEqual([]);
    expect((await world.call('GET', '/v1/webhook-events', { query: { state: 'lost' } })).status).toBe(422);
  });

  it('has those of a topic, a reason, and of days', async () => {
    expect(await listed({ topic: 'order.paid' })).toEqual([kept.failed, kept.applied]);
    expect(await listed({ topic: 'order.paid', reason: 'unknown_currency' })).toEqual([kept.failed]);
    expect(await listed({ from: '2026-11-20', to: '2026-11-20' })).toHaveLength(3);
    expect(await listed({ from: '2026-11-21' })).toEqual([]);
    expect(await listed({ to: '2026-11-19' })).toEqual([]);
    const answer = await world.call('GET', '/v1/webhook-events', { query: { from: '2026-11-21', to: '2026-11-20' } });
    expect([answer.status, answer.json.errors[0].pointer]).toEqual([422, '/query/to']);
  });

  it('goes on by cursor', async () => {
    const first = await world.get('/v1/webhook-events', { limit: 2 });
    const rest = await world.get('/v1/webhook-events', { limit: 2, cursor: first.nextCursor });
    expect(rest).toMatchObject({ data: [{ id: kept.applied }], nextCursor: null });
  });
});

describe('an event', () => {
  it('says why it was not applied', async () => {
    expect(await world.get(`/v1/webhook-events/${kept.failed}`)).toMatchObject({
      reason: 'unknown_currency',
      detail: expect.any(String),
      attempts: expect.any(Number),
      bodyBytes: expect.any(Number),
    });
  });

  it('that never was is 404', async () => {
    for (const id of ['evt_1', `evt_${'A'.repeat(32)}`, kept.applied?.slice(0, -1)]) {
      expect((await world.call('GET', `/v1/webhook-events/${id}`)).status).toBe(404);
      expect((await world.call('POST', `/v1/webhook-events/${id}/replay`)).status).toBe(404);
    }
  });
});

describe('a replay', () => {
  const replay = (id: string | undefined) => world.call('POST', `/v1/webhook-events/${id}/replay`);

  it('of an applied event changes nothing about its order', async () => {
    const [before] = (await world.get('/v1/orders')).data;
    const answer = await replay(kept.applied);
    expect([answer.status, answer.json.state]).toEqual([200, 'applied']);
    expect((await world.get('/v1/orders')).data).toEqual([before]);
  });

  it('of a failed event fails again while nothing has changed', async () => {
    const answer = await replay(kept.failed);
    expect([answer.status, answer.json.state, answer.json.reason]).toEqual([200, 'failed', 'unknown_currency']);
  });

  it('of a failed event applies it once what it failed for is mended', async () => {
    const store = await aStore(world, { platform: 'shopify', domain: 'wrong-name.myshopify.com' });
    const headers = { 'x-shopify-shop-domain': 'right-name.myshopify.com' };
    const { json } = await deliverShopify(api, store, 'orders/paid', aShopifyOrder(), { headers });
    expect(json.state).toBe('failed');
    await world.call('PATCH', `/v1/stores/${store.id}`, { body: { domain: 'right-name.myshopify.com' } });
    const answer = await replay(json.id);
    expect(answer.json).toMatchObject({ id: json.id, state: 'applied', reason: null });
    const { data } = await world.get('/v1/orders', { storeId: store.id });
    expect(data).toMatchObject([{ id: answer.json.orderId, netRevenue: 10_000, state: 'paid' }]);
    expect((await world.get(`/v1/orders/${answer.json.orderId}`)).history).toHaveLength(1);
  });

  it('of an applied event that would be read as nothing now leaves event and order as they are', async () => {
    const store = await aStore(world, { platform: 'shopify', domain: 'first-name.myshopify.com' });
    const { json } = await deliverShopify(api, store, 'orders/paid', aShopifyOrder());
    await world.call('PATCH', `/v1/stores/${store.id}`, { body: { domain: 'second-name.myshopify.com' } });
    const before = await world.get(`/v1/webhook-events/${json.id}`);
    const answer = await replay(json.id);
    expect([answer.status, answer.json]).toEqual([200, before]);
    expect(before.state).toBe('applied');
    expect((await world.get('/v1/orders', { storeId: store.id })).data).toMatchObject([{ state: 'paid' }]);
    await deliverShopify(api, { ...store, domain: 'second-name.myshopify.com' }, 'orders/updated', aShopifyOrder());
    expect((await world.get(`/v1/orders/${before.orderId}`)).history).toHaveLength(2);
  });

  it('goes by what was read once the body has been let go, and is no longer possible where nothing was', async () => {
    api.clock.advance(15 * 86_400_000);
    const before = await world.get(`/v1/webhook-events/${kept.applied}`);
    const [order] = (await world.get('/v1/orders', { storeId: world.store.id })).data;
    const answer = await replay(kept.applied);
    expect([answer.status, answer.json]).toEqual([200, { ...before, attempts: before.attempts + 1 }]);
    expect((await world.get('/v1/orders', { storeId: world.store.id })).data).toEqual([order]);
    const gone = await replay(kept.failed);
    expect([gone.status, gone.json.code]).toEqual([404, 'not_found']);
  });
});
