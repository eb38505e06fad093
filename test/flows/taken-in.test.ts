// Which events an order's state has taken in: told by the state, exact when deliveries cross, bounded, and read beside
// what older versions stored.
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countsForCustomer, foldOrder } from '../../lib/domain/orders/fold.ts';
import { sweep } from '../../lib/flows/sweep.ts';
import { derivedId } from '../../lib/platform/ids.ts';
import { eventById, eventIdOf, eventsOf } from '../../lib/table/inbox.ts';
import { keys, listedAt, listings } from '../../lib/table/keys.ts';
import { entriesBetween } from '../../lib/table/ledger-entries.ts';
import { orderById, readOrderPartition } from '../../lib/table/orders.ts';
import { getItem, putItem } from '../../lib/table/table.ts';
import {
  aDeliveringShop,
  type DeliveringShop,
  deliverTold,
  ORDER,
  orderTold,
  type Told,
} from '../support/deliveries.ts';
import { anEvent, aRefund, aSnapshot, PLACED_AT } from '../support/payloads/order-events.ts';
import { type TestService, testService } from '../support/service.ts';
import { sortKeyPut, TableDown, wrappedTable } from '../support/wrapped-table.ts';

let world: TestService;
let service: TestService['service'];
beforeAll(async () => {
  world = await testService();
  service = world.service;
});
afterAll(() => world.close());

const idOf = ({ storeId }: DeliveringShop) => derivedId('ord', storeId, ORDER);
const orderOf = (shop: DeliveringShop) => orderById(service.table, idOf(shop));
const kept = async (told: Promise<Awaited<ReturnType<typeof deliverTold>>>) => {
  const received = await told;
  if (received.outcome !== 'kept') throw new Error(received.outcome);
  return received;
};
const statesOf = async ({ merchantId }: DeliveringShop) =>
  (await Array.fromAsync(eventsOf(service.table, merchantId))).map(({ event }) => event.state);

describe('an event that tells nothing new', () => {
  // A payment that bounced: the earlier one is no news while the order is unpaid, and the sale once it is paid again.
  const BOUNCED: Told = ['order.updated', orderTold(5, { payment: 'failed' })];
  const FIRST_PAID: Told = ['order.paid', orderTold(1)];
  const PAID_AGAIN: Told = ['order.paid', orderTold(9, { itemsTotal: 15_000 })];

  /** Delivers it while another, to which it is news, is applied between the look at the order and the keeping. */
  const overtaken = (shop: DeliveringShop, dies: boolean) => {
    let met = false;
    const table = wrappedTable(service.table, async (request, send) => {
      if (met && dies) throw new TableDown('dead');
      const isEvent = request.operation === 'Put' && JSON.stringify(request.input).includes('EVT#');
      if (!isEvent || met) return send();
      await deliverTold(service, shop, PAID_AGAIN);
      const answer = await send();
      met = true;
      return answer;
    });
    return deliverTold({ ...service, table }, shop, FIRST_PAID);
  };

  it('is written once, beside its body and the mark of the day it came on', async () => {
    const shop = await aDeliveringShop(service);
    await deliverTold(service, shop, BOUNCED);
    const before = await orderOf(shop);
    const puts: string[] = [];
    const table = wrappedTable(service.table, (request, send) => {
      const written = JSON.stringify(request.input).match(/RAW#|DRT#|EVT#|"ORD"|CUS#|LED#/)?.[0];
      if (['Put', 'BatchWrite'].includes(request.operation)) puts.push(written ?? 'another');
      return send();
    });
    expect((await kept(deliverTold({ ...service, table }, shop, FIRST_PAID))).state).toBe('applied');
    expect(puts).toEqual(['RAW#', 'DRT#', 'EVT#']);
    expect(await orderOf(shop)).toEqual(before);
    expect(await statesOf(shop)).toEqual(['applied', 'applied']);
  });

  it('is news to an order that changed before it was kept', async () => {
    const shop = await aDeliveringShop(service);
    await deliverTold(service, shop, BOUNCED);
    expect((await kept(overtaken(shop, false))).state).toBe('applied');
    expect((await orderOf(shop))?.fold.sale?.gross).toBe(12_000);
  });

  it('waits when its writer died just then, and the sweep applies it', async () => {
    const shop = await aDeliveringShop(service);
    await deliverTold(service, shop, BOUNCED);
    expect((await kept(overtaken(shop, true))).state).toBe('received');
    expect((await orderOf(shop))?.fold.sale?.gross).toBe(15_000);
    expect((await statesOf(shop)).sort()).toEqual(['applied', 'applied', 'received']);
    world.clock.advance(2 * 60_000);
    await sweep(service);
    expect((await orderOf(shop))?.fold.sale?.gross).toBe(12_000);
    expect(await statesOf(shop)).toEqual(['applied', 'applied', 'applied']);
  });

  it('stays applied when a later one changes the order', async () => {
    const shop = await aDeliveringShop(service);
    for (const told of [BOUNCED, FIRST_PAID, PAID_AGAIN]) await deliverTold(service, shop, told);
    expect(await statesOf(shop)).toEqual(['applied', 'applied', 'applied']);
    expect((await orderOf(shop))?.folded).toHaveLength(3);
  });
});

describe('what a state notes', () => {
  it('are sixteen events at most; further ones say themselves that they are applied, with or without news', async () => {
    const shop = await aDeliveringShop(service);
    const edits = Array.from({ length: 20 }, (_, i): Told => ['order.paid', orderTold(1 + i, { tax: i })]);
    const noNews = Array.from({ length: 4 }, (_, i): Told => ['order.updated', orderTold(0, { name: `#${i}` })]);
    const own: string[] = [];
    for (const told of [...edits, ...noNews]) {
      const { id, state } = await kept(deliverTold(service, shop, told));
      expect(state).toBe('applied');
      const item = await getItem(service.table, keys.orderEvent(idOf(shop), id.slice(20)));
      own.push(String(item?.state));
      expect(await eventById(service.table, id)).toMatchObject({ state: 'applied', attempts: 1 });
    }
    expect(own).toEqual([...Array(16).fill('received'), ...Array(8).fill('applied')]);
    expect((await orderOf(shop))?.folded).toHaveLength(16);
  });
});

describe('more events without news, kept in the same instant, than a state notes', () => {
  it('stay applied, noted or by themselves, when a later one changes the order', async () => {
    const shop = await aDeliveringShop(service);
    await deliverTold(service, shop, ['order.paid', orderTold(5)]);
    const foreseen = Promise.withResolvers<void>();
    const noNews = Array.from({ length: 30 }, (_, i): Told => ['order.updated', orderTold(1, { name: `#${i}` })]);
    let waiting = 0;
    // None is kept before all have looked: each finds room for itself in the note.
    const table = wrappedTable(service.table, async (request, send) => {
      if (sortKeyPut(request)?.startsWith('EVT#') && ++waiting === noNews.length) foreseen.resolve();
      if (sortKeyPut(request)?.startsWith('EVT#')) await foreseen.promise;
      return send();
    });
    const patient = { ...service, table, freezes: true };
    await Promise.all(noNews.map((told) => deliverTold(patient, shop, told)));
    expect(await statesOf(shop)).toEqual(Array(31).fill('applied'));
    expect((await orderOf(shop))?.version).toBe(1);
    await deliverTold(service, shop, ['order.paid', orderTold(9, { itemsTotal: 15_000 })]);
    expect((await orderOf(shop))?.folded).toHaveLength(16);
    expect(await statesOf(shop)).toEqual(Array(32).fill('applied'));
  });
});

describe('items of older versions', () => {
  /** An order with a refund, as it was stored while every event and entry was an item that spoke for itself. */
  const storedBefore = async (shop: DeliveringShop) => {
    const id = idOf(shop);
    const at = world.clock.now;
    const ids = ['A', 'B', 'C'].map((letter) => eventIdOf(id.slice(4), letter.repeat(16)));
    const [placed, refunded, left] = [
      anEvent(aSnapshot({ name: 'x'.repeat(600) }), { id: ids[0] as string, receivedAt: at }),
      anEvent({ type: 'refund', refund: aRefund() }, { id: ids[1] as string, receivedAt: at }),
      anEvent({ type: 'refund', refund: aRefund({ id: 'r2', items: 1000 }) }, { id: ids[2] as string, receivedAt: at }),
    ];
    const gz = (part: unknown) => ({ gz: gzipSync(JSON.stringify(part)) });
    for (const told of [placed, refunded, left]) {
      await putItem(service.table, {
        ...keys.orderEvent(id, told.id.slice(20)),
        ...{ v: 1, ...told, event: told === placed ? gz(told.event) : told.event, attempts: 1 },
        ...{ merchantId: shop.merchantId, storeId: shop.storeId, platform: 'standard', shopEventId: told.id },
        ...{ state: told === left ? 'received' : 'applied', reason: null, detail: null, bodyBytes: 10 },
        ...{ orderId: id, orderExternalId: ORDER, listKey: listings.webhookEvents(shop.merchantId) },
        listOrder: listedAt(at, told.id),
      });
    }
    const { entries, ...fold } = foldOrder([placed, refunded]);
    for (const entry of entries) {
      const item = { ...keys.ledgerEntry(id, entry.id), v: 1, orderId: id, entry };
      const listOrder = listedAt(entry.at, `${id}#${entry.id}`);
      await putItem(service.table, { ...item, listKey: listings.ledger(shop.merchantId), listOrder });
    }
    await putItem(service.table, {
      ...keys.order(id),
      ...{ v: 1, id, merchantId: shop.merchantId, storeId: shop.storeId, externalId: ORDER, listedAt: PLACED_AT },
      ...{ version: 2, fold: gz(fold), listKey: listings.orders(shop.merchantId), listOrder: listedAt(PLACED_AT, id) },
    });
    return { events: [placed, refunded, left], fold, entries };
  };
  const entryIds = async (shop: DeliveringShop) =>
    (await entriesBetween(service.table, shop.merchantId, 0, world.clock.now)).map(({ entry }) => entry.id).sort();

  it('are read as they were, and what was left unapplied still waits', async () => {
    const shop = await aDeliveringShop(service);
    const { fold, entries } = await storedBefore(shop);
    const partition = await readOrderPartition(service.table, idOf(shop));
    expect(partition.order).toMatchObject({ fold, entries: [], folded: [], version: 2 });
    expect(partition.entries).toEqual(entries);
    expect(await entryIds(shop)).toEqual(['refund-r1']);
    expect((await statesOf(shop)).sort()).toEqual(['applied', 'applied', 'received']);
  });

  it('go on with new ones beside them', async () => {
    const shop = await aDeliveringShop(service);
    const { events } = await storedBefore(shop);
    await deliverTold(service, shop, ['refund.created', { externalId: 'r3', orderExternalId: ORDER, amount: 300 }]);
    const { order, entries } = await readOrderPartition(service.table, idOf(shop));
    expect(order?.fold.current.refunds).toBe(6_300);
    expect(countsForCustomer(order?.fold ?? { state: 'test', kind: 'sale' })).toBe(true);
    expect(entries.map(({ id }) => id).sort()).toEqual(['refund-r1', 'refund-r2', 'refund-r3']);
    expect(await entryIds(shop)).toEqual(['refund-r1', 'refund-r2', 'refund-r3']);
    expect(await statesOf(shop)).toEqual(Array(events.length + 1).fill('applied'));
  });
});
