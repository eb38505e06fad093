// A renewal that names no order but its subscription is credited as the first order of that, in whatever order they come.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OrderSnapshot } from '../../lib/domain/orders/events.ts';
import { attributeOrder } from '../../lib/flows/attribute-order.ts';
import { orderIdOf } from '../../lib/flows/inbox-event.ts';
import { createLookup } from '../../lib/flows/lookup.ts';
import { runNight } from '../../lib/flows/night.ts';
import type { Service } from '../../lib/flows/service.ts';
import { followersOf, subscriptionPlace } from '../../lib/table/followers.ts';
import { orderById } from '../../lib/table/orders.ts';
import { readRollups } from '../../lib/table/rollups.ts';
import { deliverTold, orderTold } from '../support/deliveries.ts';
import { aForgetfulShop, erase } from '../support/erasing.ts';
import { creditOfOrder, MIKES, marksAfter as marksOf, SARAHS } from '../support/followed-credit.ts';
import { aSnapshot } from '../support/payloads/order-events.ts';
import { TEST_NOW, type TestService, testService } from '../support/service.ts';
import { aShop, delivered, type Shop } from '../support/shop.ts';

const DAY_MS = 86_400_000;

let world: TestService;
let service: Service;
let shop: Shop;
beforeAll(async () => {
  world = await testService();
  service = world.service;
});
beforeEach(async () => {
  world.clock.now = TEST_NOW;
  shop = await aShop(service);
});
afterAll(() => world.close());

const placedOn = (day: number, over: Partial<OrderSnapshot> = {}): OrderSnapshot => {
  const placedAt = TEST_NOW + day * DAY_MS;
  return aSnapshot({ placedAt, updatedAt: placedAt, subscriptionId: 'sub_1', ...over });
};
const first = (day: number, over: Partial<OrderSnapshot> = {}) => placedOn(day, { codes: SARAHS, ...over });
const renewal = (day: number, over: Partial<OrderSnapshot> = {}) => placedOn(day, { kind: 'renewal', ...over });

const tell = (externalId: string, event: OrderSnapshot) => delivered(service, shop, externalId, event);
const idOf = (externalId: string) => orderIdOf(shop.storeId, externalId);

const creditOf = async (externalId: string) => {
  const { creatorId, creditFollows } = await creditOfOrder(world, shop, externalId);
  return [creatorId, creditFollows];
};

const marksAfter = (happen: () => Promise<unknown>) => marksOf(world, shop, happen);

describe('a renewal of a subscription', () => {
  it('is credited as the first order of it, whichever of them are told first', async () => {
    const told = [
      ['first', first(0)],
      ['second', renewal(30, { codes: MIKES })],
      ['third', renewal(60)],
    ] as const;
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 0, 2],
    ]) {
      shop = await aShop(service);
      for (const place of order) {
        const [externalId, event] = told[place] as (typeof told)[number];
        await tell(externalId, event);
      }
      const sarahs = shop.creatorIds[0];
      expect(await creditOf('first')).toEqual([sarahs, null]);
      expect(await creditOf('second')).toEqual([sarahs, idOf('first')]);
      expect(await creditOf('third')).toEqual([sarahs, idOf('first')]);
    }
  });

  it('that names an order follows that one, and one of no subscription nobody', async () => {
    const [sarah, mike] = shop.creatorIds;
    await tell('first', first(0));
    await tell('other', placedOn(1, { codes: MIKES, subscriptionId: 'sub_2' }));
    await tell('named', renewal(30, { parentExternalId: 'other' }));
    await tell('own', { ...renewal(31, { codes: MIKES }), subscriptionId: 'sub_3' });
    expect(await creditOf('named')).toEqual([mike, idOf('other')]);
    expect(await creditOf('own')).toEqual([mike, null]);
    expect(await creditOf('first')).toEqual([sarah, null]);
  });

  it('follows the earliest of several orders that may have begun it, and none that came after it', async () => {
    const [sarah, mike] = shop.creatorIds;
    await tell('before', renewal(-30, { codes: MIKES }));
    await tell('switch', placedOn(40, { codes: MIKES }));
    await tell('later', renewal(50));
    expect(await creditOf('later')).toEqual([mike, idOf('switch')]);
    expect(await marksAfter(() => tell('first', first(0, { kind: 'gift' })))).toContain('2027-01-09');
    expect(await creditOf('later')).toEqual([sarah, idOf('first')]);
    expect(await creditOf('before')).toEqual([mike, null]);
  });

  it('is of its own store alone', async () => {
    await tell('first', first(0));
    const other = await aShop(service);
    await delivered(service, other, 'later', renewal(30));
    const order = await orderById(service.table, orderIdOf(other.storeId, 'later'));
    const facts = await attributeOrder(service, other.merchant, order as never, createLookup(service.table));
    expect(facts.creditFollows).toBeNull();
  });

  it('no longer follows an order that turns out to be of another subscription, whose day is marked', async () => {
    const [sarah] = shop.creatorIds;
    await tell('first', first(0));
    await tell('later', renewal(2));
    expect(await creditOf('later')).toEqual([sarah, idOf('first')]);
    const moved = first(0, { subscriptionId: 'sub_2', updatedAt: TEST_NOW + 1000 });
    expect(await marksAfter(() => tell('first', moved))).toEqual(['2026-11-20', '2026-11-22']);
    expect(await creditOf('later')).toEqual([null, null]);
  });

  it('comes to the same credit in reports however two deliveries cross', async () => {
    for (let round = 0; round < 6; round++) {
      world.clock.now = TEST_NOW;
      shop = await aShop(service);
      const tellFirst = () => tell('first', first(0));
      const tellLater = () => tell('later', renewal(2));
      await Promise.all(round % 2 === 0 ? [tellFirst(), tellLater()] : [tellLater(), tellFirst()]);
      world.clock.advance(5 * DAY_MS);
      await runNight(service);
      const [read] = await readRollups(service.table, shop.merchant.id, ['2026-11-22']);
      expect(read?.day.rows.map(({ creatorId }) => creatorId)).toEqual([shop.creatorIds[0]]);
    }
  });

  it('is noted under its subscription once, by whom it concerns', async () => {
    await tell('first', first(0));
    await tell('first', first(0, { updatedAt: TEST_NOW + 1, gross: 15_000 }));
    await tell('later', renewal(30));
    await tell('exchanged', placedOn(3, { kind: 'exchange', parentExternalId: 'first' }));
    const noted = await followersOf(service.table, subscriptionPlace(shop.storeId, 'sub_1'));
    const wanted = [
      { orderId: idOf('first'), placedAt: TEST_NOW, begins: true },
      { orderId: idOf('later'), placedAt: TEST_NOW + 30 * DAY_MS },
    ];
    expect(noted).toEqual(wanted.sort((a, b) => (a.orderId < b.orderId ? -1 : 1)));
  });
});

describe('a subscriber who is erased', () => {
  it('leaves nothing noted under the subscription, and a renewal that keeps its credit', async () => {
    const own = await aForgetfulShop(service);
    const told = { ...orderTold(1), customer: own.ada, subscriptionId: 'sub_9' };
    await deliverTold(service, own, ['order.paid', { ...told, externalId: 'first', discountCodes: ['SARAH15'] }]);
    const later = { placedAt: '2026-11-20T11:00:00Z', kind: 'renewal', discountCodes: [] };
    await deliverTold(service, own, ['order.paid', { ...told, ...later, externalId: 'later' }]);
    const place = subscriptionPlace(own.storeId, 'sub_9');
    expect(await followersOf(service.table, place)).toHaveLength(2);
    await erase(service, own);
    expect(await followersOf(service.table, place)).toEqual([]);
    const order = await orderById(service.table, orderIdOf(own.storeId, 'later'));
    expect(order?.fold).not.toHaveProperty('subscriptionId');
    expect(order?.erased?.credit?.creatorId).toBe(own.creatorIds[0]);
  });
});
