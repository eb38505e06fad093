// Every kind of event, its writer dead before each of its writes: the sweep and the shop's own repeat bring about what an
// undisturbed delivery does, to the order, its ledger, its customers and the states of its events.
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MerchantData } from '../../lib/domain/entities.ts';
import { foldOrder } from '../../lib/domain/orders/fold.ts';
import { rollUpDay } from '../../lib/flows/compute-day.ts';
import { closeMerchants } from '../../lib/flows/night.ts';
import type { Service } from '../../lib/flows/service.ts';
import { sweep } from '../../lib/flows/sweep.ts';
import { derivedId } from '../../lib/platform/ids.ts';
import { clearMark, dirtyDaysOf } from '../../lib/table/dirty-days.ts';
import { eventsOf } from '../../lib/table/inbox.ts';
import { readOrderPartition } from '../../lib/table/orders.ts';
import { recordById } from '../../lib/table/records.ts';
import { readRollups } from '../../lib/table/rollups.ts';
import {
  aDeliveringShop,
  allOf,
  type DeliveringShop,
  deliverTold,
  ORDER,
  orderTold,
  type Told,
} from '../support/deliveries.ts';
import { type TestService, testService } from '../support/service.ts';
import { failingTable, sortKeyPut, TableDown, wrappedTable } from '../support/wrapped-table.ts';

let world: TestService;
let service: Service;
beforeAll(async () => {
  world = await testService();
  service = world.service;
});
afterAll(() => world.close());

const PAID: Told = ['order.paid', orderTold(1)];
const PENDING: Told = ['order.updated', orderTold(0, { payment: 'pending' })];
const EDITED: Told = ['order.updated', orderTold(5, { itemsTotal: 15_000 })];
const REFUNDED: Told = [
  'refund.created',
  { externalId: 'r1', orderExternalId: ORDER, amount: 500, refundedAt: '2026-11-20T10:20:00Z' },
];
const CANCELLED: Told = ['order.cancelled', { externalId: ORDER, cancelledAt: '2026-11-20T10:30:00Z' }];
/** Older than what is known: it tells nothing new. */
const OLDER: Told = ['order.updated', orderTold(1, { name: '#0' })];
const LATER_WITHOUT_NEWS: Told = ['order.updated', orderTold(9)];

/** What came before, and the event that is cut short. */
const KINDS: Readonly<Record<string, readonly [readonly Told[], Told]>> = {
  'a first order': [[], PAID],
  'a guest': [[], ['order.paid', orderTold(1, { customer: { email: 'guest@example.com' } })]],
  'a repeat that tells nothing new': [[EDITED], OLDER],
  'an update that changes no figure': [[PAID], LATER_WITHOUT_NEWS],
  'an update of the money': [[PAID], EDITED],
  'a payment': [[PENDING], PAID],
  'a refund': [[PAID, EDITED], REFUNDED],
  'a refund before its order': [[], REFUNDED],
  'an order after its refund': [[REFUNDED], PAID],
  'a cancellation': [[PAID, EDITED], CANCELLED],
  'an event of another topic': [[PAID], ['product.created', {}]],
};

const READS = new Set(['Get', 'Query', 'BatchGet']);

/** The service of a process that dies before its nth write; `writes` says how many it has begun. */
const dyingBefore = (nth: number) => {
  const life = { writes: 0 };
  const table = wrappedTable(service.table, (request, send) => {
    if (!READS.has(request.operation)) life.writes += 1;
    if (life.writes >= nth) throw new TableDown(`dead since write ${nth}`);
    return send();
  });
  return { service: { ...service, table }, life };
};

const deliverAndDie = async (shop: DeliveringShop, told: Told, nth: number) => {
  const { service: dying, life } = dyingBefore(nth);
  try {
    const received = await deliverTold(dying, shop, told);
    return { answered: received.outcome === 'kept', died: life.writes >= nth };
  } catch (error) {
    expect(error).toBeInstanceOf(TableDown);
    return { answered: false, died: true };
  }
};

const waiting = async ({ merchantId }: DeliveringShop) =>
  (await Array.fromAsync(eventsOf(service.table, merchantId))).filter(({ event }) => event.state === 'received');

/** Clears every mark, as a night does: what leads the sweep to the event is then of the event's own making. */
const closeAll = async ({ merchantId }: DeliveringShop) => {
  world.clock.advance(2 * 60_000);
  for (const mark of await dirtyDaysOf(service.table, merchantId)) {
    expect(await clearMark(service.table, mark, world.clock.now)).toBe(true);
  }
};

const toldBefore = async (before: readonly Told[]) => {
  const shop = await aDeliveringShop(service);
  for (const told of before) await deliverTold(service, shop, told);
  return shop;
};

describe('an event whose writer dies before any of its writes', () => {
  it.each(Object.entries(KINDS))(
    'is finished by the sweep: %s',
    async (_kind, [before, told]) => {
      const untroubled = await toldBefore(before);
      await deliverTold(service, untroubled, told);
      const wanted = await allOf(service, untroubled);
      for (let nth = 1; ; nth++) {
        const shop = await toldBefore(before);
        await closeAll(shop);
        const { answered, died } = await deliverAndDie(shop, told, nth);
        world.clock.advance(2 * 60_000);
        await sweep(service);
        expect(await waiting(shop)).toEqual([]);
        // What was answered for needs no repeat; what was not the shop sends again.
        if (!answered) await deliverTold(service, shop, told);
        expect(await allOf(service, shop)).toEqual(wanted);
        if (!died) break;
        expect(nth).toBeLessThan(12);
      }
    },
    60_000,
  );
});

/** An order of two days before the other of its customer, by which the other is no first one. */
const early = (minute: number, payment: string): Record<string, unknown> => ({
  ...orderTold(minute, { payment }),
  ...{ placedAt: '2026-11-17T10:00:00Z', updatedAt: `2026-11-17T10:${minute + 10}:00Z` },
});
const OTHER: Told = ['order.paid', { ...orderTold(1), externalId: '1002', placedAt: '2026-11-19T10:00:00Z' }];
const EARLY: Told = ['order.paid', early(1, 'paid')];

const BESIDE_ANOTHER: Readonly<Record<string, readonly [readonly Told[], Told]>> = {
  'an earlier order': [[OTHER], EARLY],
  'the payment of an earlier order': [[OTHER, ['order.updated', early(0, 'pending')]], EARLY],
  'the cancellation of an earlier order': [[OTHER, EARLY], CANCELLED],
  'the bounce of its payment': [
    [OTHER, EARLY],
    ['order.updated', early(9, 'failed')],
  ],
};

const DAYS = ['2026-11-17', '2026-11-19'] as const;

/** The days whose stored roll-up is another than the facts give, and that no mark will have computed again. */
const wrongForGood = async ({ merchantId }: DeliveringShop) => {
  const merchant = await recordById<MerchantData>(service.table, merchantId);
  if (!merchant) throw new Error('no merchant');
  const marks = await dirtyDaysOf(service.table, merchantId);
  const unmarked = DAYS.filter((day) => !marks.some(({ from, to }) => from <= day && day <= to));
  const rowsOf = async (day: string) => JSON.stringify((await readRollups(service.table, merchantId, [day]))[0]?.day);
  const wrong: string[] = [];
  for (const day of unmarked) {
    const held = await rowsOf(day);
    await rollUpDay(service, merchant, day);
    if ((await rowsOf(day)) !== held) wrong.push(day);
  }
  return wrong;
};

describe("an event that changes who is new on another order's day", () => {
  const night = async ({ merchantId }: DeliveringShop, on: Service = service) => {
    world.clock.advance(2 * 60_000);
    await closeMerchants(on, [merchantId], Number.POSITIVE_INFINITY);
  };
  /** Until then no look can write the state either. */
  const withoutStates = () => ({
    ...service,
    table: failingTable(service.table, (_count, request) => sortKeyPut(request) === 'ORD'),
  });

  it.each(Object.entries(BESIDE_ANOTHER))(
    'leaves no day wrong for good, its writer dead and a night gone by: %s',
    async (_kind, [before, told]) => {
      for (let nth = 1; ; nth++) {
        const shop = await toldBefore(before);
        await night(shop);
        expect(await dirtyDaysOf(service.table, shop.merchantId)).toEqual([]);
        const { answered, died } = await deliverAndDie(shop, told, nth);
        await night(shop, withoutStates());
        world.clock.advance(2 * 60_000);
        await sweep(service);
        if (!answered) await deliverTold(service, shop, told);
        expect(await waiting(shop)).toEqual([]);
        expect([nth, await wrongForGood(shop)]).toEqual([nth, []]);
        if (!died) break;
        expect(nth).toBeLessThan(12);
      }
    },
    60_000,
  );
});

/**
 * More events than a state notes. Many are no news when they come: what is told of an order whose payment bounced counts
 * once it is paid again.
 */
const MANY: readonly Told[] = [
  PENDING,
  ...Array.from({ length: 10 }, (_, i): Told => ['order.paid', orderTold(10 + i, { itemsTotal: 12_000 + 100 * i })]),
  ...Array.from({ length: 10 }, (_, i): Told => ['order.updated', orderTold(20 + i, { itemsTotal: 15_000 - 100 * i })]),
  ['order.updated', orderTold(40, { payment: 'failed' })],
  ['order.paid', orderTold(50, { itemsTotal: 16_000 })],
  REFUNDED,
  CANCELLED,
];

const shuffled = <T>(all: readonly T[], seed: number): T[] =>
  fc.sample(fc.shuffledSubarray([...all], { minLength: all.length }), { seed, numRuns: 1 })[0] as T[];

describe('fifty deliveries of one order', () => {
  it('would be missed, each of them but the first, which only says that it is not paid', async () => {
    const { storeId } = await toldBefore(MANY);
    const { events } = await readOrderPartition(service.table, derivedId('ord', storeId, ORDER));
    const missed = events.filter(
      (event) => !isDeepStrictEqual(foldOrder(events.filter((one) => one !== event)), foldOrder(events)),
    );
    expect([events.length, missed.length]).toEqual([25, 24]);
  });

  it.each([1, 2, 3])(
    'at once, in any order, are all applied once the last is answered (%i)',
    async (seed) => {
      const wanted = await allOf(service, await toldBefore(MANY));
      const shop = await aDeliveringShop(service);
      const patient = { ...service, freezes: true };
      await Promise.all(shuffled([...MANY, ...MANY], seed).map((told) => deliverTold(patient, shop, told)));
      expect(await allOf(service, shop)).toEqual(wanted);
    },
    60_000,
  );

  it.each([1, 2, 3])(
    'at once, in any order, and some of them cut short, are all applied (%i)',
    async (seed) => {
      const inTurn = await toldBefore(MANY);
      const wanted = await allOf(service, inTurn);
      const shop = await aDeliveringShop(service);
      const deliveries = shuffled([...MANY, ...MANY], seed);
      expect(deliveries).toHaveLength(50);
      const all = deliveries.map((told, i) => deliverAndDie(shop, told, i % 3 === 0 ? 1 + ((i * seed) % 9) : 1_000));
      await Promise.all(all);
      world.clock.advance(2 * 60_000);
      await sweep(service);
      expect(await waiting(shop)).toEqual([]);
      for (const told of MANY) await deliverTold(service, shop, told);
      expect(await allOf(service, shop)).toEqual(wanted);
    },
    60_000,
  );

  it('one after another, whatever comes first, give the same', async () => {
    const wanted = await allOf(service, await toldBefore(MANY));
    for (const seed of [4, 5, 6]) expect(await allOf(service, await toldBefore(shuffled(MANY, seed)))).toEqual(wanted);
  }, 60_000);
});
