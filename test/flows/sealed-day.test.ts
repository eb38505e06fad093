// Days whose clicks retention takes: traffic and credits stay as they were seen, money goes on being restated.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CLICK_DIMENSIONS } from '../../lib/domain/clicks/dimensions.ts';
import { dayOf } from '../../lib/domain/days.ts';
import type { MerchantData } from '../../lib/domain/entities.ts';
import { retentionOf, withRetention } from '../../lib/domain/retention.ts';
import { rollUpDay } from '../../lib/flows/compute-day.ts';
import type { Service } from '../../lib/flows/service.ts';
import { keys } from '../../lib/table/keys.ts';
import type { StoredRecord } from '../../lib/table/records.ts';
import { readRollups } from '../../lib/table/rollups.ts';
import { getItem, putItem, writeItems } from '../../lib/table/table.ts';
import { aRefund, aSnapshot } from '../support/payloads/order-events.ts';
import { TEST_NOW, type TestService, testService } from '../support/service.ts';
import { aShop, clicked, delivered, type Shop } from '../support/shop.ts';
import { itemsIn } from '../support/world.ts';

const HOUR = 3_600_000;
const DAY_MS = 24 * HOUR;
const DAY = dayOf(TEST_NOW, 'UTC');

let world: TestService;
let service: Service;
beforeEach(async () => {
  world = await testService();
  service = world.service;
});
afterEach(() => world.close());

/** Days after the trade, at noon. */
const daysLater = (days: number) => {
  world.clock.now = TEST_NOW + days * DAY_MS;
};

/** Clicks kept 100 days, and read 90 before an order: a day is sealed once it is ten days old. */
const aShopThatKeeps = (retention: MerchantData['retention'] = { clickDays: 100 }) =>
  aShop(service, { data: { retention } });

const placed = { placedAt: TEST_NOW, updatedAt: TEST_NOW };

/** An order by Sarah's click, one by Mike's code and Sarah's click, and one that nobody sent. */
const aDayOfTrade = async (shop: Shop) => {
  const clicks = [];
  for (const link of [shop.links[0], shop.links[0], shop.links[1]]) {
    clicks.push(await clicked(service, shop, link, TEST_NOW - HOUR));
  }
  const [byLink = null, besideCode = null] = clicks;
  await delivered(service, shop, '1', aSnapshot({ ...placed, clickId: byLink, customerKeys: ['k1'] }));
  const codes = [{ code: 'MIKE20', amount: 2_000 }];
  await delivered(service, shop, '2', aSnapshot({ ...placed, clickId: besideCode, codes, customerKeys: ['k1'] }));
  await delivered(service, shop, '3', aSnapshot({ ...placed, gross: 5_000, discounts: 0 }));
};

const rolledUp = async (shop: Shop, day = DAY, merchant: StoredRecord<MerchantData> = shop.merchant) => {
  await rollUpDay(service, merchant, day);
  const [rollup] = await readRollups(service.table, shop.merchant.id, [day]);
  if (!rollup) throw new Error('not rolled up');
  return rollup;
};

const clicksGo = async () =>
  writeItems(
    service.table,
    [],
    (await itemsIn({ service })).filter(({ pk }) => pk.startsWith('CLK#')),
  );

const salesOf = ({ day }: Awaited<ReturnType<typeof rolledUp>>, creatorId: string | null) =>
  (['booked', 'settled'] as const).map((basis) =>
    day.rows.filter((row) => row.creatorId === creatorId).reduce((sum, row) => sum + (row[basis]?.netRevenue ?? 0), 0),
  ) as [number, number];

describe('a sealed day', () => {
  it('computed again without its clicks is the same to the last row', async () => {
    const shop = await aShopThatKeeps();
    await aDayOfTrade(shop);
    daysLater(1);
    const seen = await rolledUp(shop);
    expect(seen.header.sealed).toBeUndefined();
    expect(seen.day.rows.some(({ traffic }) => traffic?.clicks === 2)).toBe(true);
    daysLater(101);
    await clicksGo();
    const sealed = await rolledUp(shop);
    expect(sealed.header).toMatchObject({ sealed: true, clickRules: seen.header.clickRules });
    expect(sealed.day).toEqual(seen.day);
    daysLater(400);
    expect((await rolledUp(shop)).day).toEqual(seen.day);
  });

  it('keeps what its clicks were made on, and calls it other where that was never counted', async () => {
    const shop = await aShopThatKeeps();
    await aDayOfTrade(shop);
    daysLater(1);
    await rolledUp(shop);
    const clickRows = async () => {
      const [read] = await readRollups(service.table, shop.merchant.id, [DAY], CLICK_DIMENSIONS);
      return read?.narrow;
    };
    const seen = await clickRows();
    expect(seen?.device?.map(({ value, traffic }) => [value, traffic.clicks])).toEqual([
      ['mobile', 2],
      ['mobile', 1],
    ]);
    daysLater(101);
    await clicksGo();
    await rolledUp(shop);
    expect(await clickRows()).toEqual(seen);
    const place = keys.rollupHeader(shop.merchant.id, DAY);
    const item = await getItem(service.table, place);
    const header = item?.header as { readonly narrow: Record<string, unknown> };
    const { device: _device, ...narrow } = header.narrow;
    await putItem(service.table, { ...place, ...item, header: { ...header, narrow } });
    expect(await clickRows()).toBeUndefined();
    await rolledUp(shop);
    const other = await clickRows();
    for (const dimension of CLICK_DIMENSIONS) {
      expect(other?.[dimension]?.map(({ value, traffic }) => [value, traffic.clicks])).toEqual([
        ['other', 2],
        ['other', 1],
      ]);
    }
  });

  it('restates money: a refund lowers its booked figures, and is settled with the creator on its own day', async () => {
    const shop = await aShopThatKeeps();
    await aDayOfTrade(shop);
    daysLater(1);
    await rolledUp(shop);
    daysLater(60);
    await clicksGo();
    const refundedAt = world.clock.now;
    await delivered(service, shop, '1', { type: 'refund', refund: aRefund({ refundedAt, items: 4_000 }) });
    const [sarah] = shop.creatorIds;
    expect(salesOf(await rolledUp(shop), sarah)).toEqual([6_000, 10_000]);
    expect(salesOf(await rolledUp(shop, dayOf(refundedAt, 'UTC')), sarah)).toEqual([0, -4_000]);
  });

  it('credits an order that comes late by what is left: its code', async () => {
    const shop = await aShopThatKeeps();
    const click = await clicked(service, shop, shop.links[0], TEST_NOW - HOUR);
    await aDayOfTrade(shop);
    daysLater(1);
    const seen = await rolledUp(shop);
    daysLater(101);
    await clicksGo();
    const codes = [{ code: 'SARAH15', amount: 100 }];
    await delivered(service, shop, '8', aSnapshot({ ...placed, clickId: click }));
    await delivered(service, shop, '9', aSnapshot({ ...placed, clickId: click, codes }));
    const sealed = await rolledUp(shop);
    const [sarah] = shop.creatorIds;
    expect(salesOf(sealed, sarah)[0]).toBe(salesOf(seen, sarah)[0] + 10_000);
    expect(salesOf(sealed, null)[0]).toBe(salesOf(seen, null)[0] + 10_000);
    expect(sealed.day.credits).toHaveLength(5);
  });

  it('stays sealed when clicks are to be kept longer from then on', async () => {
    const shop = await aShopThatKeeps();
    await aDayOfTrade(shop);
    daysLater(1);
    const seen = await rolledUp(shop);
    daysLater(101);
    await clicksGo();
    const { merchant } = shop;
    const longer = withRetention(merchant.data, { clickDays: 3_000 }, world.clock.now);
    const changed = { ...merchant, data: { ...merchant.data, ...longer } };
    expect(retentionOf(changed.data).clickDays).toBe(3_000);
    expect((await rolledUp(shop, DAY, changed)).day).toEqual(seen.day);
  });

  it('is none while all its clicks are surely there, nor one that was computed before it had ended', async () => {
    const shop = await aShopThatKeeps();
    await aDayOfTrade(shop);
    await rolledUp(shop);
    daysLater(5);
    expect((await rolledUp(shop)).header.sealed).toBeUndefined();
    const early = await aShopThatKeeps({ clickDays: 30 });
    world.clock.now = TEST_NOW;
    await rolledUp(early);
    await aDayOfTrade(early);
    const again = await rolledUp(early);
    expect(again.header.sealed).toBeUndefined();
    expect(again.day.credits).toHaveLength(3);
  });
});

describe('clicks older than a merchant keeps them', () => {
  it('are not read, though they are still there', async () => {
    const shop = await aShopThatKeeps({ clickDays: 30 });
    await aDayOfTrade(shop);
    daysLater(29);
    const [sarah] = shop.creatorIds;
    const seen = await rolledUp(shop);
    expect(salesOf(seen, sarah)[0]).toBe(10_000);
    const late = await aShopThatKeeps({ clickDays: 30 });
    world.clock.now = TEST_NOW;
    await aDayOfTrade(late);
    daysLater(31);
    // A day that was never computed has nothing to be sealed from: what is left counts.
    const left = await rolledUp(late);
    expect(left.header.sealed).toBeUndefined();
    expect(left.day.rows.every(({ traffic }) => traffic === null)).toBe(true);
    expect(salesOf(left, late.creatorIds[0])[0]).toBe(0);
    expect(salesOf(left, late.creatorIds[1])[0]).toBe(10_000);
  });
});
