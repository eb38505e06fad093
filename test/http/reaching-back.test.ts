// Changes that reach back: what past orders are credited to follows once their days are computed again.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runNight } from '../../lib/flows/night.ts';
import { type TestApi, testApi } from '../support/http.ts';
import { aCreator, aWorld, placeOrder, rollUp, type World } from '../support/world.ts';

let api: TestApi;
let world: World;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

const HOUR_MS = 3_600_000;
const ORDERED_ON = '2026-11-20';

const report = async () => world.get('/v1/reports/performance', { from: ORDERED_ON, to: ORDERED_ON });

/** A day later, with the night in between. */
const nextNight = async () => {
  api.clock.advance(25 * HOUR_MS);
  await runNight(api.service);
};

it('credits orders that carried a code before it was adopted here', async () => {
  world = await aWorld(api);
  await placeOrder(api, world.store, { discountCodes: ['OLDFRIEND'] });
  await nextNight();
  expect((await report()).data).toEqual([]);

  const creator = await aCreator(world, { name: 'Old Friend' });
  const body = { creatorId: creator.id, storeId: world.store.id, value: { type: 'percent', amount: 10 } };
  await world.make('/v1/discount-codes', { ...body, code: 'oldfriend', adopt: true });
  expect((await report()).staleDays).toEqual([ORDERED_ON]);
  await nextNight();
  const healed = await report();
  expect(healed.data).toMatchObject([{ creatorId: creator.id, orders: 1 }]);
  expect(healed.staleDays).toEqual([]);
});

it('reaches back to orders the shop had before the merchant was created here', async () => {
  api.clock.now = Date.parse('2026-11-20T12:00:00Z');
  world = await aWorld(api);
  const placedAt = '2026-09-30T12:00:00Z';
  const customer = { id: 'c1', email: 'jo@example.com' };
  await placeOrder(api, world.store, { placedAt, customer, discountCodes: ['OLDFRIEND'] });
  await placeOrder(api, world.store, { externalId: '2', placedAt: '2026-10-15T12:00:00Z' });
  const early = () => world.get('/v1/reports/performance', { from: '2026-09-01', to: '2026-10-31' });
  expect((await early()).missingDays).toEqual(['2026-09-30', '2026-10-15']);
  await nextNight();
  const before = await world.get('/v1/reports/roi');
  expect(before).toMatchObject({ from: '2026-09-30', missingDays: ['2026-11-21'], totals: { orders: 0 } });
  expect(before.reconciliation).toMatchObject({ storeOrders: 2, storeNetRevenue: 20_000 });

  const body = { storeId: world.store.id, value: { type: 'percent', amount: 10 } };
  await world.make('/v1/discount-codes', {
    ...body,
    creatorId: world.sarah.creator.id,
    code: 'oldfriend',
    adopt: true,
  });
  await world.call('PATCH', '/v1/merchant', { body: { customerHistoryFrom: '2020-01-01' } });
  await nextNight();
  expect((await world.get('/v1/reports/roi')).totals).toMatchObject({ orders: 1, newCustomers: 1 });
});

it('tells new customers apart once the merchant says how far its record reaches back', async () => {
  api.clock.now = Date.parse('2026-11-20T12:00:00Z');
  world = await aWorld(api);
  await placeOrder(api, world.store, {
    discountCodes: [world.sarah.code.code],
    customer: { id: 'c1', email: 'jo@example.com' },
  });
  await nextNight();
  expect((await report()).totals).toMatchObject({ newCustomers: 0, unknownCustomers: 1 });

  const patched = await world.call('PATCH', '/v1/merchant', { body: { customerHistoryFrom: '2020-01-01' } });
  expect(patched.status).toBe(200);
  await nextNight();
  expect((await report()).totals).toMatchObject({ newCustomers: 1, unknownCustomers: 0 });
});

it('shows the overrides of the campaign that decided beside an attribution', async () => {
  world = await aWorld(api);
  const attribution = { conflictPolicy: 'review', lookbackDays: 9 };
  const campaign = await world.make('/v1/campaigns', {
    name: 'Reviewed',
    destinationUrl: 'https://shop.example.com/',
    startsOn: '2026-11-01',
    attribution,
  });
  const { creator } = world.mike;
  const code = await world.make('/v1/discount-codes', {
    creatorId: creator.id,
    campaignId: campaign.id,
    storeId: world.store.id,
    value: { type: 'percent', amount: 20 },
  });
  await placeOrder(api, world.store, { discountCodes: [code.code] });
  const { data } = await world.get('/v1/orders', { code: code.code });
  const why = await world.get(`/v1/orders/${data[0].id}/attribution`);
  expect(why).toMatchObject({ ...attribution, credits: { direct: [{ creatorId: creator.id }] } });
});

it('takes one override of a campaign away without the others, and all of them by null', async () => {
  world = await aWorld(api);
  const path = `/v1/campaigns/${world.campaign.id}`;
  const patch = async (body: object) => (await world.call('PATCH', path, { body })).json.attribution;
  expect(await patch({ attribution: { lookbackDays: 5, conflictPolicy: 'click_first' } })).toEqual({
    lookbackDays: 5,
    conflictPolicy: 'click_first',
  });
  expect(await patch({ attribution: { lookbackDays: 7 } })).toEqual({ lookbackDays: 7, conflictPolicy: 'click_first' });
  expect(await patch({ name: 'Renamed' })).toEqual({ lookbackDays: 7, conflictPolicy: 'click_first' });
  expect(await patch({ attribution: null })).toEqual({});
});

it('lists an ended day as stale until whoever marked it has surely written its fact, today only if marked since', async () => {
  api.clock.now = Date.parse('2026-11-20T12:00:00Z');
  world = await aWorld(api);
  const [yesterday, today] = ['2026-11-19', '2026-11-20'];
  const both = () => world.get('/v1/reports/performance', { from: yesterday, to: today });
  await placeOrder(api, world.store, { placedAt: `${yesterday}T12:00:00Z` });
  await placeOrder(api, world.store, { externalId: 'today' });
  api.clock.advance(80_000);
  await rollUp(world, yesterday, today);
  expect(await both()).toMatchObject({ staleDays: [yesterday], reconciliation: { storeOrders: 2 } });
  api.clock.advance(1);
  await rollUp(world, yesterday, today);
  expect(await both()).toMatchObject({ staleDays: [], reconciliation: { storeOrders: 2 } });
});
