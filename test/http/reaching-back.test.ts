// Changes that reach back: what past orders are credited to follows once their days are computed again.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runNight } from '../../functions/rollup.ts';
import { type TestApi, testApi } from '../support/http.ts';
import { aCreator, aWorld, placeOrder, type World } from '../support/world.ts';

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
