// What shops call a code besides its text: the ids by which orders name it, unique in each store like the code itself.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runNight } from '../../lib/flows/night.ts';
import { type Answered, type Json, type TestApi, testApi } from '../support/http.ts';
import { aSession, aStripeDelivery, aStripeEvent, STRIPE_SECRET } from '../support/payloads/stripe.ts';
import { aStore, aWorld, placeOrder, type World } from '../support/world.ts';

let api: TestApi;
let world: World;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());
beforeEach(async () => {
  world = await aWorld(api);
});

const PROMO = 'promo_1QXsarahABC';
const codePath = (code: Json) => `/v1/discount-codes/${code.id}`;
const patch = (code: Json, externalIds: unknown): Promise<Answered> =>
  world.call('PATCH', codePath(code), { body: { externalIds } });
const someCode = (over: Json = {}) => ({
  ...{ creatorId: world.sarah.creator.id, storeId: world.store.id, value: { type: 'percent', amount: 10 } },
  ...over,
});
const post = (over: Json): Promise<Answered> => world.call('POST', '/v1/discount-codes', { body: someCode(over) });
const refusedBy = ({ status, json }: Answered) => [status, json.code];

let orders = 0;
/** Whose code an order with this text is credited to. */
const creditedBy = async (text: string, store = world.store) => {
  const kept = await placeOrder(api, store, { externalId: `ids-${++orders}`, discountCodes: [text] });
  const { orderId } = await world.get(`/v1/webhook-events/${kept.id}`);
  const { credits } = await world.get(`/v1/orders/${orderId}/attribution`);
  return credits.direct[0]?.codeId ?? null;
};

describe('external ids', () => {
  it('are none unless given, and answered back as given, each once', async () => {
    expect((await post({})).json.externalIds).toEqual([]);
    const made = (await post({ externalIds: [PROMO, 'coupon_9', PROMO] })).json;
    expect(made.externalIds).toEqual([PROMO, 'coupon_9']);
    expect((await world.get(codePath(made))).externalIds).toEqual([PROMO, 'coupon_9']);
  });

  it('match orders as the code does, in its stores only, and find it in the list', async () => {
    const second = await aStore(world, { domain: 'second.example.com' });
    const third = await aStore(world, { domain: 'third.example.com' });
    const storeIds = [world.store.id, second.id];
    const { id, code } = (await post({ storeId: undefined, storeIds, externalIds: [PROMO] })).json;
    expect(await creditedBy(PROMO)).toBe(id);
    expect(await creditedBy(PROMO, second)).toBe(id);
    expect(await creditedBy(code, second)).toBe(id);
    expect(await creditedBy(PROMO, third)).toBeNull();
    expect((await world.get('/v1/discount-codes', { code: PROMO })).data.map((one: Json) => one.id)).toEqual([id]);
  });

  it('that nobody holds change nothing', async () => {
    await post({ externalIds: [PROMO] });
    expect(await creditedBy('promo_other')).toBeNull();
  });

  it('are given, taken away and given to another by PATCH', async () => {
    const { sarah, mike } = world;
    expect((await patch(sarah.code, [PROMO])).json.externalIds).toEqual([PROMO]);
    expect(await creditedBy(PROMO)).toBe(sarah.code.id);
    expect((await world.call('PATCH', codePath(sarah.code), { body: { usageLimit: 5 } })).json.externalIds).toEqual([
      PROMO,
    ]);
    expect((await patch(sarah.code, ['promo_2'])).json.externalIds).toEqual(['promo_2']);
    expect(await creditedBy(PROMO)).toBeNull();
    expect(await creditedBy('promo_2')).toBe(sarah.code.id);
    expect((await patch(mike.code, [PROMO])).status).toBe(200);
    expect(await creditedBy(PROMO)).toBe(mike.code.id);
    expect((await patch(sarah.code, null)).json.externalIds).toEqual([]);
    expect(await creditedBy('promo_2')).toBeNull();
    expect(await creditedBy(sarah.code.code)).toBe(sarah.code.id);
  });

  it('are replaced with everything else by PUT', async () => {
    const put = (externalIds?: string[]) =>
      world.call('PUT', '/v1/discount-codes/ext_vip', { body: someCode({ code: 'VIP-15', externalIds }) });
    expect((await put([PROMO])).status).toBe(201);
    const replaced = await put(['promo_2']);
    expect([replaced.status, replaced.json.externalIds]).toEqual([200, ['promo_2']]);
    expect([await creditedBy(PROMO), await creditedBy('promo_2')]).toEqual([null, replaced.json.id]);
    expect((await put()).json.externalIds).toEqual([]);
    expect(await creditedBy('promo_2')).toBeNull();
  });

  it('may repeat the code’s own text', async () => {
    const made = await post({ code: 'VIP-15', externalIds: ['vip-15', PROMO] });
    expect([made.status, made.json.externalIds]).toEqual([201, ['vip-15', PROMO]]);
    expect(await creditedBy('VIP-15')).toBe(made.json.id);
    expect((await patch(made.json, [PROMO])).status).toBe(200);
    expect(await creditedBy('VIP-15')).toBe(made.json.id);
  });
});

describe('an external id that another code goes by', () => {
  it('is 409, on creation and by PATCH, and leaves nothing behind', async () => {
    const { sarah, mike } = world;
    await patch(sarah.code, [PROMO]);
    expect(refusedBy(await post({ externalIds: ['promo_free', PROMO] }))).toEqual([409, 'code_taken']);
    expect(refusedBy(await post({ code: 'OWN-15', externalIds: [PROMO.toUpperCase()] }))).toEqual([409, 'code_taken']);
    const refused = await patch(mike.code, ['promo_free', PROMO]);
    expect(refusedBy(refused)).toEqual([409, 'code_taken']);
    expect(refused.json.detail).toContain(PROMO);
    expect((await world.get(codePath(mike.code))).externalIds).toEqual([]);
    // What was free of the refused ones is free still.
    expect((await patch(sarah.code, [PROMO, 'promo_free'])).status).toBe(200);
    expect(await creditedBy('promo_free')).toBe(sarah.code.id);
  });

  it('may be the text of a code, and the text of a new code may be one', async () => {
    const { sarah, mike } = world;
    expect(refusedBy(await patch(mike.code, [sarah.code.code]))).toEqual([409, 'code_taken']);
    await patch(sarah.code, ['OLD-NAME']);
    expect(refusedBy(await post({ code: 'OLD-NAME' }))).toEqual([409, 'code_taken']);
  });

  it('is free in another store', async () => {
    const other = await aStore(world, { domain: 'other.example.com' });
    await patch(world.sarah.code, [PROMO]);
    expect((await post({ storeId: other.id, externalIds: [PROMO] })).status).toBe(201);
  });

  it('in a batch stops none but its own item', async () => {
    const items = [someCode({ externalIds: [PROMO] }), someCode({ externalIds: [PROMO] }), someCode({})];
    const { json } = await world.call('POST', '/v1/discount-codes/batch', { body: { items } });
    expect(json.data.map(({ status }: Json) => status).sort()).toEqual([201, 201, 409]);
    expect(json.data.filter((one: Json) => one.error)[0].error.code).toBe('code_taken');
    expect(json.data.filter((one: Json) => one.discountCode?.externalIds.length > 0)).toHaveLength(1);
  });
});

describe('what is no external id', () => {
  it.each([
    [Array.from({ length: 21 }, (_, i) => `promo_${i}`), '/externalIds'],
    [['x'.repeat(101)], '/externalIds/0'],
    [['promo_1', ' '], '/externalIds/1'],
    [[7], '/externalIds/0'],
    ['promo_1', '/externalIds'],
  ])('is 422 (%#)', async (externalIds, pointer) => {
    const { status, json } = await patch(world.sarah.code, externalIds);
    expect([status, json.errors[0].pointer]).toEqual([422, pointer]);
  });
});

describe('a Stripe order', () => {
  it('is credited by the id of its promotion code, also one that came before the id was told', async () => {
    const store = await aStore(world, { platform: 'stripe', webhookSecret: STRIPE_SECRET });
    const code = (await post({ storeId: store.id, code: 'SARAH-STRIPE' })).json;
    const seconds = api.clock.now / 1000;
    const session = aSession({ client_reference_id: null, discounts: [{ coupon: 'co_1', promotion_code: PROMO }] });
    const event = aStripeEvent('checkout.session.completed', session, { created: seconds });
    const delivery = aStripeDelivery(event, { seconds });
    const headers = { 'content-type': 'application/json', ...(delivery.headers as Record<string, string>) };
    const { json } = await api.call('POST', `/webhooks/${store.id}`, { body: delivery.raw, headers });
    expect(json.state).toBe('applied');
    const { orderId } = await world.get(`/v1/webhook-events/${json.id}`);
    expect(await world.get(`/v1/orders/${orderId}/attribution`)).toMatchObject({
      unattributed: { reason: 'no_touch' },
      unknownCodes: [PROMO],
    });
    const day = new Date(api.clock.now).toISOString().slice(0, 10);
    const report = () => world.get('/v1/reports/performance', { from: day, to: day });
    api.clock.advance(25 * 3_600_000);
    await runNight(api.service);
    expect((await report()).data).toEqual([]);

    await patch(code, [PROMO]);
    expect((await report()).staleDays).toEqual([day]);
    await runNight(api.service);
    expect((await report()).data).toMatchObject([{ creatorId: world.sarah.creator.id, orders: 1, netRevenue: 10_000 }]);
    const { credits } = await world.get(`/v1/orders/${orderId}/attribution`);
    expect(credits.direct).toMatchObject([{ codeId: code.id }]);
  });
});
