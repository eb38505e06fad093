// Imports cut short at each of their requests, sent again, sent twice at once, and beside the shop's own webhooks.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readImportedOrder } from '../../lib/connectors/imported-order.ts';
import type { StoreData } from '../../lib/domain/entities.ts';
import { importOrders, type OrderLine } from '../../lib/flows/import-orders.ts';
import { addedUp } from '../../lib/flows/import-outcome.ts';
import { orderIdOf } from '../../lib/flows/inbox-event.ts';
import type { Service } from '../../lib/flows/service.ts';
import { sweep } from '../../lib/flows/sweep.ts';
import { fingerprint } from '../../lib/platform/ids.ts';
import { laterOrders } from '../../lib/table/customers.ts';
import { dirtyDaysOf } from '../../lib/table/dirty-days.ts';
import { asFailed, eventsOf, settleEvent } from '../../lib/table/inbox.ts';
import { entriesBetween } from '../../lib/table/ledger-entries.ts';
import { orderById } from '../../lib/table/orders.ts';
import { aSnapshot } from '../support/payloads/order-events.ts';
import { aRecord } from '../support/records.ts';
import { TEST_NOW, type TestService, testService } from '../support/service.ts';
import { aShop, delivered, keptOnly, type Shop } from '../support/shop.ts';
import { beforeFirst, failingTable, sortKeyPut, TableDown, wrappedTable } from '../support/wrapped-table.ts';

const DAY_MS = 86_400_000;

let world: TestService;
let service: Service;
beforeAll(async () => {
  world = await testService();
  service = world.service;
});
afterAll(() => world.close());

const iso = (at: number) => new Date(at).toISOString();

const storeOf = ({ storeId, merchant }: Shop) => {
  const data: StoreData = { name: 'Shop', platform: 'standard', domain: 'd', secrets: [], credentials: {} };
  return aRecord('store', data, { id: storeId, merchantId: merchant.id });
};

/** A line as the API reads it: 60.00 placed two days ago, for a customer of its own. */
const lineOf = (shop: Shop, line: number, over: Record<string, unknown> = {}): OrderLine => {
  const reading = readImportedOrder({
    ...{ storeId: shop.storeId, externalId: `order-${line}`, placedAt: iso(TEST_NOW - 2 * DAY_MS), currency: 'USD' },
    ...{ itemsTotal: 6_000, customer: { email: `c${line}@example.com` } },
    refunds: [{ externalId: 'r', amount: 1_000, refundedAt: iso(TEST_NOW - DAY_MS) }],
    ...over,
  });
  if (!('order' in reading)) throw new Error(reading.message);
  return { line, store: storeOf(shop), order: reading.order, bytes: 300 };
};

const ran = async (on: Service, shop: Shop, lines: readonly OrderLine[]) => {
  const { accepted, duplicates, rejected } = addedUp(await importOrders(on, shop.merchant, lines));
  return [accepted, duplicates, rejected.length];
};

const orderIn = (shop: Shop, externalId: string) => orderById(service.table, orderIdOf(shop.storeId, externalId));

/** Everything that follows from the lines: orders, what leads to their entries, customers, states of events, marks. */
const outcome = async (shop: Shop, externalIds: readonly string[]) => {
  const orders = await Promise.all(externalIds.map((id) => orderIn(shop, id)));
  const entries = await entriesBetween(service.table, shop.merchant.id, TEST_NOW - 9 * DAY_MS, TEST_NOW);
  const events = await Array.fromAsync(eventsOf(service.table, shop.merchant.id));
  const marks = await dirtyDaysOf(service.table, shop.merchant.id);
  const held = orders.flatMap((order) =>
    (order?.fold.customerKeys ?? []).map((key) => laterOrders(service.table, shop.merchant.id, key, 0)),
  );
  return {
    orders: orders.map((order) => [order?.fold.state, order?.fold.current.net]),
    entries: entries.map(({ entry }) => [entry.type, entry.at, entry.refunds]),
    events: events.map(({ event }) => event.state),
    customers: (await Promise.all(held)).map((all) => all.length),
    days: new Set(marks.flatMap(({ from, to }) => [from, to])),
  };
};

const WHOLE = {
  orders: [
    ['paid', 5_000],
    ['paid', 5_000],
  ],
  entries: [
    ['refund', TEST_NOW - DAY_MS, 1_000],
    ['refund', TEST_NOW - DAY_MS, 1_000],
  ],
  events: ['applied', 'applied'],
  customers: [1, 1],
  days: new Set(['2026-11-18', '2026-11-19']),
};

const IDS = ['order-1', 'order-2'];

describe('an import of orders', () => {
  it('brings about all that follows from its lines, and again nothing', async () => {
    const shop = await aShop(service);
    const lines = [lineOf(shop, 1), lineOf(shop, 2)];
    expect(await ran(service, shop, lines)).toEqual([2, 0, 0]);
    expect(await outcome(shop, IDS)).toEqual(WHOLE);
    const before = await orderIn(shop, 'order-1');
    expect(await ran(service, shop, lines)).toEqual([0, 2, 0]);
    expect(await orderIn(shop, 'order-1')).toEqual(before);
  });

  it('has ids from which nobody without the key can tell whose order it was', async () => {
    const shop = await aShop(service);
    const line = lineOf(shop, 1);
    await ran(service, shop, [line]);
    const guessed = fingerprint(shop.storeId, 'import', JSON.stringify(line.order.snapshot));
    const [kept] = await Array.fromAsync(eventsOf(service.table, shop.merchant.id));
    expect(kept?.event.shopEventId).toMatch(/^[\w-]{16}$/);
    expect(JSON.stringify(kept)).not.toContain(guessed);
  });

  it('applies a line that is sent again though its event was given up', async () => {
    const shop = await aShop(service);
    const lines = [lineOf(shop, 1), lineOf(shop, 2)];
    const table = failingTable(service.table, (_count, request) => sortKeyPut(request) === 'ORD');
    expect(await ran({ ...service, table }, shop, lines)).toEqual([0, 0, 2]);
    for await (const { event } of eventsOf(service.table, shop.merchant.id)) {
      await settleEvent(
        service.table,
        event,
        asFailed(event, { reason: 'could_not_be_applied', detail: '' }, undefined),
      );
    }
    expect(await ran(service, shop, lines)).toEqual([2, 0, 0]);
    expect(await outcome(shop, IDS)).toEqual(WHOLE);
  });

  it('cut short before any of its requests is completed by sending it again', async () => {
    for (let request = 1, failed = true; failed; request++) {
      const shop = await aShop(service);
      const lines = [lineOf(shop, 1), lineOf(shop, 2)];
      let dead = false;
      const table = failingTable(service.table, (count) => {
        dead ||= count === request;
        return dead;
      });
      await ran({ ...service, table }, shop, lines).catch((error) => expect(error).toBeInstanceOf(TableDown));
      failed = dead;
      const [accepted = 0, duplicates = 0, rejected] = await ran(service, shop, lines);
      expect([accepted + duplicates, rejected]).toEqual([2, 0]);
      expect(await outcome(shop, IDS)).toEqual(WHOLE);
    }
  });

  it('cut short once its events are kept is completed by the sweep alone', async () => {
    for (const dying of ['BatchWrite ORD', 'BatchWrite mark', 'Put ORD']) {
      const shop = await aShop(service);
      let kept = false;
      const table = wrappedTable(service.table, async (request, send) => {
        const text = JSON.stringify(request.input);
        const isEvents = request.operation === 'BatchWrite' && text.includes('EVT#');
        const after = dying.startsWith('Put')
          ? sortKeyPut(request) === 'ORD'
          : kept && request.operation === 'BatchWrite';
        if (after) throw new TableDown(dying);
        kept ||= isEvents;
        return send();
      });
      const cut = ran({ ...service, table }, shop, [lineOf(shop, 1), lineOf(shop, 2)]);
      const ended = await cut.catch((error) => error);
      expect(ended instanceof TableDown || ended[2] === 2).toBe(true);
      world.clock.advance(2 * 60_000);
      await sweep(service);
      expect(await outcome(shop, IDS)).toMatchObject({ ...WHOLE, days: expect.anything() });
    }
  });

  it('beside itself stores each line once', async () => {
    const shop = await aShop(service);
    const lines = [lineOf(shop, 1), lineOf(shop, 2)];
    await Promise.all(Array.from({ length: 6 }, () => ran(service, shop, lines)));
    const { days: _days, ...rest } = WHOLE;
    expect(await outcome(shop, IDS)).toMatchObject(rest);
    expect((await orderIn(shop, 'order-1'))?.fold.current.refunds).toBe(1_000);
  });

  it('beside webhooks of the same orders leaves each order as all of them tell it', async () => {
    const shop = await aShop(service);
    const numbers = Array.from({ length: 20 }, (_, i) => i + 1);
    const lines = numbers.map((number) => lineOf(shop, number));
    const told = {
      placedAt: TEST_NOW - 2 * DAY_MS,
      updatedAt: TEST_NOW - DAY_MS + 1_000,
      gross: 7_000,
      discounts: 0,
      lines: [],
    };
    const webhooks = numbers.map((number) => delivered(service, shop, `order-${number}`, aSnapshot(told)));
    await Promise.all([ran(service, shop, lines), ...webhooks, ran(service, shop, lines)]);
    const nets = await Promise.all(numbers.map(async (number) => (await orderIn(shop, `order-${number}`))?.fold));
    // The webhook's telling is the newer, and the refund is the line's.
    expect(nets.map((fold) => [fold?.current.gross, fold?.current.net])).toEqual(numbers.map(() => [7_000, 6_000]));
    const events = await Array.fromAsync(eventsOf(service.table, shop.merchant.id));
    expect(new Set(events.map(({ event }) => event.state))).toEqual(new Set(['applied']));
  });

  it('that a webhook overtakes just before the state is written goes the ordinary way', async () => {
    const shop = await aShop(service);
    const webhook = () =>
      delivered(service, shop, 'order-1', aSnapshot({ updatedAt: TEST_NOW, gross: 9_000, discounts: 0, lines: [] }));
    const table = beforeFirst(service.table, 'ORD', webhook);
    expect(await ran({ ...service, table }, shop, [lineOf(shop, 1)])).toEqual([1, 0, 0]);
    expect((await orderIn(shop, 'order-1'))?.fold.current).toMatchObject({ gross: 9_000, refunds: 1_000 });
    const events = await Array.fromAsync(eventsOf(service.table, shop.merchant.id));
    expect(events.map(({ event }) => event.state)).toEqual(['applied', 'applied']);
  });

  it('that finds an event whose writer died leaves it to the sweep, and both count', async () => {
    const shop = await aShop(service);
    const refund = { id: 'w', refundedAt: TEST_NOW - DAY_MS, items: 500, shipping: 0, tax: 0, lines: [] };
    await keptOnly(service, shop, 'order-1', { type: 'refund', refund });
    await ran(service, shop, [lineOf(shop, 1)]);
    world.clock.advance(2 * 60_000);
    await sweep(service);
    expect((await orderIn(shop, 'order-1'))?.fold.current.refunds).toBe(1_500);
  });

  it('of more tellings of one order than its state can note applies them all', async () => {
    const shop = await aShop(service);
    const lines = Array.from({ length: 20 }, (_, i) => ({
      ...lineOf(shop, 1, { itemsTotal: 6_000 + i, updatedAt: iso(TEST_NOW - i * 1_000) }),
      line: i + 1,
    }));
    expect(await ran(service, shop, lines)).toEqual([20, 0, 0]);
    expect((await orderIn(shop, 'order-1'))?.fold.current.gross).toBe(6_000);
    const events = await Array.fromAsync(eventsOf(service.table, shop.merchant.id));
    expect(events.map(({ event }) => event.state)).toEqual(lines.map(() => 'applied'));
    expect(await ran(service, shop, lines)).toEqual([0, 20, 0]);
  });

  it('moves an order that was placed at another time than was told before', async () => {
    const shop = await aShop(service);
    await ran(service, shop, [lineOf(shop, 1)]);
    const placedAt = iso(TEST_NOW - 3 * DAY_MS);
    await ran(service, shop, [lineOf(shop, 1, { placedAt, updatedAt: iso(TEST_NOW) })]);
    const order = await orderIn(shop, 'order-1');
    expect(order?.listedAt).toBe(Date.parse(placedAt));
    const held = await laterOrders(service.table, shop.merchant.id, order?.fold.customerKeys[0] ?? '', 0);
    expect(held.map((one) => one.placedAt)).toEqual([Date.parse(placedAt)]);
  });

  it('keeps what it could not apply, says so, and leaves the others be', async () => {
    const shop = await aShop(service);
    const [first, second] = [lineOf(shop, 1), lineOf(shop, 2)];
    const poisoned = orderIdOf(shop.storeId, 'order-1');
    const table = wrappedTable(service.table, async (request, send) => {
      const isState = sortKeyPut(request) === 'ORD' && JSON.stringify(request.input).includes(poisoned);
      if (isState) throw new Error('too large');
      return send();
    });
    const answer = addedUp(await importOrders({ ...service, table }, shop.merchant, [first, second]));
    expect(answer).toMatchObject({ accepted: 1, rejected: [{ line: 1, code: 'not_applied' }] });
    expect(await ran(service, shop, [first, second])).toEqual([1, 1, 0]);
    expect(await outcome(shop, IDS)).toMatchObject({ orders: WHOLE.orders, events: WHOLE.events });
  });

  it('marks every day since where very many customers are new', async () => {
    const shop = await aShop(service, { createdAt: TEST_NOW - 9 * DAY_MS });
    const placedAt = iso(TEST_NOW - 4 * DAY_MS);
    const lines = Array.from({ length: 101 }, (_, i) => lineOf(shop, i + 1, { placedAt, refunds: [] }));
    await ran(service, shop, lines);
    const marks = (await dirtyDaysOf(service.table, shop.merchant.id)).map(({ from, to }) => `${from} ${to}`);
    expect(marks.sort()).toEqual(['2026-11-16 2026-11-16', '2026-11-16 2026-11-19', '2026-11-20 2026-11-20']);
  });
});
