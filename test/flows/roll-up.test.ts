// The night against a real table: repeatable, restartable, healing, and on every merchant's own calendar.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addDays, type Day, dayOf, daysFrom, startOfDay } from '../../lib/domain/days.ts';
import type { MerchantData, RollupData } from '../../lib/domain/entities.ts';
import { type Basis, reconcile } from '../../lib/domain/performance.ts';
import { closeDays } from '../../lib/flows/night.ts';
import { runRollup } from '../../lib/flows/roll-up.ts';
import type { Service } from '../../lib/flows/service.ts';
import { dirtyDaysOf } from '../../lib/table/dirty-days.ts';
import { recordById, type StoredRecord } from '../../lib/table/records.ts';
import { enqueueRollup, queuedRollups } from '../../lib/table/rollup-queue.ts';
import { readRollups, writeRollup } from '../../lib/table/rollups.ts';
import { aComputedDay } from '../support/computed-day.ts';
import { aRefund, aSnapshot } from '../support/payloads/order-events.ts';
import { aRecord, stored } from '../support/records.ts';
import { TEST_NOW, type TestService, testService } from '../support/service.ts';
import { aShop, clicked, delivered, type Shop } from '../support/shop.ts';
import { beforeFirst, failingTable, wrappedTable } from '../support/wrapped-table.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY_MS = 24 * HOUR;
const DAY = dayOf(TEST_NOW, 'UTC');

let world: TestService;
let service: Service;
beforeEach(async () => {
  world = await testService();
  service = world.service;
});
afterEach(() => world.close());

const computed = async (shop: Shop, days: readonly Day[] = [DAY]) =>
  (await readRollups(service.table, shop.merchant.id, days)).map(({ day }) => day);

const merchantNow = async (shop: Shop) =>
  (await recordById<MerchantData>(service.table, shop.merchant.id)) as StoredRecord<MerchantData>;

const marksOf = async (shop: Shop) => (await dirtyDaysOf(service.table, shop.merchant.id)).map(({ from }) => from);

/** A day of trade: clicks of both, an order by link, one by code, one by nobody, one refunded the next day. */
const aDayOfTrade = async (shop: Shop) => {
  const [byLink] = await Promise.all([
    clicked(service, shop, shop.links[0], TEST_NOW - HOUR),
    clicked(service, shop, shop.links[1], TEST_NOW - HOUR),
    clicked(service, shop, shop.links[1], TEST_NOW - HOUR),
  ]);
  const order = { placedAt: TEST_NOW, updatedAt: TEST_NOW };
  await delivered(service, shop, '1', aSnapshot({ ...order, clickId: byLink, customerKeys: ['k1'] }));
  await delivered(service, shop, '2', aSnapshot({ ...order, codes: [{ code: 'mike20', amount: 2000 }] }));
  await delivered(service, shop, '3', aSnapshot({ ...order, gross: 5000, discounts: 0 }));
};

const tomorrowMorning = () => {
  world.clock.now = TEST_NOW + DAY_MS;
};

describe('the night', () => {
  it('credits links and codes, and what nobody sent stays unattributed', async () => {
    const shop = await aShop(service);
    await aDayOfTrade(shop);
    tomorrowMorning();
    await closeDays(service);
    const [day] = await computed(shop);
    const [sarah, mike] = shop.creatorIds;
    const figures = day?.rows.map(({ creatorId, booked, traffic }) => [
      creatorId,
      booked?.netRevenue ?? traffic?.clicks,
    ]);
    // A link's clicks and its sales are rows of their own: a click is no store's.
    const wanted = [
      [null, 5000],
      [sarah, 1],
      [sarah, 10_000],
      [mike, 2],
      [mike, 10_000],
    ];
    expect(figures?.map(String).sort()).toEqual(wanted.map(String).sort());
  });

  it('run twice gives the same rows', async () => {
    const shop = await aShop(service);
    await aDayOfTrade(shop);
    tomorrowMorning();
    await closeDays(service);
    const first = await computed(shop);
    await aRun(shop, DAY, DAY);
    expect(await computed(shop)).toEqual(first);
    expect(first).toHaveLength(1);
  });

  it('abandoned at any request, and run again, gives the same rows and leaves no mark', async () => {
    const twin = await aShop(service);
    await aDayOfTrade(twin);
    tomorrowMorning();
    let requests = 0;
    const counted = wrappedTable(service.table, (_request, send) => {
      requests += 1;
      return send();
    });
    await closeDays({ ...service, table: counted });
    expect(requests).toBeGreaterThan(20);
    const whole = figuresOf(await computed(twin), twin);

    for (let nth = 1; nth <= requests; nth += 4) {
      world.clock.now = TEST_NOW;
      const shop = await aShop(service);
      await aDayOfTrade(shop);
      tomorrowMorning();
      const broken = failingTable(service.table, (count) => count >= nth);
      await closeDays({ ...service, table: broken }).catch(() => undefined);
      world.clock.advance(HOUR);
      await closeDays(service);
      expect(figuresOf(await computed(shop), shop)).toEqual(whole);
      expect(await marksOf(shop)).toEqual([]);
      expect((await merchantNow(shop)).data.closedThrough).toBe(DAY);
    }
  }, 120_000);

  it("does not let one merchant's trouble keep the others' days open", async () => {
    const [troubled, other] = [await aShop(service), await aShop(service)];
    for (const shop of [troubled, other]) await aDayOfTrade(shop);
    tomorrowMorning();
    const table = failingTable(service.table, (_count, { input }) => {
      return JSON.stringify(input.ExpressionAttributeValues ?? {}).includes(`CLK#${troubled.merchant.id}`);
    });
    await closeDays({ ...service, table });
    expect(await computed(troubled)).toEqual([]);
    expect(await computed(other)).toHaveLength(1);
  });

  it('heals a closed day after a late refund, and clears its mark', async () => {
    const shop = await aShop(service);
    await aDayOfTrade(shop);
    tomorrowMorning();
    await closeDays(service);
    expect(await marksOf(shop)).toEqual([]);
    world.clock.advance(2 * DAY_MS);
    const refund = aRefund({ items: 4000, refundedAt: world.clock.now - MINUTE });
    await delivered(service, shop, '1', { type: 'refund', refund });
    const refundDay = addDays(DAY, 3);
    expect(await marksOf(shop)).toEqual([DAY, refundDay]);
    world.clock.advance(DAY_MS);
    await closeDays(service);
    const [day, later] = await computed(shop, [DAY, refundDay]);
    const net = (basis: Basis, of = day) => reconcile([{ day: DAY, rollup: of as never }], basis, undefined);
    expect(net('booked')).toMatchObject({ storeNetRevenue: 21_000, credited: 16_000, unattributed: 5000 });
    expect(net('settled')).toMatchObject({ storeNetRevenue: 25_000, credited: 20_000, unattributed: 5000 });
    expect(net('settled', later)).toMatchObject({ storeNetRevenue: -4000, credited: -4000, unattributed: 0 });
    expect(await marksOf(shop)).toEqual([]);
  });

  it('knows the lines of an order with more happenings than its state holds', async () => {
    const shop = await aShop(service);
    const refunds = Array.from({ length: 40 }, (_, i) => {
      const lines = [{ lineId: '1', quantity: 0, amount: 100, tax: 0 }];
      return aRefund({ id: `r${i}`, items: 100, tax: 0, refundedAt: TEST_NOW + i, lines });
    });
    await delivered(service, shop, '1', aSnapshot({ placedAt: TEST_NOW, updatedAt: TEST_NOW, refunds }));
    tomorrowMorning();
    await closeDays(service);
    const [read] = await readRollups(service.table, shop.merchant.id, [DAY], ['sku']);
    const sold = read?.narrow?.sku?.map(({ line, booked, settled }) => [line, booked?.refunds, settled?.refunds]);
    expect(sold).toEqual([['P-1', 4_000, 4_000]]);
  });

  it('keeps a mark that is set while it runs', async () => {
    const shop = await aShop(service);
    await aDayOfTrade(shop);
    tomorrowMorning();
    let during = false;
    const table = wrappedTable(service.table, async (request, send) => {
      const answer = await send();
      // After the day's entries were read, before the mark is cleared.
      if (request.operation === 'BatchWrite' && !during) {
        during = true;
        const edit = aSnapshot({ placedAt: TEST_NOW, updatedAt: TEST_NOW + 1, gross: 6000, discounts: 0 });
        await delivered(service, shop, '3', edit);
      }
      return answer;
    });
    await closeDays({ ...service, table });
    expect(await marksOf(shop)).toEqual([DAY]);
    const stale = reconcile([{ day: DAY, rollup: (await computed(shop))[0] as never }], 'booked', undefined);
    expect(stale.storeNetRevenue).toBe(25_000);
    world.clock.advance(HOUR);
    await closeDays(service);
    const healed = reconcile([{ day: DAY, rollup: (await computed(shop))[0] as never }], 'booked', undefined);
    expect(healed.storeNetRevenue).toBe(26_000);
    expect(await marksOf(shop)).toEqual([]);
  });

  it('keeps the mark of a day that a run which began later has written meanwhile', async () => {
    const shop = await aShop(service);
    await aDayOfTrade(shop);
    tomorrowMorning();
    const overtaken = beforeFirst(service.table, 'HEAD', async () => {
      world.clock.advance(2000);
      const header = { day: DAY, startedAt: world.clock.now - 1000, computedAt: world.clock.now };
      const rules = { clickRules: 'clicks-1', attributionRules: 'rul_1' };
      await writeRollup(
        service.table,
        shop.merchant.id,
        { ...header, ...rules },
        aComputedDay(),
        'other',
        service.clock,
      );
    });
    await closeDays({ ...service, table: overtaken });
    expect(await computed(shop)).toEqual([{ rows: [], credits: [], stores: [] }]);
    expect(await marksOf(shop)).toEqual([DAY]);
    world.clock.advance(HOUR);
    await closeDays(service);
    expect((await computed(shop))[0]?.credits).toHaveLength(3);
    expect(await marksOf(shop)).toEqual([]);
  });

  it('asks nothing of a merchant with nothing to do: who there is and what changed is asked once for all', async () => {
    const [shop] = [await aShop(service), await aShop(service), await aShop(service)];
    tomorrowMorning();
    await closeDays(service);
    const seen: string[] = [];
    const table = wrappedTable(service.table, (request, send) => {
      seen.push(request.operation);
      return send();
    });
    await closeDays({ ...service, table });
    const marks = Array.from({ length: 8 }, () => 'Query');
    expect(seen).toEqual([...marks, 'Query', 'BatchGet']);
    expect((await merchantNow(shop)).data.closedThrough).toBe(DAY);
  });
});

describe('closing days', () => {
  it('follows each calendar: every day once, never early, none skipped, as the clock runs for three days', async () => {
    const createdAt = TEST_NOW;
    const zones = ['Pacific/Kiritimati', 'Pacific/Pago_Pago'];
    const shops = await Promise.all(zones.map((timeZone) => aShop(service, { createdAt, data: { timeZone } })));
    for (let hour = 0; hour <= 72; hour++) {
      world.clock.now = createdAt + hour * HOUR;
      await closeDays(service);
      for (const [i, shop] of shops.entries()) {
        const zone = zones[i] as string;
        const today = dayOf(world.clock.now, zone);
        const settled = world.clock.now >= startOfDay(today, zone) + 15 * MINUTE;
        const through = addDays(today, settled ? -1 : -2);
        const first = dayOf(createdAt, zone);
        const days = daysFrom(addDays(first, -2), addDays(today, 1));
        const closed = (await readRollups(service.table, shop.merchant.id, days)).map(({ header }) => header.day);
        expect(closed).toEqual(daysFrom(first, through));
      }
    }
    const closedThrough = await Promise.all(shops.map(async (shop) => (await merchantNow(shop)).data.closedThrough));
    expect(closedThrough).toEqual(['2026-11-23', '2026-11-22']);
  });

  it('waits until a day is a quarter of an hour old', async () => {
    const shop = await aShop(service);
    world.clock.now = startOfDay('2026-11-21', 'UTC') + 15 * MINUTE - 1;
    await closeDays(service);
    expect(await computed(shop)).toEqual([]);
    world.clock.advance(1);
    await closeDays(service);
    expect(await computed(shop)).toHaveLength(1);
  });

  it('catches up on every night that was missed', async () => {
    const shop = await aShop(service);
    world.clock.advance(10 * DAY_MS);
    await closeDays(service);
    expect(await computed(shop, daysFrom(DAY, addDays(DAY, 10)))).toHaveLength(10);
  });
});

describe('a roll-up asked for by hand', () => {
  it('is done, takes itself out of the queue and clears marks old enough', async () => {
    const shop = await aShop(service);
    await aDayOfTrade(shop);
    world.clock.advance(10 * MINUTE);
    const id = await aRun(shop, DAY, addDays(DAY, 1));
    expect((await recordById<RollupData>(service.table, id))?.data).toMatchObject({ state: 'done', daysDone: 2 });
    expect(await queuedRollups(service.table)).toEqual([]);
    expect(await marksOf(shop)).toEqual([]);
  });
});

/** A shop's rows without what differs from one shop to the next. */
function figuresOf(days: Awaited<ReturnType<typeof computed>>, shop: Shop) {
  const names = [...shop.creatorIds, ...shop.links.map(({ id }) => id)];
  return days.map(({ rows, stores, credits }) => ({
    rows: rows
      .map((row) => ({
        ...row,
        ...{ creatorId: names.indexOf(row.creatorId ?? ''), linkId: names.indexOf(row.linkId ?? '') },
      }))
      .map(({ codeId, storeId, ...row }) => JSON.stringify({ ...row, byCode: codeId !== null, sold: storeId !== null }))
      .sort(),
    stores: stores.map(({ storeId: _store, ...totals }) => totals),
    owners: credits.map(({ creatorId, reason }) => [names.indexOf(creatorId ?? ''), reason]).sort(),
  }));
}

async function queued(shop: Shop, from: Day, to: Day): Promise<string> {
  const now = world.clock.now;
  const data: RollupData = { from, to, state: 'queued', startedAt: null, finishedAt: null, daysDone: 0, error: null };
  const record = aRecord('rollup', data, { merchantId: shop.merchant.id, createdAt: now, updatedAt: now });
  await stored(service.table, record);
  await enqueueRollup(service.table, record.id, now);
  return record.id;
}

async function aRun(shop: Shop, from: Day, to: Day): Promise<string> {
  const id = await queued(shop, from, to);
  await runRollup(service, id);
  return id;
}
