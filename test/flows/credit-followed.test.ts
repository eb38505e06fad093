// A renewal or an exchange is credited as the order it goes back to, whichever of them is told first or told again.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addDays, daysFrom } from '../../lib/domain/days.ts';
import type { OrderSnapshot } from '../../lib/domain/orders/events.ts';
import { orderIdOf } from '../../lib/flows/inbox-event.ts';
import { runNight } from '../../lib/flows/night.ts';
import type { Service } from '../../lib/flows/service.ts';
import { readRollups } from '../../lib/table/rollups.ts';
import { creditOfOrder, MIKES, marksAfter as marksOf, SARAHS } from '../support/followed-credit.ts';
import { aRefund, aSnapshot } from '../support/payloads/order-events.ts';
import { TEST_NOW, type TestService, testService } from '../support/service.ts';
import { aShop, clicked, delivered, type Shop } from '../support/shop.ts';
import { wrappedTable } from '../support/wrapped-table.ts';

const DAY_MS = 86_400_000;
const DAY = '2026-11-20';

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
  return aSnapshot({ placedAt, updatedAt: placedAt, ...over });
};

const tell = (externalId: string, event: Parameters<typeof delivered>[3], on: Service = service) =>
  delivered(on, shop, externalId, event);

const creditOf = (externalId: string) => creditOfOrder(world, shop, externalId);

const idOf = (externalId: string) => orderIdOf(shop.storeId, externalId);

const marksAfter = (happen: () => Promise<unknown>) => marksOf(world, shop, happen);

describe('an order that goes back to another', () => {
  it.each(['renewal', 'exchange'] as const)('as a %s is credited by that one’s touches', async (kind) => {
    const [sarah] = shop.creatorIds;
    const clickId = await clicked(service, shop, shop.links[0], TEST_NOW - 1000);
    await tell('first', placedOn(0, { clickId }));
    await tell('later', placedOn(60, { kind, parentExternalId: 'first', codes: MIKES }));
    expect(await creditOf('later')).toEqual({ creatorId: sarah, creditFollows: idOf('first'), touches: 1 });
    expect(await creditOf('first')).toEqual({ creatorId: sarah, creditFollows: null, touches: 1 });
  });

  it('as a sale is a sale of its own', async () => {
    const [, mike] = shop.creatorIds;
    await tell('first', placedOn(0, { codes: SARAHS }));
    await tell('again', placedOn(1, { parentExternalId: 'first', codes: MIKES }));
    expect(await creditOf('again')).toMatchObject({ creatorId: mike, creditFollows: null });
  });

  it('that is not known is credited by its own touches, also when only a refund was told of that one', async () => {
    const [, mike] = shop.creatorIds;
    await tell('later', placedOn(1, { kind: 'exchange', parentExternalId: 'first', codes: MIKES }));
    await tell('first', { type: 'refund', refund: aRefund() });
    expect(await creditOf('later')).toMatchObject({ creatorId: mike, creditFollows: null });
  });

  it('follows a line of five, and ends where orders name each other', async () => {
    const [sarah] = shop.creatorIds;
    await tell('0', placedOn(0, { codes: SARAHS }));
    for (let i = 1; i <= 6; i++) await tell(`${i}`, placedOn(i, { kind: 'renewal', parentExternalId: `${i - 1}` }));
    expect(await creditOf('5')).toMatchObject({ creatorId: sarah, creditFollows: idOf('0') });
    expect(await creditOf('6')).toMatchObject({ creatorId: null, creditFollows: idOf('1') });
    await tell('a', placedOn(0, { kind: 'exchange', parentExternalId: 'b', codes: SARAHS }));
    await tell('b', placedOn(0, { kind: 'exchange', parentExternalId: 'a' }));
    await tell('self', placedOn(0, { kind: 'exchange', parentExternalId: 'self', codes: SARAHS }));
    expect(await creditOf('b')).toMatchObject({ creatorId: sarah, creditFollows: idOf('a') });
    expect(await creditOf('self')).toMatchObject({ creatorId: sarah, creditFollows: null });
  });
});

describe('the days of orders that follow', () => {
  const later = (day: number, of: string) => placedOn(day, { kind: 'renewal', parentExternalId: of });

  it('are marked when the order they go back to is told at last, those of what happened since among them', async () => {
    await tell('child', later(2, 'parent'));
    await tell('child', { type: 'refund', refund: aRefund({ refundedAt: TEST_NOW + 5 * DAY_MS }) });
    await tell('grandchild', later(9, 'child'));
    const marked = await marksAfter(() => tell('parent', placedOn(0, { codes: SARAHS })));
    expect(marked).toEqual([DAY, '2026-11-22', '2026-11-25', '2026-11-29']);
  });

  it('are marked when that order’s touches change, and not when anything else of it does', async () => {
    const parent = placedOn(0);
    await tell('parent', parent);
    await tell('child', later(2, 'parent'));
    const changed = { ...parent, updatedAt: parent.updatedAt + 1000, gross: 13_000 };
    expect(await marksAfter(() => tell('parent', changed))).toEqual([DAY]);
    const coded = { ...changed, updatedAt: changed.updatedAt + 1000, codes: SARAHS };
    expect(await marksAfter(() => tell('parent', coded))).toEqual([DAY, '2026-11-22']);
    expect(await creditOf('child')).toMatchObject({ creatorId: shop.creatorIds[0] });
  });

  it('are found under the day that the order turned out to be of', async () => {
    await tell('child', later(2, 'parent'));
    const moved = { ...later(3, 'parent'), updatedAt: TEST_NOW + 4 * DAY_MS };
    await tell('child', moved);
    const marked = await marksAfter(() => tell('parent', placedOn(0, { codes: SARAHS })));
    expect(marked).toEqual([DAY, '2026-11-23']);
  });

  it('cost an order without any one question when it is first known, and nothing when it is told again', async () => {
    const asked: string[] = [];
    const watched = wrappedTable(service.table, async ({ operation, input }, send) => {
      const text = JSON.stringify(input);
      if (text.includes('PAR#')) asked.push(operation);
      return send();
    });
    const parent = placedOn(0, { codes: SARAHS });
    await tell('alone', parent, { ...service, table: watched });
    await tell('alone', { ...parent, updatedAt: parent.updatedAt + 1, gross: 15_000 }, { ...service, table: watched });
    expect(asked).toEqual(['Query']);
    asked.length = 0;
    await tell('child', later(1, 'alone'), { ...service, table: watched });
    await tell('child', { ...later(1, 'alone'), gross: 15_000 }, { ...service, table: watched });
    expect(asked.toSorted()).toEqual(['Put', 'Query']);
  });

  it('come to the same credit however two deliveries cross', async () => {
    for (let round = 0; round < 8; round++) {
      world.clock.now = TEST_NOW;
      shop = await aShop(service);
      const parent = () => tell('parent', placedOn(0, { codes: SARAHS }));
      const child = () => tell('child', { ...later(2, 'parent'), kind: 'exchange' });
      await Promise.all(round % 2 === 0 ? [parent(), child()] : [child(), parent()]);
      world.clock.advance(5 * DAY_MS);
      await runNight(service);
      const read = await readRollups(service.table, shop.merchant.id, daysFrom(DAY, addDays(DAY, 3)));
      const credits = read.flatMap(({ day }) => day.credits.map(({ creatorId }) => creatorId));
      expect(credits).toEqual([shop.creatorIds[0], shop.creatorIds[0]]);
    }
  });

  it('are restated by the night after the order they go back to was told, their money moving to its creator', async () => {
    await tell('child', { ...later(2, 'parent'), kind: 'exchange' });
    world.clock.advance(4 * DAY_MS);
    await runNight(service);
    const netOf = async () => {
      const [read] = await readRollups(service.table, shop.merchant.id, ['2026-11-22']);
      return read?.day.rows.map(({ creatorId, booked }) => [creatorId, booked?.orders, booked?.netRevenue]);
    };
    expect(await netOf()).toEqual([[null, 0, 10_000]]);
    await tell('parent', placedOn(0, { codes: SARAHS }));
    world.clock.advance(DAY_MS);
    await runNight(service);
    expect(await netOf()).toEqual([[shop.creatorIds[0], 0, 10_000]]);
  });
});
