// Deliveries of one order against a real table: any order, any repetition, any number at once give what the fold gives.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReceivedOrderEvent } from '../../lib/domain/orders/events.ts';
import { foldOrder } from '../../lib/domain/orders/fold.ts';
import { applyEvents } from '../../lib/flows/apply-events.ts';
import type { Service } from '../../lib/flows/service.ts';
import { laterOrders } from '../../lib/table/customers.ts';
import { dirtyDaysOf } from '../../lib/table/dirty-days.ts';
import { entriesBetween } from '../../lib/table/ledger-entries.ts';
import { adoptEvent, orderById, ordersBetween, readOrderPartition } from '../../lib/table/orders.ts';
import { aFreshMerchant, anIdentity, received } from '../support/fresh.ts';
import { aRefund, aSnapshot, PLACED_AT } from '../support/payloads/order-events.ts';
import type { aMerchant } from '../support/records.ts';
import { type TestService, testService } from '../support/service.ts';
import { failingTable, TableDown, wrappedTable } from '../support/wrapped-table.ts';

const MINUTE = 60_000;
const DAY_MS = 86_400_000;

let world: TestService;
let service: Service;
beforeAll(async () => {
  world = await testService();
  service = world.service;
});
afterAll(() => world.close());

const deliver = async (
  merchant: ReturnType<typeof aMerchant>,
  identity: ReturnType<typeof anIdentity>,
  event: ReceivedOrderEvent,
  on: Service = service,
) => {
  await adoptEvent(on.table, identity.id, event);
  return applyEvents(on, merchant, identity);
};

const byId = <T extends { readonly id: string }>(all: readonly T[]) => all.toSorted((a, b) => (a.id < b.id ? -1 : 1));

/** The stored order against the pure fold of its events. */
const expectFolded = async (id: string, events: readonly ReceivedOrderEvent[]) => {
  const { entries, ...fold } = foldOrder(events);
  const partition = await readOrderPartition(service.table, id);
  expect(partition.order?.fold).toEqual(fold);
  expect(byId(partition.entries)).toEqual(byId(entries));
};

const shuffled = <T>(all: readonly T[], seed: number): T[] =>
  fc.sample(fc.shuffledSubarray([...all], { minLength: all.length }), { seed, numRuns: 1 })[0] as T[];

describe('deliveries of one order', () => {
  it.each([1, 2, 3])('fifty at once, in any order, give what the fold gives (%i)', async (seed) => {
    const merchant = aFreshMerchant();
    const identity = anIdentity();
    const customerKeys = ['k1', 'k2'].map((key) => `${key}-${identity.id}`);
    const edits = Array.from({ length: 20 }, (_, i) =>
      received(
        aSnapshot({
          updatedAt: PLACED_AT + i * 1000,
          gross: 12_000 + i * 10,
          payment: i < 5 ? 'pending' : 'paid',
          customerKeys: i % 3 === 0 ? customerKeys : customerKeys.slice(0, 1),
        }),
      ),
    );
    const refunds = Array.from({ length: 5 }, (_, i) =>
      received({ type: 'refund', refund: aRefund({ id: `r${i}`, items: 100, refundedAt: PLACED_AT + i * DAY_MS }) }),
    );
    const events = [...edits, ...refunds];
    const deliveries = shuffled([...events, ...events], seed);
    expect(deliveries).toHaveLength(50);
    await Promise.all(deliveries.map((event) => deliver(merchant, identity, event)));
    await expectFolded(identity.id, events);
    for (const key of customerKeys) {
      const held = await laterOrders(service.table, merchant.id, key, 0);
      expect(held.map(({ orderId, counts }) => [orderId, counts])).toEqual([[identity.id, true]]);
    }
  });

  it('that repeat change nothing, not even on an engine that returns attributes in another order', async () => {
    const merchant = aFreshMerchant();
    const identity = anIdentity();
    const events = [
      received(aSnapshot({ customerKeys: [`k-${identity.id}`] })),
      received({ type: 'refund', refund: aRefund({ id: 'r2' }) }),
      received({ type: 'refund', refund: aRefund({ id: 'r1', items: 10 }) }),
      received({ type: 'cancellation', cancelledAt: PLACED_AT + DAY_MS }),
    ];
    for (const event of events) await deliver(merchant, identity, event);
    const before = await orderById(service.table, identity.id);
    const writes: string[] = [];
    const table = wrappedTable(service.table, async (request, send) => {
      if (request.operation !== 'Query' && request.operation !== 'BatchGet') writes.push(request.operation);
      return turned(await send()) as Record<string, unknown>;
    });
    await applyEvents({ ...service, table }, merchant, identity);
    expect(writes).toEqual([]);
    expect(await orderById(service.table, identity.id)).toEqual(before);
  });

  it('of a refund before its order wait, then count', async () => {
    const merchant = aFreshMerchant();
    const identity = anIdentity();
    const refund = received({ type: 'refund', refund: aRefund() });
    const waiting = await deliver(merchant, identity, refund);
    expect(waiting.fold.state).toBe('awaiting_order');
    expect((await readOrderPartition(service.table, identity.id)).entries).toEqual([]);
    const snapshot = received(aSnapshot(), PLACED_AT + MINUTE);
    const order = await deliver(merchant, identity, snapshot);
    expect(order.fold).toMatchObject({ state: 'paid', current: { refunds: 5000, net: 5000 } });
    await expectFolded(identity.id, [refund, snapshot]);
    const listed = await Array.fromAsync(ordersBetween(service.table, merchant.id, {}));
    expect(listed.map(({ order: { id, listedAt } }) => [id, listedAt])).toEqual([[identity.id, PLACED_AT]]);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('cut short before request %i are finished by the next', async (nth) => {
    const merchant = aFreshMerchant();
    const identity = anIdentity();
    const key = `k-${identity.id}`;
    const events = [
      received(aSnapshot({ payment: 'pending', customerKeys: [key] })),
      received(aSnapshot({ updatedAt: PLACED_AT + 1, customerKeys: [key] })),
      received({ type: 'refund', refund: aRefund({ refundedAt: PLACED_AT + DAY_MS }) }),
    ];
    await deliver(merchant, identity, events[0] as ReceivedOrderEvent);
    for (const event of events) await adoptEvent(service.table, identity.id, event);
    const broken = failingTable(service.table, (count) => count >= nth);
    await applyEvents({ ...service, table: broken }, merchant, identity).catch((error) =>
      expect(error).toBeInstanceOf(TableDown),
    );
    await applyEvents(service, merchant, identity);
    await expectFolded(identity.id, events);
    expect(await laterOrders(service.table, merchant.id, key, 0)).toMatchObject([
      { orderId: identity.id, counts: true },
    ]);
  });

  it('mark every day whose figures they change, before they change them', async () => {
    const merchant = aFreshMerchant({ data: { timeZone: 'America/New_York' } });
    const identity = anIdentity();
    const midnight = Date.parse('2026-11-20T04:30:00Z');
    const order = ['Put', 'BatchWrite'];
    const writes: string[] = [];
    const table = wrappedTable(service.table, (request, send) => {
      const item = request.input.Item as { pk: string } | undefined;
      if (order.includes(request.operation)) writes.push(item?.pk.slice(0, 3) ?? 'LED');
      return send();
    });
    await adoptEvent(service.table, identity.id, received(aSnapshot({ placedAt: midnight, updatedAt: midnight })));
    const refund = aRefund({ refundedAt: midnight + 30 * MINUTE });
    await adoptEvent(service.table, identity.id, received({ type: 'refund', refund }));
    await applyEvents({ ...service, table }, merchant, identity);
    expect(writes).toEqual(['DRT', 'DRT', 'LED', 'ORD']);
    const marks = await dirtyDaysOf(service.table, merchant.id);
    expect(marks.map(({ from, to }) => [from, to])).toEqual([
      ['2026-11-19', '2026-11-19'],
      ['2026-11-20', '2026-11-20'],
    ]);
  });
});

describe('an order in another currency', () => {
  it('waits for a rate and counts nowhere', async () => {
    const merchant = aFreshMerchant();
    const identity = anIdentity();
    await deliver(merchant, identity, received(aSnapshot({ currency: 'EUR' })));
    const order = await deliver(merchant, identity, received({ type: 'refund', refund: aRefund() }));
    expect(order.fold).toMatchObject({ state: 'fx_missing', sale: null, currency: 'EUR', current: { gross: 12_000 } });
    const entries = await entriesBetween(service.table, merchant.id, 0, Date.parse('2030-01-01'));
    expect(entries).toEqual([]);
  });
});

/** The same data with every map's attributes in reverse. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, turned(inner)]),
  );
}
