// Orders of other currencies against a real table: they follow from events and rates, whatever came first or was cut short.
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addDays, dayOf } from '../../lib/domain/days.ts';
import { bookOrder } from '../../lib/domain/orders/booking.ts';
import type { OrderEvent } from '../../lib/domain/orders/events.ts';
import { foldOrder } from '../../lib/domain/orders/fold.ts';
import { customerOf } from '../../lib/flows/attribute-order.ts';
import { rollUpDay } from '../../lib/flows/compute-day.ts';
import { foresee } from '../../lib/flows/foresee-event.ts';
import { createLookup } from '../../lib/flows/lookup.ts';
import type { Service } from '../../lib/flows/service.ts';
import { importRates, setRate } from '../../lib/flows/set-rates.ts';
import { dirtyDaysOf } from '../../lib/table/dirty-days.ts';
import { foreignOrders, mergeRates, ratesBetween } from '../../lib/table/fx-rates.ts';
import { orderById, readOrderPartition, type StoredOrder } from '../../lib/table/orders.ts';
import { readRollups } from '../../lib/table/rollups.ts';
import { recordedTable } from '../support/access/recorder.ts';
import { anEvent, aRefund, aSnapshot } from '../support/payloads/order-events.ts';
import { TEST_NOW, type TestService, testService } from '../support/service.ts';
import { aShop, delivered, type Shop } from '../support/shop.ts';
import { failingTable, TableDown } from '../support/wrapped-table.ts';

const DAY_MS = 86_400_000;
const DAY = dayOf(TEST_NOW, 'UTC');

let world: TestService;
let service: Service;
beforeEach(async () => {
  world = await testService();
  service = world.service;
});
afterEach(() => world.close());

const aForeignOrder = (over: Partial<Parameters<typeof aSnapshot>[0]> = {}) =>
  aSnapshot({ currency: 'EUR', placedAt: TEST_NOW, updatedAt: TEST_NOW, ...over });

const rate = (text: string, over: Partial<Parameters<typeof setRate>[2]> = {}) => ({
  ...{ date: DAY, base: 'EUR', quote: 'USD', rate: text, source: 'test' },
  ...over,
});

const stored = async (orderId: string | null): Promise<StoredOrder> => {
  const order = await orderById(service.table, orderId ?? '');
  if (!order) throw new Error('no such order');
  return order;
};

const told = async (shop: Shop, externalId: string, event: OrderEvent, on = service) =>
  stored((await delivered(on, shop, externalId, event)).orderId);

const netOfDay = async (shop: Shop, day = DAY) => {
  await rollUpDay(service, shop.merchant, day);
  const [read] = await readRollups(service.table, shop.merchant.id, [day]);
  const [store] = read?.day.stores ?? [];
  return [store?.bookedNetRevenue ?? 0, store?.settledNetRevenue ?? 0];
};

describe('an order whose rate comes later', () => {
  it('is what it would be had the rate been there before, refunds and all', async () => {
    const [late, early] = [await aShop(service), await aShop(service)];
    const refund = aRefund({ refundedAt: TEST_NOW + 1, items: 3_333 });
    const tell = async (shop: Shop) => {
      await told(shop, '1', aForeignOrder());
      return told(shop, '1', { type: 'refund', refund });
    };
    const waiting = await tell(late);
    expect([waiting.fold.state, waiting.entries]).toEqual(['fx_missing', []]);
    await setRate(service, late.merchant, rate('1.0837'));
    await setRate(service, early.merchant, rate('1.0837'));
    const before = await tell(early);
    const after = await stored(waiting.id);
    expect(after.fold).toEqual(before.fold);
    expect(after.entries).toEqual(before.entries);
    const { entries, ...fold } = bookOrder(foldOrder([anEvent(aForeignOrder()), anEvent({ type: 'refund', refund })]), {
      rate: '1.0837',
      base: 'EUR',
      quote: 'USD',
      on: DAY,
      source: 'test',
    }) ?? { entries: [] };
    expect([after.fold, after.entries]).toEqual([fold, entries]);
  });

  it('has its days marked before the rate is written, and is put right by their roll-up where that was all', async () => {
    const shop = await aShop(service);
    const { id } = await told(shop, '1', aForeignOrder());
    expect(await netOfDay(shop)).toEqual([0, 0]);
    world.clock.advance(DAY_MS);
    const marksBefore = await dirtyDaysOf(service.table, shop.merchant.id);
    // Dies as soon as the rate is there, before any order is read.
    let isSet = false;
    const dying = failingTable(service.table, (_count, { operation, input }) => {
      if (isSet) return true;
      isSet = operation === 'Put' && String((input.Item as { pk: string }).pk).startsWith('FXR#');
      return false;
    });
    expect((await setRate({ ...service, table: dying }, shop.merchant, rate('2'))).quotes.USD?.rate).toBe('2');
    expect((await stored(id)).fold.state).toBe('fx_missing');
    const [mark] = await dirtyDaysOf(service.table, shop.merchant.id);
    expect([mark?.from, mark?.markedAt]).toEqual([DAY, world.clock.now]);
    expect(marksBefore[0]?.markedAt).toBe(TEST_NOW);

    expect(await netOfDay(shop)).toEqual([20_000, 20_000]);
    expect((await stored(id)).fold.state).toBe('paid');
  });

  it('is not set at all where its days cannot be marked', async () => {
    const shop = await aShop(service);
    const { id } = await told(shop, '1', aForeignOrder());
    world.clock.advance(DAY_MS);
    const unmarkable = failingTable(service.table, (_count, { operation, input }) => {
      return operation === 'Put' && String((input.Item as { pk: string }).pk).startsWith('DRT#');
    });
    await expect(setRate({ ...service, table: unmarkable }, shop.merchant, rate('2'))).rejects.toThrow(TableDown);
    expect(await ratesBetween(service.table, shop.merchant.id, DAY, DAY)).toEqual([]);
    expect((await stored(id)).fold.state).toBe('fx_missing');
  });

  it('is put right by the roll-up where the request that supplied it had no time left', async () => {
    const shop = await aShop(service);
    for (const id of ['1', '2', '3']) await told(shop, id, aForeignOrder());
    // Each look at this clock is ten seconds after the one before: the request's time is over at once.
    let looks = 0;
    const hurried = { ...service, clock: () => TEST_NOW + 10_000 * ++looks };
    await setRate(hurried, shop.merchant, rate('2'));
    const before = await foreignOrders(service.table, shop.merchant.id, DAY, DAY);
    expect(await Promise.all(before.map(async ({ orderId }) => (await stored(orderId)).fold.state))).toEqual(
      before.map(() => 'fx_missing'),
    );
    expect(await netOfDay(shop)).toEqual([60_000, 60_000]);
  });

  it('is found whichever of the two comes first, also when they come at once', async () => {
    const shop = await aShop(service);
    const ids = Array.from({ length: 24 }, (_, i) => String(i));
    const [, ...orders] = await Promise.all([
      setRate(service, shop.merchant, rate('2')),
      ...ids.map((id) => told(shop, id, aForeignOrder({ placedAt: TEST_NOW + Number(id) }))),
    ]);
    expect(await netOfDay(shop)).toEqual([480_000, 480_000]);
    for (const { id } of orders) expect((await stored(id)).fold.state).toBe('paid');
  });

  it('changes who was new on later days, which are marked', async () => {
    const shop = await aShop(service, { data: { customerHistoryFrom: '2020-01-01' } });
    const first = await told(shop, '1', aForeignOrder({ customerKeys: ['k'] }));
    const later = TEST_NOW + 3 * DAY_MS;
    const second = await told(shop, '2', aSnapshot({ placedAt: later, updatedAt: later, customerKeys: ['k'] }));
    const customer = (order: StoredOrder) => customerOf(service, shop.merchant, order, createLookup(service.table));
    expect([await customer(first), await customer(second)]).toEqual(['new', 'new']);
    world.clock.advance(DAY_MS);
    await setRate(service, shop.merchant, rate('2'));
    expect([await customer(await stored(first.id)), await customer(second)]).toEqual(['new', 'returning']);
    const marks = await dirtyDaysOf(service.table, shop.merchant.id);
    expect(marks.filter(({ markedAt }) => markedAt === world.clock.now).map(({ from }) => from)).toEqual([
      DAY,
      addDays(DAY, 3),
    ]);
  });

  it('that a whole file of rates brings is put right with all that the file reaches', async () => {
    const shop = await aShop(service);
    const at = (days: number) => TEST_NOW - days * DAY_MS;
    const orders = await Promise.all(
      [0, 3, 6, 9, 40].map((days) =>
        told(shop, String(days), aForeignOrder({ placedAt: at(days), updatedAt: at(days) })),
      ),
    );
    const rates = [9, 5, 2].map((days) => rate(`1.${days}`, { date: addDays(DAY, -days) }));
    expect(await importRates(service, shop.merchant, rates)).toEqual({ accepted: 3, duplicates: 0, kept: 0 });
    const after = await Promise.all(orders.map(({ id }) => stored(id)));
    expect(after.map(({ fold }) => fold.fx?.rate ?? fold.state)).toEqual(['1.2', '1.5', '1.9', '1.9', 'fx_missing']);
  });
});

describe('a file of some days', () => {
  it('imported while others of the same days are set by hand loses none of them', async () => {
    const shop = await aShop(service);
    const dates = Array.from({ length: 10 }, (_, i) => addDays(DAY, -i));
    await Promise.all([
      importRates(
        service,
        shop.merchant,
        dates.map((date) => rate('1.1', { date })),
      ),
      ...dates.map((date) => setRate(service, shop.merchant, rate('160', { date, quote: 'JPY' }))),
    ]);
    const days = await ratesBetween(service.table, shop.merchant.id, addDays(DAY, -9), DAY);
    expect(days.map(({ quotes }) => Object.keys(quotes).sort())).toEqual(dates.map(() => ['JPY', 'USD']));
  });
});

describe('an order whose rate changes', () => {
  it('has the days marked that something happened to it on', async () => {
    const shop = await aShop(service);
    await setRate(service, shop.merchant, rate('2'));
    const { id } = await told(shop, '1', aForeignOrder());
    await told(shop, '1', { type: 'refund', refund: aRefund({ refundedAt: TEST_NOW + 2 * DAY_MS }) });
    world.clock.advance(DAY_MS);
    await setRate(service, shop.merchant, rate('3'));
    const marks = await dirtyDaysOf(service.table, shop.merchant.id);
    const fresh = marks.filter(({ markedAt }) => markedAt === world.clock.now);
    expect(fresh.map(({ from }) => from)).toEqual([DAY, addDays(DAY, 2)]);
    expect((await stored(id)).fold.booked?.net).toBe(15_000);
    expect(await netOfDay(shop)).toEqual([15_000, 30_000]);
    expect(await netOfDay(shop, addDays(DAY, 2))).toEqual([0, -15_000]);
  });

  it('follows from events and rates alone, in whatever order they came', async () => {
    const events: OrderEvent[] = [
      aForeignOrder({ payment: 'pending' }),
      aForeignOrder({ updatedAt: TEST_NOW + 1 }),
      { type: 'refund', refund: aRefund({ refundedAt: TEST_NOW + 2 }) },
    ];
    const rates = [rate('1.1', { date: addDays(DAY, -3) }), rate('0.9', { base: 'USD', quote: 'EUR' }), rate('1.0837')];
    const steps = [...events.map((event) => ({ event })), ...rates.map((supplied) => ({ supplied }))];
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(steps, { minLength: steps.length }), async (told_) => {
        const shop = await aShop(service);
        let orderId: string | null = null;
        for (const step of told_) {
          if ('event' in step) orderId = (await delivered(service, shop, '1', step.event)).orderId;
          else await setRate(service, shop.merchant, step.supplied);
        }
        const { fold, entries } = await stored(orderId);
        expect(fold).toMatchObject({ state: 'paid', fx: { rate: '1.0837', on: DAY }, booked: { gross: 13_004 } });
        // 100.00 and 50.00 of 108.37 and 54.185.
        expect(entries.map(({ refunds }) => refunds)).toEqual([10_837 - 5_419]);
      }),
      { numRuns: 12 },
    );
  });
});

describe('what it costs', () => {
  /** The rates and pointers that a delivery asks the table for, or writes. */
  const asked = async (shop: Shop, externalId: string, event: OrderEvent) => {
    const { table, requests } = recordedTable(service.table);
    await delivered({ ...service, table }, shop, externalId, event);
    return requests.flatMap(({ operation, keys }) =>
      keys.filter((key) => key.startsWith('FX')).map((key) => `${operation} ${key.slice(0, 3)}`),
    );
  };

  it('is nothing for an order of the merchant’s own currency, and for one that does not count', async () => {
    const shop = await aShop(service);
    expect(await asked(shop, '1', aSnapshot())).toEqual([]);
    expect(await asked(shop, '2', aForeignOrder({ payment: 'pending' }))).toEqual([]);
    expect(await asked(shop, '3', aForeignOrder({ test: true }))).toEqual([]);
  });

  it('is one query for an order of another, and one small write the first time', async () => {
    const shop = await aShop(service);
    await mergeRates(service.table, shop.merchant.id, {
      ...{ date: DAY, base: 'EUR', quotes: { USD: { rate: '2', source: 'test', setAt: 1 } } },
    });
    expect(await asked(shop, '1', aForeignOrder())).toEqual(['Query FXR', 'Put FXO']);
    expect(await asked(shop, '1', aForeignOrder({ updatedAt: TEST_NOW + 1, gross: 13_000 }))).toEqual(['Query FXR']);
    expect(await asked(shop, '1', aForeignOrder({ updatedAt: TEST_NOW + 2, placedAt: TEST_NOW + DAY_MS }))).toEqual([
      ...['Query FXR', 'Put FXO'],
    ]);
  });

  it('is foreseen: an event that tells a booked order nothing new marks no day of it', async () => {
    const shop = await aShop(service);
    await setRate(service, shop.merchant, rate('2'));
    const { id: orderId, version } = await told(shop, '1', aForeignOrder());
    const { events } = await readOrderPartition(service.table, orderId);
    const again = {
      ...{ id: `${events[0]?.id.slice(0, -1)}x`, topic: 'again', shopEventId: 'again', receivedAt: TEST_NOW },
      ...{ merchantId: shop.merchant.id, storeId: shop.storeId, platform: 'standard', state: 'received' as const },
      ...{ reason: null, detail: null, orderId, orderExternalId: '1', attempts: 0, bodyBytes: 0 },
      event: aForeignOrder(),
    };
    expect(await foresee(service, shop.merchant, again)).toMatchObject({ nothingNewTo: version });
    await setRate(service, shop.merchant, rate('3'));
    expect(await foresee(service, shop.merchant, again)).toMatchObject({ nothingNewTo: version + 1 });
  });
});
