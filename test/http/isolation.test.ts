// Two merchants beside each other: nothing of one can be seen, changed, referred to or continued by the other.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, type TestApi, testApi } from '../support/http.ts';
import { aWorld, clickIdOf, deliver, follow, placeOrder, rollUp, someOrder, type World } from '../support/world.ts';

let api: TestApi;
let mine: World;
let theirs: World;
let cost: Json;
let event: Json;
let rollup: Json;

beforeAll(async () => {
  api = await testApi();
  mine = await aWorld(api);
  theirs = await aWorld(api);
  cost = await theirs.make('/v1/costs', {
    type: 'fee',
    amount: { amount: 100, currency: 'USD' },
    incurredOn: '2026-11-20',
    campaignId: theirs.campaign.id,
  });
  for (const kind of ['creators', 'campaigns']) {
    const body = {
      name: 'Theirs',
      destinationUrl: 'https://shop.example.com/',
      startsOn: '2026-11-01',
      externalId: 'x',
    };
    const { destinationUrl: _d, startsOn: _s, ...creator } = body;
    await theirs.make(`/v1/${kind}`, kind === 'creators' ? creator : body);
  }
  await theirs.make('/v1/stores', { platform: 'shopify', domain: 'shop.example.com', externalId: 'x' });
  const kept = await placeOrder(api, theirs.store, { discountCodes: [theirs.sarah.code.code] });
  event = await theirs.get(`/v1/webhook-events/${kept.id}`);
  rollup = await rollUp(theirs, '2026-11-20');
});
afterAll(() => api.close());

/** Everything of theirs with an id, by its path. */
const theirThings = (): [string, Json][] => [
  ['stores', theirs.store],
  ['creators', theirs.sarah.creator],
  ['campaigns', theirs.campaign],
  ['links', theirs.sarah.link],
  ['discount-codes', theirs.sarah.code],
  ['costs', cost],
];

describe("another merchant's things", () => {
  it('are 404 to read, change, archive and rotate, and stay as they were', async () => {
    for (const [kind, { id }] of theirThings()) {
      const before = await theirs.get(`/v1/${kind}/${id}`);
      for (const [method, body] of [['GET'], ['PATCH', {}], ['DELETE']] as const) {
        const refused = await mine.call(method, `/v1/${kind}/${id}`, { body });
        expect([kind, method, refused.status, refused.json.code]).toEqual([kind, method, 404, 'not_found']);
      }
      expect(await theirs.get(`/v1/${kind}/${id}`)).toEqual(before);
    }
    expect((await mine.call('POST', `/v1/stores/${theirs.store.id}/rotate-secret`, { body: {} })).status).toBe(404);
  });

  it('look the same from outside as things that were never there', async () => {
    const theirId = theirs.sarah.creator.id;
    const nobodys = 'crt_000000000000000000';
    const [one, other] = await Promise.all([theirId, nobodys].map((id) => mine.call('GET', `/v1/creators/${id}`)));
    const plain = (answer: typeof one, id: string) => ({
      ...answer?.json,
      requestId: '',
      detail: answer?.json.detail.replace(id, ''),
    });
    expect(plain(one, theirId)).toEqual(plain(other, nobodys));
  });

  it('are not found by their own ids either, which are free for mine', async () => {
    for (const kind of ['creators', 'campaigns', 'stores']) {
      expect((await mine.call('GET', `/v1/${kind}/ext_x`)).status).toBe(404);
    }
    expect((await mine.call('PUT', '/v1/creators/ext_x', { body: { name: 'Mine' } })).status).toBe(201);
    expect((await theirs.get('/v1/creators/ext_x')).name).toBe('Theirs');
    await mine.call('DELETE', '/v1/creators/ext_x');
  });

  it('are in none of my lists, whatever they are filtered by', async () => {
    for (const [kind, { id }] of theirThings()) {
      const { data } = await mine.get(`/v1/${kind}`, { limit: 100 });
      expect(data.map((one: Json) => one.id)).not.toContain(id);
    }
    for (const [path, query] of [
      ['/v1/links', { slug: theirs.sarah.link.slug }],
      ['/v1/links', { creatorId: theirs.sarah.creator.id }],
      ['/v1/costs', { campaignId: theirs.campaign.id }],
      ['/v1/orders', { storeId: theirs.store.id }],
      ['/v1/orders', { code: theirs.sarah.code.code }],
      ['/v1/webhook-events', { storeId: theirs.store.id }],
      ['/v1/discount-codes', { storeId: theirs.store.id }],
    ] as const) {
      expect((await mine.get(path, query)).data).toEqual([]);
    }
    const codes = await mine.get('/v1/discount-codes', { code: theirs.sarah.code.code });
    expect(codes.data.map(({ id }: Json) => id)).toEqual([mine.sarah.code.id]);
  });

  it('cannot be referred to in bodies', async () => {
    const own = { creatorId: mine.sarah.creator.id };
    const value = { type: 'percent', amount: 10 };
    const amount = { amount: 1, currency: 'USD' };
    const attempts: [string, Json, string][] = [
      ['/v1/links', { creatorId: theirs.sarah.creator.id, campaignId: mine.campaign.id }, '/creatorId'],
      ['/v1/links', { ...own, campaignId: theirs.campaign.id }, '/campaignId'],
      ['/v1/links', { ...own, campaignId: mine.campaign.id, discountCodeId: theirs.sarah.code.id }, '/discountCodeId'],
      ['/v1/discount-codes', { creatorId: theirs.sarah.creator.id, storeId: mine.store.id, value }, '/creatorId'],
      ['/v1/discount-codes', { ...own, storeId: theirs.store.id, value }, '/storeId'],
      ['/v1/discount-codes', { ...own, storeIds: ['ext_x'], value }, '/storeIds/0'],
      ['/v1/costs', { type: 'fee', amount, incurredOn: '2026-11-20', campaignId: theirs.campaign.id }, '/campaignId'],
      ['/v1/values', { type: 'content', amount, on: '2026-11-20', campaignId: 'ext_x' }, '/campaignId'],
    ];
    for (const [path, body, pointer] of attempts) {
      const refused = await mine.call('POST', path, { body });
      expect([refused.status, refused.json.errors?.[0]]).toMatchObject([422, { pointer, code: 'unknown_reference' }]);
    }
  });

  it('cannot be reached through a kind that is not theirs', async () => {
    expect((await mine.call('GET', `/v1/creators/${mine.campaign.id}`)).status).toBe(404);
    expect((await mine.call('GET', `/v1/costs/${mine.merchant.id}`)).status).toBe(404);
    expect((await mine.call('GET', `/v1/creators/${mine.sarah.link.id}`)).status).toBe(404);
  });

  it('do not show in orders, events, roll-ups and reports', async () => {
    for (const path of [
      `/v1/orders/${event.orderId}`,
      `/v1/orders/${event.orderId}/attribution`,
      `/v1/webhook-events/${event.id}`,
      `/v1/rollups/${rollup.id}`,
    ]) {
      expect((await theirs.call('GET', path)).status).toBe(200);
      expect((await mine.call('GET', path)).status).toBe(404);
    }
    expect((await mine.call('POST', `/v1/webhook-events/${event.id}/replay`)).status).toBe(404);
    await rollUp(mine, '2026-11-20');
    const range = { from: '2026-11-20', to: '2026-11-20' };
    const report = await mine.get('/v1/reports/performance', { ...range, storeId: theirs.store.id });
    expect(report).toMatchObject({ data: [], reconciliation: { storeOrders: 0, storeNetRevenue: 0 } });
    expect((await mine.get('/v1/reports/roi', range)).data).toEqual([]);
  });

  it('do not lend their cursors', async () => {
    const { nextCursor } = await theirs.get('/v1/creators', { limit: 1 });
    const refused = await mine.call('GET', '/v1/creators', { query: { limit: 1, cursor: nextCursor } });
    expect([refused.status, refused.json.code]).toEqual([400, 'invalid_cursor']);
  });

  it('do not lend their Idempotency-Keys', async () => {
    const headers = { 'idempotency-key': 'shared' };
    const first = await theirs.call('POST', '/v1/creators', { body: { name: 'Ida' }, headers });
    const second = await mine.call('POST', '/v1/creators', { body: { name: 'Ida' }, headers });
    expect(second.status).toBe(201);
    expect(second.headers['idempotency-replayed']).toBeUndefined();
    expect(second.json.id).not.toBe(first.json.id);
  });
});

describe('a shop', () => {
  it("can not be credited by another merchant's click or code", async () => {
    const clickId = clickIdOf(await follow(api, theirs.sarah.link.slug));
    const stranger = await theirs.make('/v1/creators', { name: 'Only Theirs' });
    const value = { type: 'percent', amount: 5 };
    const code = await theirs.make('/v1/discount-codes', { creatorId: stranger.id, storeId: theirs.store.id, value });
    const order = someOrder(api, { externalId: 'cross', clickId, discountCodes: [code.code] });
    const kept = (await deliver(api, mine.store, 'order.paid', order)).json;
    const { orderId } = await mine.get(`/v1/webhook-events/${kept.id}`);
    const why = await mine.get(`/v1/orders/${orderId}/attribution`);
    expect(why).toMatchObject({ touches: [], unknownCodes: [code.code], unattributed: { reason: 'no_touch' } });
  });

  it("can not sign with another store's secret", async () => {
    const order = someOrder(api, { externalId: 'forged' });
    const refused = await deliver(api, mine.store, 'order.paid', order, { secret: theirs.store.webhookSecret });
    expect([refused.status, refused.json.code]).toEqual([401, 'invalid_signature']);
  });
});
