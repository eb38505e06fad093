// A merchant's gift rules: what they name from the moment they are set on, and what keeps its kind.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApi, testApi } from '../support/http.ts';
import { aWorld, deliver, placeOrder } from '../support/world.ts';

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
