// The night where one run has minutes: handed out, cut short between two days, gone on with, and watched.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addDays, type Day, dayOf, daysFrom } from '../../lib/domain/days.ts';
import type { MerchantData, RollupData } from '../../lib/domain/entities.ts';
import { closeDays, closeMerchants, handOutNight } from '../../lib/flows/night.ts';
import { resumeRollups, runRollup } from '../../lib/flows/roll-up.ts';
import type { RollupTask, Service } from '../../lib/flows/service.ts';
import { dirtyDaysOf, markDirty } from '../../lib/table/dirty-days.ts';
import { recordById, replaceRecord } from '../../lib/table/records.ts';
import { enqueueRollup } from '../../lib/table/rollup-queue.ts';
import { readHeaders } from '../../lib/table/rollups.ts';
import { aSnapshot } from '../support/payloads/order-events.ts';
import { aRecord, stored } from '../support/records.ts';
import { TEST_NOW, type TestService, testService } from '../support/service.ts';
import { aShop, delivered, type Shop } from '../support/shop.ts';
import { failingTable, sortKeyPut, wrappedTable } from '../support/wrapped-table.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = dayOf(TEST_NOW, 'UTC');

let world: TestService;
let service: Service;
beforeEach(async () => {
  world = await testService();
  service = world.service;
});
afterEach(() => world.close());

const closedThrough = async ({ merchant }: Shop) =>
  (await recordById<MerchantData>(service.table, merchant.id))?.data.closedThrough;
const computedDays = async ({ merchant }: Shop, days: readonly Day[]) =>
  (await readHeaders(service.table, merchant.id, days)).map(({ day }) => day).toSorted();
const marksOf = async ({ merchant }: Shop) =>
  (await dirtyDaysOf(service.table, merchant.id)).map(({ from, to }) => [from, to]);

/** A service on which computing a day takes so long. */
const slowService = (ms: number): Service => ({
  ...service,
  table: wrappedTable(service.table, (request, send) => {
    if (request.operation === 'Query' && JSON.stringify(request.input).includes('#00"')) world.clock.advance(ms);
    return send();
  }),
});

describe('the night handed out', () => {
  it('gives merchants to runs of their own, 25 to each, and none that has nothing to do', async () => {
    const shops = await Promise.all(Array.from({ length: 27 }, () => aShop(service)));
    world.clock.now = TEST_NOW + 24 * HOUR;
    const handed: RollupTask[] = [];
    const watched: Service = { ...service, handOver: async (task) => void handed.push(task) };
    await handOutNight(watched);
    const ids = handed.map((task) => ('merchantIds' in task ? task.merchantIds : []));
    expect(ids.map(({ length }) => length)).toEqual([25, 2]);
    expect(ids.flat().toSorted()).toEqual(shops.map(({ merchant }) => merchant.id).toSorted());
    await closeMerchants(service, ids.flat(), Number.POSITIVE_INFINITY);
    handed.length = 0;
    await handOutNight(watched);
    expect(handed).toEqual([]);
  });

  it('says every hour how many merchants are late, also when none is', async () => {
    await aShop(service);
    await handOutNight({ ...service, handOver: async () => undefined });
    expect(world.counted.get('MerchantsLate')).toBe(0);
    // Midnight is twelve hours away; the day may be closed a quarter past it, and is late three hours after that.
    world.clock.now = TEST_NOW + 15 * HOUR + 14 * MINUTE;
    await handOutNight({ ...service, handOver: async () => undefined });
    expect(world.counted.get('MerchantsLate')).toBe(0);
    world.clock.advance(MINUTE);
    await handOutNight({ ...service, handOver: async () => undefined });
    expect(world.counted.get('MerchantsLate')).toBe(1);
  });

  it('counts the merchants whose days could not be closed', async () => {
    const shop = await aShop(service);
    world.clock.now = TEST_NOW + 24 * HOUR;
    const broken = wrappedTable(service.table, (request, send) => {
      if (sortKeyPut(request) === 'HEAD') throw new Error('refused');
      return send();
    });
    await closeMerchants({ ...service, table: broken }, [shop.merchant.id], Number.POSITIVE_INFINITY);
    expect(world.counted.get('NightFailures')).toBe(1);
  });
});

describe('merchants of one night', () => {
  it('come in another order every hour, so that nobody is always behind the same', async () => {
    for (let i = 0; i < 30; i++) await aShop(service);
    world.clock.now = TEST_NOW + 24 * HOUR;
    const orders: string[] = [];
    const watched: Service = {
      ...service,
      handOver: async (task) => void orders.push('merchantIds' in task ? task.merchantIds.join() : ''),
    };
    await handOutNight(watched);
    world.clock.advance(HOUR);
    await handOutNight(watched);
    const [first, second] = [orders.slice(0, 2).join(), orders.slice(2).join()];
    expect(second).not.toBe(first);
    expect(second.split(',').toSorted()).toEqual(first.split(',').toSorted());
  });
});

describe('a run out of time', () => {
  it('stops between two days, and the next one goes on from there', async () => {
    const shop = await aShop(service);
    const days = daysFrom(DAY, addDays(DAY, 4));
    world.clock.now = TEST_NOW + 5 * 24 * HOUR;
    const slow = slowService(MINUTE);
    await closeMerchants(slow, [shop.merchant.id], world.clock.now + 3.4 * MINUTE);
    expect(await computedDays(shop, days)).toEqual(days.slice(0, 2));
    expect(await closedThrough(shop)).toBe(days[1]);
    await closeMerchants(slow, [shop.merchant.id], world.clock.now + HOUR);
    expect(await computedDays(shop, days)).toEqual(days);
    expect(await closedThrough(shop)).toBe(days[4]);
  });

  it('leaves alone a mark that somebody set anew for the days that are left', async () => {
    const shop = await aShop(service);
    world.clock.now = TEST_NOW + 6 * 24 * HOUR;
    await closeDays(service);
    const [merchantId, from, to] = [shop.merchant.id, DAY, addDays(DAY, 5)];
    await markDirty(service.table, { merchantId, from, to, markedAt: world.clock.now });
    world.clock.advance(HOUR);
    const fresh = { merchantId, from: addDays(DAY, 1), to, markedAt: world.clock.now };
    const table = wrappedTable(service.table, async (request, send) => {
      if (sortKeyPut(request) === 'HEAD') {
        await markDirty(service.table, fresh);
        world.clock.advance(1_000);
      }
      return send();
    });
    await closeMerchants({ ...service, table }, [merchantId], world.clock.now + 1);
    const left = await dirtyDaysOf(service.table, merchantId);
    expect(left).toEqual([fresh]);
  });

  it('leaves merchants it has not begun to the next one', async () => {
    const [first, second] = [await aShop(service), await aShop(service)];
    world.clock.now = TEST_NOW + 24 * HOUR;
    await closeMerchants(slowService(MINUTE), [first.merchant.id, second.merchant.id], world.clock.now + 1);
    expect([await closedThrough(first), (await closedThrough(second)) ?? null]).toEqual([DAY, null]);
  });

  it('narrows the mark of a range to the days that are left', async () => {
    const shop = await aShop(service);
    world.clock.now = TEST_NOW + 6 * 24 * HOUR;
    await closeDays(service);
    const [from, to] = [DAY, addDays(DAY, 5)];
    await markDirty(service.table, { merchantId: shop.merchant.id, from, to, markedAt: world.clock.now });
    world.clock.advance(HOUR);
    const until = world.clock.now + 3_400;
    await closeMerchants(slowService(1_000), [shop.merchant.id], until);
    expect(await marksOf(shop)).toEqual([[addDays(DAY, 2), to]]);
    await closeMerchants(service, [shop.merchant.id], Number.POSITIVE_INFINITY);
    expect(await marksOf(shop)).toEqual([]);
  });

  it('notes every day as it is done, so that a run that is killed in the middle of one loses that one alone', async () => {
    const shop = await aShop(service);
    const days = daysFrom(DAY, addDays(DAY, 2));
    world.clock.now = TEST_NOW + 3 * 24 * HOUR;
    let written = 0;
    // Nothing more is heard of the run once two days are written.
    const killed = failingTable(service.table, (_count, request) => {
      if (sortKeyPut(request) === 'HEAD') written += 1;
      return written > 2;
    });
    await closeMerchants({ ...service, table: killed }, [shop.merchant.id], Number.POSITIVE_INFINITY);
    expect(await closedThrough(shop)).toBe(days[1]);
    await closeMerchants(service, [shop.merchant.id], Number.POSITIVE_INFINITY);
    expect(await closedThrough(shop)).toBe(days[2]);
  });

  it('begins no day that may take longer than there is time', async () => {
    const shop = await aShop(service);
    const late = addDays(DAY, -30);
    await markDirty(service.table, { merchantId: shop.merchant.id, from: late, to: late, markedAt: TEST_NOW });
    world.clock.now = TEST_NOW + 24 * HOUR;
    // Eight minutes for the day that ended; another eight would end after the fourteen that there are.
    await closeMerchants(slowService(8 * MINUTE), [shop.merchant.id], world.clock.now + 14 * MINUTE);
    expect([await closedThrough(shop), await marksOf(shop)]).toEqual([DAY, [[late, late]]]);
    await closeMerchants(slowService(8 * MINUTE), [shop.merchant.id], world.clock.now + 14 * MINUTE);
    expect(await marksOf(shop)).toEqual([]);
  });

  it('clears no mark that was set after it read whom it is about', async () => {
    const shop = await aShop(service);
    const other = await aShop(service);
    world.clock.now = TEST_NOW + 24 * HOUR;
    const markedAt: number[] = [];
    const table = wrappedTable(service.table, async (request, send) => {
      // While the first of them is closed, the other's past is marked; it is long before the other's turn comes.
      if (sortKeyPut(request) === 'HEAD' && markedAt.length === 0) {
        const [from, to] = [addDays(DAY, -3), addDays(DAY, -3)];
        markedAt.push(world.clock.now + 1);
        for (const { merchant } of [shop, other]) {
          await markDirty(service.table, { merchantId: merchant.id, from, to, markedAt: world.clock.now + 1 });
        }
        world.clock.advance(3 * MINUTE);
      }
      return send();
    });
    await closeMerchants({ ...service, table }, [shop.merchant.id, other.merchant.id], Number.POSITIVE_INFINITY);
    expect((await marksOf(shop)).length).toBe(1);
    expect(await marksOf(other)).toEqual([]);
  });

  it('closes the day that has ended before it heals others', async () => {
    const shop = await aShop(service);
    const late = addDays(DAY, -30);
    await markDirty(service.table, { merchantId: shop.merchant.id, from: late, to: late, markedAt: TEST_NOW });
    world.clock.now = TEST_NOW + 24 * HOUR;
    await closeMerchants(slowService(MINUTE), [shop.merchant.id], world.clock.now + 1);
    expect(await closedThrough(shop)).toBe(DAY);
    expect(await marksOf(shop)).toEqual([[late, late]]);
  });

  it('of a roll-up asked for by hand leaves it queued, and the next goes on from there', async () => {
    const shop = await aShop(service);
    const to = addDays(DAY, 4);
    const data: RollupData = {
      from: DAY,
      to,
      state: 'queued',
      startedAt: null,
      finishedAt: null,
      daysDone: 0,
      error: null,
    };
    const { id } = await stored(service.table, aRecord('rollup', data, { merchantId: shop.merchant.id }));
    await enqueueRollup(service.table, id, world.clock.now);
    await runRollup(slowService(MINUTE), id, world.clock.now + 3.4 * MINUTE);
    const state = async () => (await recordById<RollupData>(service.table, id))?.data;
    expect(await state()).toMatchObject({ state: 'queued', daysDone: 2 });
    let computed = 0;
    const counting = wrappedTable(service.table, (request, send) => {
      if (sortKeyPut(request) === 'HEAD') computed += 1;
      return send();
    });
    world.clock.advance(2 * MINUTE);
    await resumeRollups({
      ...service,
      handOver: (task) => runRollup({ ...service, table: counting }, 'rollupId' in task ? task.rollupId : ''),
    });
    expect(await state()).toMatchObject({ state: 'done', daysDone: 5 });
    expect(computed).toBe(3);
  });
});

describe('a closed day that changed', () => {
  const changedAgain = async (shop: Shop) => {
    await markDirty(service.table, { merchantId: shop.merchant.id, from: DAY, to: DAY, markedAt: world.clock.now });
    world.clock.advance(HOUR);
    const before = (await readHeaders(service.table, shop.merchant.id, [DAY]))[0]?.startedAt;
    await closeDays(service);
    return (await readHeaders(service.table, shop.merchant.id, [DAY]))[0]?.startedAt !== before;
  };

  it('is healed within the hour', async () => {
    const shop = await aShop(service);
    world.clock.now = TEST_NOW + 24 * HOUR;
    await closeDays(service);
    expect(await changedAgain(shop)).toBe(true);
  });

  it('is healed once in twenty hours where it takes long to compute', async () => {
    const shop = await aShop(service);
    world.clock.now = TEST_NOW + 24 * HOUR;
    await closeDays(slowService(11_000));
    expect(await changedAgain(shop)).toBe(false);
    expect(await marksOf(shop)).toEqual([[DAY, DAY]]);
    world.clock.advance(19 * HOUR);
    await closeDays(service);
    expect(await marksOf(shop)).toEqual([]);
  });
});

describe('a store that stopped selling', () => {
  const sellOn = async (shop: Shop, days: number) => {
    const data = { platform: 'standard', domain: 'shop.example', secrets: [] };
    await stored(service.table, aRecord('store', data, { id: shop.storeId, merchantId: shop.merchant.id }));
    for (let day = 0; day < days; day++) {
      world.clock.now = TEST_NOW + day * 24 * HOUR;
      const placed = { placedAt: world.clock.now, updatedAt: world.clock.now };
      await delivered(service, shop, `o${day}`, aSnapshot(placed));
    }
  };

  it('is counted once a day when it sold nearly every day before', async () => {
    const shop = await aShop(service);
    await sellOn(shop, 12);
    world.clock.now = TEST_NOW + 13 * 24 * HOUR;
    await closeDays(service);
    expect(world.counted.get('StoresSilent')).toBeUndefined();
    world.clock.advance(24 * HOUR);
    await closeDays(service);
    await closeDays(service);
    expect(world.counted.get('StoresSilent')).toBe(1);
  });

  it('is not counted while its last days are not computed yet', async () => {
    const shop = await aShop(service);
    await sellOn(shop, 20);
    world.clock.now = TEST_NOW + 20 * 24 * HOUR;
    await closeMerchants(slowService(MINUTE), [shop.merchant.id], world.clock.now + 15.4 * MINUTE);
    expect((await closedThrough(shop)) ?? '').toBe(addDays(DAY, 13));
    expect(world.counted.get('StoresSilent')).toBeUndefined();
  });

  it('is not counted once it is archived', async () => {
    const shop = await aShop(service);
    await sellOn(shop, 12);
    const store = await recordById(service.table, shop.storeId);
    if (store) await replaceRecord(service.table, { ...store, archivedAt: world.clock.now });
    world.clock.now = TEST_NOW + 14 * 24 * HOUR;
    await closeDays(service);
    expect(world.counted.get('StoresSilent')).toBeUndefined();
  });

  it('is not counted when it sells now and then', async () => {
    const shop = await aShop(service);
    await sellOn(shop, 9);
    world.clock.now = TEST_NOW + 12 * 24 * HOUR;
    await closeDays(service);
    expect(world.counted.get('StoresSilent')).toBeUndefined();
  });
});
