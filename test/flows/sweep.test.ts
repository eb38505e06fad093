// What crashes and outages leave behind: found, applied, and never hidden by a night that came between.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dayOf } from '../../lib/domain/days.ts';
import { closeDays } from '../../lib/flows/night.ts';
import { runRollup } from '../../lib/flows/roll-up.ts';
import type { Service } from '../../lib/flows/service.ts';
import { sweep } from '../../lib/flows/sweep.ts';
import { dirtyDaysOf } from '../../lib/table/dirty-days.ts';
import { eventById, type InboxEvent } from '../../lib/table/inbox.ts';
import { orderById } from '../../lib/table/orders.ts';
import { enqueueRollup } from '../../lib/table/rollup-queue.ts';
import { readRollups } from '../../lib/table/rollups.ts';
import { aSnapshot } from '../support/payloads/order-events.ts';
import { aRecord, stored } from '../support/records.ts';
import { TEST_NOW, type TestService, testService } from '../support/service.ts';
import { aShop, delivered, keptOnly, type Shop } from '../support/shop.ts';
import { failingTable, wrappedTable } from '../support/wrapped-table.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = dayOf(TEST_NOW, 'UTC');

let world: TestService;
let service: Service;
let shop: Shop;
beforeEach(async () => {
  world = await testService();
  service = world.service;
  shop = await aShop(service);
});
afterEach(() => world.close());

const anOrder = aSnapshot({ placedAt: TEST_NOW, updatedAt: TEST_NOW });

const stateOf = async (event: InboxEvent) => (await eventById(service.table, event.id))?.state;
const orderState = async (event: InboxEvent) => (await orderById(service.table, event.orderId as string))?.fold.state;

const rollUp = async (on: Service = service) => {
  const data = { from: DAY, to: DAY, state: 'queued', daysDone: 0 };
  const record = await stored(service.table, aRecord('rollup', data, { merchantId: shop.merchant.id }));
  await enqueueRollup(service.table, record.id, world.clock.now);
  await runRollup(on, record.id);
};

describe('the sweep', () => {
  it('applies an event whose writer died', async () => {
    const event = await keptOnly(service, shop, '1', anOrder);
    world.clock.advance(MINUTE);
    await sweep(service);
    expect([await stateOf(event), await orderState(event)]).toEqual(['applied', 'paid']);
  });

  it('leaves an event alone while its writer may be at work, except after a start', async () => {
    const event = await keptOnly(service, shop, '1', anOrder);
    world.clock.advance(MINUTE - 1);
    await sweep(service);
    expect(await stateOf(event)).toBe('received');
    await sweep(service, { atOnce: true });
    expect(await stateOf(event)).toBe('applied');
  });

  it('applies the others when one of them fails, and that one a minute later', async () => {
    const [bad, good] = [await keptOnly(service, shop, '1', anOrder), await keptOnly(service, shop, '2', anOrder)];
    world.clock.advance(2 * MINUTE);
    const table = failingTable(service.table, (_count, { operation, input }) => {
      return operation === 'Query' && JSON.stringify(input).includes(bad.orderId as string);
    });
    await sweep({ ...service, table });
    expect([await stateOf(bad), await stateOf(good)]).toEqual(['failed', 'applied']);
    world.clock.advance(MINUTE);
    await sweep(service);
    expect(await stateOf(bad)).toBe('applied');
  });

  it("applies the others' events where one merchant can't be read at all", async () => {
    const shops = [shop, await aShop(service), await aShop(service)];
    const events = [];
    for (const one of shops) events.push(await keptOnly(service, one, '1', anOrder));
    world.clock.advance(2 * MINUTE);
    const table = failingTable(service.table, (_count, { operation, input }) => {
      return operation === 'Get' && JSON.stringify(input).includes(`ENT#${shop.merchant.id}`);
    });
    await expect(sweep({ ...service, table })).rejects.toThrow();
    expect(await Promise.all(events.map(stateOf))).toEqual(['received', 'applied', 'applied']);
  });

  it('changes nothing where nothing was left', async () => {
    const event = await delivered(service, shop, '1', anOrder);
    const before = await orderById(service.table, event.orderId as string);
    world.clock.advance(2 * MINUTE);
    await sweep(service);
    expect(await orderById(service.table, event.orderId as string)).toEqual(before);
  });

  it('takes up a roll-up that was never started', async () => {
    const record = await stored(
      service.table,
      aRecord('rollup', { from: DAY, to: DAY, state: 'queued', daysDone: 0 }, { merchantId: shop.merchant.id }),
    );
    await enqueueRollup(service.table, record.id, world.clock.now);
    world.clock.advance(2 * MINUTE);
    await sweep(service);
    await world.settled();
    expect(await readRollups(service.table, shop.merchant.id, [DAY])).toHaveLength(1);
  });
});

describe('a thorough look', () => {
  it('begins no earlier for a fact dated in time to come, whose mark waits for its day', async () => {
    const inOneYear = TEST_NOW + 365 * 24 * HOUR;
    await delivered(service, shop, '1', aSnapshot({ placedAt: inOneYear, updatedAt: inOneYear }));
    world.clock.advance(60 * 24 * HOUR);
    let read = 0;
    const table = wrappedTable(service.table, (request, send) => {
      if (request.operation === 'BatchGet' && JSON.stringify(request.input).includes('EVT#')) read += 1;
      return send();
    });
    await sweep({ ...service, table }, { atOnce: true });
    expect(read).toBe(0);
    const late = await keptOnly(service, shop, '2', anOrder);
    await sweep({ ...service, table }, { atOnce: true });
    expect([read, await stateOf(late)]).toEqual([1, 'applied']);
  });
});

describe('an event that waits to be applied', () => {
  it.each(['a roll-up by hand', 'the night'])('is in the figures of %s that clears its mark', async (by) => {
    const event = await keptOnly(service, shop, '1', anOrder);
    world.clock.now = TEST_NOW + 13 * HOUR;
    await (by === 'the night' ? closeDays(service) : rollUp());
    expect(await stateOf(event)).toBe('applied');
    const [read] = await readRollups(service.table, shop.merchant.id, [DAY]);
    expect(read?.day.stores[0]?.bookedNetRevenue).toBe(10_000);
  });

  it('keeps its mark through a night that could not set it anew', async () => {
    const event = await keptOnly(service, shop, '1', anOrder);
    world.clock.now = TEST_NOW + 13 * HOUR;
    const table = failingTable(service.table, (_count, { operation, input }) => {
      return operation === 'Put' && JSON.stringify(input).includes('DRT#');
    });
    await closeDays({ ...service, table });
    world.clock.advance(50 * HOUR);
    await closeDays(service);
    expect(await stateOf(event)).toBe('applied');
  });

  it('keeps a mark through a roll-up that could not apply it, so that the next one does', async () => {
    const event = await keptOnly(service, shop, '1', anOrder);
    world.clock.advance(10 * MINUTE);
    const table = failingTable(service.table, (_count, { operation, input }) => {
      return operation === 'Query' && JSON.stringify(input).includes(`ORD#${event.orderId}`);
    });
    await rollUp({ ...service, table });
    expect(await stateOf(event)).toBe('failed');
    expect(await dirtyDaysOf(service.table, shop.merchant.id)).toHaveLength(1);
    world.clock.advance(2 * MINUTE);
    await sweep(service);
    expect([await stateOf(event), await orderState(event)]).toEqual(['applied', 'paid']);
  });
});
