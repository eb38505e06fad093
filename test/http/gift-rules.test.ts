// A merchant's gift rules: what they name from the moment they are set on, and what keeps its kind.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, type TestApi, testApi } from '../support/http.ts';
import { aWorld, deliver, placeOrder, rollUp } from '../support/world.ts';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

const MINUTE = 60_000;

describe('gift rules that are set in the middle of a day', () => {
  it('leave orders placed before as they are, whatever is told of them later, and name those placed after', async () => {
    const world = await aWorld(api);
    const now = api.clock.now;
    const sold = (externalId: string, placedAt: number) => {
      const iso = new Date(placedAt).toISOString();
      return placeOrder(api, world.store, { externalId, tags: ['seeding'], placedAt: iso, updatedAt: iso });
    };
    const kindOf = async (externalId: string) =>
      (await world.get('/v1/orders', { limit: 50 })).data.find(
        (order: { externalId: string }) => order.externalId === externalId,
      )?.kind;
    await sold('1', now - 2 * MINUTE);
    await sold('2', now - 2 * MINUTE);
    const set = (tags: string[]) =>
      api.call('PATCH', '/v1/merchant', { key: world.key, body: { giftOrders: { tags } } });
    expect((await set(['seeding'])).status).toBe(200);
    const refund = { externalId: 'r1', orderExternalId: '1', amount: 1_000, refundedAt: new Date(now).toISOString() };
    await deliver(api, world.store, 'refund.created', refund);
    await sold('3', now + MINUTE);
    api.clock.advance(2 * MINUTE);
    expect((await set([])).status).toBe(200);
    await deliver(api, world.store, 'refund.created', { ...refund, externalId: 'r3', orderExternalId: '3' });
    expect([await kindOf('1'), await kindOf('2'), await kindOf('3')]).toEqual(['sale', 'sale', 'gift']);
  });
});

describe('an erasure', () => {
  it('changes no report, whatever gift rules were set before it and told after it', async () => {
    const world = await aWorld(api);
    const now = api.clock.now;
    const email = 'tagged@example.com';
    const sold = (externalId: string, placedAt: number, over: Json = {}) => {
      const iso = new Date(placedAt).toISOString();
      const order = { externalId, customer: { email }, tags: ['seeding'], placedAt: iso, updatedAt: iso, ...over };
      return placeOrder(api, world.store, order);
    };
    const reports = async () => {
      await rollUp(world, '2026-11-19', '2026-11-21');
      const span = { from: '2026-11-19', to: '2026-11-21' };
      const [booked, settled, orders] = await Promise.all([
        world.get('/v1/reports/performance', { ...span, groupBy: 'day,store' }),
        world.get('/v1/reports/performance', { ...span, groupBy: 'day,store', basis: 'settled' }),
        world.get('/v1/orders'),
      ]);
      const kinds = orders.data.map(({ externalId, kind }: Json) => `${externalId} ${kind}`).sort();
      return { booked: booked.data, settled: settled.data, totals: booked.totals, kinds };
    };
    await sold('1', now - 2 * MINUTE);
    await sold('2', now - 2 * MINUTE, { discountCodes: ['SEEDING100'] });
    const giftOrders = { tags: ['seeding'], codes: ['seeding100'] };
    expect((await api.call('PATCH', '/v1/merchant', { key: world.key, body: { giftOrders } })).status).toBe(200);
    await sold('3', now + MINUTE);
    await sold('4', now + MINUTE, { tags: [], discountCodes: ['SEEDING100'] });
    api.clock.advance(5 * MINUTE);
    const before = await reports();
    expect(before.kinds).toEqual(['1 sale', '2 sale', '3 gift', '4 gift']);
    expect((await world.make('/v1/erasures', { email })).removed.orders).toBe(4);
    expect(await reports()).toEqual(before);
    // Told once more after it, tags and all.
    const again = { updatedAt: new Date(now + 4 * MINUTE).toISOString() };
    for (const [n, over] of Object.entries({ 1: {}, 3: {} })) {
      await sold(n, n === '1' ? now - 2 * MINUTE : now + MINUTE, { ...over, ...again });
    }
    expect(await reports()).toEqual(before);
  });
});
