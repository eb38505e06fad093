// Marks that reach back over many days at once.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addDays, dayOf, daysFrom } from '../../lib/domain/days.ts';
import { markRange } from '../../lib/flows/mark-days.ts';
import { closeDays } from '../../lib/flows/night.ts';
import type { Service } from '../../lib/flows/service.ts';
import { dirtyDaysOf } from '../../lib/table/dirty-days.ts';
import { readRollups } from '../../lib/table/rollups.ts';
import { TEST_NOW, type TestService, testService } from '../support/service.ts';
import { aShop, type Shop } from '../support/shop.ts';

const HOUR = 3_600_000;
const DAY_MS = 24 * HOUR;
const TODAY = dayOf(TEST_NOW, 'UTC');

let world: TestService;
let service: Service;
let shop: Shop;
beforeEach(async () => {
  world = await testService();
  service = world.service;
  shop = await aShop(service, { createdAt: TEST_NOW - 5 * DAY_MS });
});
afterEach(() => world.close());

const marksOf = async () => (await dirtyDaysOf(service.table, shop.merchant.id)).map(({ from, to }) => [from, to]);

const computedAt = async () => {
  const read = await readRollups(service.table, shop.merchant.id, daysFrom(addDays(TODAY, -5), TODAY));
  return read.map(({ header }) => header.computedAt);
};

it('have the days before today computed once, and today when it has ended', async () => {
  await closeDays(service);
  await markRange(service, shop.merchant.id, addDays(TODAY, -5), TODAY);
  world.clock.advance(HOUR);
  await closeDays(service);
  expect(await marksOf()).toEqual([[TODAY, TODAY]]);
  const once = await computedAt();
  expect(once).toEqual(Array.from({ length: 5 }, () => world.clock.now));
  world.clock.advance(HOUR);
  await closeDays(service);
  expect(await computedAt()).toEqual(once);
  world.clock.now = TEST_NOW + DAY_MS;
  await closeDays(service);
  expect(await computedAt()).toEqual([...once, world.clock.now]);
  expect(await marksOf()).toEqual([]);
});

it('are one when nothing before today is meant, and none when it begins tomorrow', async () => {
  await markRange(service, shop.merchant.id, addDays(TODAY, 1), TODAY);
  expect(await marksOf()).toEqual([]);
  await markRange(service, shop.merchant.id, TODAY, TODAY);
  expect(await marksOf()).toEqual([[TODAY, TODAY]]);
});
