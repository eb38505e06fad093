// Orders that a creator places over their own link or code: flagged, and credited to nobody by that.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, type TestApi, testApi } from '../support/http.ts';
import { aWorld, clickIdOf, deliver, follow, placeOrder, rollUp, someOrder, type World } from '../support/world.ts';

const TODAY = '2026-11-20';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

const named = async (world: World, { creator }: World['sarah'], email: string | null) => {
  const answer = await world.call('PATCH', `/v1/creators/${creator.id}`, { body: { email } });
  expect(answer.status).toBe(200);
};

const orderIn = async (world: World): Promise<Json> => {
  await rollUp(world, TODAY);
  const [order] = (await world.get('/v1/orders')).data;
  const attribution = await world.get(`/v1/orders/${order.id}/attribution`);
  return { order, attribution, performance: await world.get('/v1/reports/performance', { from: TODAY, to: TODAY }) };
};

describe('a self-purchase', () => {
  it('by link and code is flagged, and its creator earns nothing by either', async () => {
    const world = await aWorld(api);
    await named(world, world.sarah, 'Sarah@Example.com');
    const clickId = clickIdOf(await follow(api, world.sarah.link.slug));
    const discountCodes = [world.sarah.code.code];
    await placeOrder(api, world.store, { clickId, discountCodes, customer: { id: 'c1', email: 'sarah@example.com' } });
    const { order, attribution, performance } = await orderIn(world);
    expect(order).toMatchObject({ selfPurchase: true, creatorId: null });
    expect(attribution).toMatchObject({ selfPurchase: true, credits: { direct: [] } });
    expect(attribution.touches.map(({ accepted, reason }: Json) => [accepted, reason])).toEqual([
      [false, 'self_purchase'],
      [false, 'self_purchase'],
    ]);
    expect(attribution.unattributed).toMatchObject({ reason: 'self_purchase', nearest: { code: discountCodes[0] } });
    expect(performance.reconciliation).toMatchObject({ credited: 0, unattributed: 10_000, storeNetRevenue: 10_000 });
  });

  it('is credited to whoever else led to it', async () => {
    const world = await aWorld(api);
    await named(world, world.sarah, 'sarah@example.com');
    const clickId = clickIdOf(await follow(api, world.sarah.link.slug));
    const discountCodes = [world.mike.code.code];
    await placeOrder(api, world.store, { clickId, discountCodes, customer: { email: 'sarah@example.com' } });
    const { order } = await orderIn(world);
    expect(order).toMatchObject({ selfPurchase: true, creatorId: world.mike.creator.id });
  });

  it('is none of a customer with another e-mail, of a guest, or of a creator without one', async () => {
    const world = await aWorld(api);
    await named(world, world.sarah, 'sarah@example.com');
    const discountCodes = [world.sarah.code.code, world.mike.code.code];
    for (const [i, customer] of [{ email: 'jane@example.com' }, null, { id: 'sarah@example.com' }].entries()) {
      await placeOrder(api, world.store, { externalId: String(i), discountCodes, customer });
    }
    await rollUp(world, TODAY);
    const { data } = await world.get('/v1/orders');
    expect(data.map((order: Json) => [order.selfPurchase, order.creatorId !== null])).toEqual(
      data.map(() => [false, true]),
    );
  });

  it('becomes one, or none any more, with the next roll-up after the creator is given another e-mail', async () => {
    const world = await aWorld(api);
    const customer = { email: 'sarah@example.com' };
    const order = someOrder(api, { discountCodes: [world.sarah.code.code], customer });
    await deliver(api, world.store, 'order.paid', order);
    const told = async () => {
      const { order: found } = await orderIn(world);
      return [found.selfPurchase, found.creatorId];
    };
    expect(await told()).toEqual([false, world.sarah.creator.id]);
    await named(world, world.sarah, 'sarah@example.com');
    expect(await told()).toEqual([true, null]);
    await named(world, world.sarah, null);
    expect(await told()).toEqual([false, world.sarah.creator.id]);
  });
});
