// Who is a new customer: by either key, in whatever order orders are told, paid and taken back.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrderKind, ReceivedOrderEvent } from '../../lib/domain/orders/events.ts';
import { applyEvents } from '../../lib/flows/apply-events.ts';
import { customerOf as customerIn } from '../../lib/flows/attribute-order.ts';
import { createLookup } from '../../lib/flows/lookup.ts';
import type { Service } from '../../lib/flows/service.ts';
import { laterOrders } from '../../lib/table/customers.ts';
import { clearMark, dirtyDaysOf } from '../../lib/table/dirty-days.ts';
import { adoptEvent, orderById, type StoredOrder } from '../../lib/table/orders.ts';
import { aFreshMerchant, anIdentity, received } from '../support/fresh.ts';
import { aSnapshot, PLACED_AT } from '../support/payloads/order-events.ts';
import type { aMerchant } from '../support/records.ts';
import { type TestService, testService } from '../support/service.ts';
import { beforeFirst, TableDown, wrappedTable } from '../support/wrapped-table.ts';

const MINUTE = 60_000;
const DAY_MS = 86_400_000;

let world: TestService;
let service: Service;
beforeAll(async () => {
  world = await testService();
  service = world.service;
});
afterAll(() => world.close());

/** As a run that begins now tells it. */
const customerOf = (on: Service, ...[merchant, order]: [ReturnType<typeof aMerchant>, StoredOrder]) =>
  customerIn(on, merchant, order, createLookup(on.table));

const deliver = async (
  merchant: ReturnType<typeof aMerchant>,
  identity: ReturnType<typeof anIdentity>,
  event: ReceivedOrderEvent,
  on: Service = service,
) => {
  await adoptEvent(on.table, identity.id, event);
  return applyEvents(on, merchant, identity);
};

describe("a customer's orders", () => {
  const placedOn = (day: number, key: string) => aSnapshot({ placedAt: PLACED_AT + day * DAY_MS, customerKeys: [key] });

  it('are new and then returning, also when the earlier one is told later, which marks the later day', async () => {
    const merchant = aFreshMerchant();
    const key = `customer-${anIdentity().externalId}`;
    const [early, late] = [anIdentity(), anIdentity()];
    const lateOrder = await deliver(merchant, late, received(placedOn(5, key)));
    expect(await customerOf(service, merchant, lateOrder)).toBe('new');

    const marked = async () => (await dirtyDaysOf(service.table, merchant.id)).map(({ from }) => from);
    expect(await marked()).toEqual(['2026-11-25']);
    world.clock.advance(10 * MINUTE);
    const earlyOrder = await deliver(merchant, early, received(placedOn(2, key)));
    expect(await customerOf(service, merchant, earlyOrder)).toBe('new');
    expect(await customerOf(service, merchant, lateOrder)).toBe('returning');
    const marks = await dirtyDaysOf(service.table, merchant.id);
    expect(marks.map(({ from, markedAt }) => [from, markedAt])).toEqual([
      ['2026-11-22', world.clock.now],
      ['2026-11-25', world.clock.now],
    ]);
  });

  it('mark the later day again when the earlier one is written at last, its writer dead and a night gone by', async () => {
    const merchant = aFreshMerchant();
    const key = `customer-${anIdentity().externalId}`;
    const [early, late] = [anIdentity(), anIdentity()];
    const lateOrder = await deliver(merchant, late, received(placedOn(5, key)));
    const table = beforeFirst(service.table, 'ORD', () => Promise.reject(new TableDown('dead')));
    await expect(deliver(merchant, early, received(placedOn(2, key)), { ...service, table })).rejects.toThrow(
      TableDown,
    );
    world.clock.advance(DAY_MS);
    // The night finds no state of the earlier order: the later one is new, and its day done with.
    expect(await customerOf(service, merchant, lateOrder)).toBe('new');
    for (const mark of await dirtyDaysOf(service.table, merchant.id)) {
      expect(await clearMark(service.table, mark, world.clock.now)).toBe(true);
    }
    await applyEvents(service, merchant, early);
    expect(await customerOf(service, merchant, lateOrder)).toBe('returning');
    const marked = (await dirtyDaysOf(service.table, merchant.id)).map(({ from }) => from);
    expect(marked).toEqual(['2026-11-22', '2026-11-25']);
  });

  it('begin with a sale alone: whoever exchanges something bought it before, and renewals and gifts win nobody', async () => {
    const merchant = aFreshMerchant();
    const placed = (day: number, key: string, kind: OrderKind) =>
      deliver(merchant, anIdentity(), received({ ...placedOn(day, key), kind }));
    const customers = async (kinds: readonly OrderKind[]) => {
      const key = `customer-${anIdentity().externalId}`;
      const orders = [];
      for (const [day, kind] of kinds.entries()) orders.push(await placed(day, key, kind));
      return Promise.all(orders.map((order) => customerOf(service, merchant, order)));
    };
    expect(await customers(['exchange', 'sale'])).toEqual(['unknown', 'returning']);
    expect(await customers(['sale', 'exchange'])).toEqual(['new', 'returning']);
    expect(await customers(['sale', 'renewal'])).toEqual(['new', 'returning']);
    expect(await customers(['renewal', 'renewal', 'sale'])).toEqual(['unknown', 'unknown', 'new']);
    expect(await customers(['gift', 'sale'])).toEqual(['unknown', 'new']);
  });

  it('make the later one new again when the earlier one is cancelled', async () => {
    const merchant = aFreshMerchant();
    const key = `customer-${anIdentity().externalId}`;
    const [early, late] = [anIdentity(), anIdentity()];
    await deliver(merchant, early, received(placedOn(2, key)));
    const lateOrder = await deliver(merchant, late, received(placedOn(5, key)));
    expect(await customerOf(service, merchant, lateOrder)).toBe('returning');
    await deliver(merchant, early, received({ type: 'cancellation', cancelledAt: PLACED_AT + 3 * DAY_MS }));
    expect(await customerOf(service, merchant, lateOrder)).toBe('new');
  });

  it('count once when an order turns out to have been placed at another time', async () => {
    const merchant = aFreshMerchant();
    const key = `customer-${anIdentity().externalId}`;
    const identity = anIdentity();
    await deliver(merchant, identity, received(placedOn(0, key)));
    await deliver(merchant, identity, received({ ...placedOn(1, key), updatedAt: PLACED_AT + 2 * DAY_MS }));
    const held = await laterOrders(service.table, merchant.id, key, 0);
    expect(held.map(({ placedAt }) => placedAt)).toEqual([PLACED_AT + DAY_MS]);
  });

  it('stay in step when a slower delivery writes what it saw after a faster one is done', async () => {
    const merchant = aFreshMerchant();
    const identity = anIdentity();
    const key = `customer-${anIdentity().externalId}`;
    await adoptEvent(service.table, identity.id, received(aSnapshot({ payment: 'pending', customerKeys: [key] })));
    // The slow one has read the order as pending; before it writes, the payment comes and is applied.
    let overtaken = false;
    const table = wrappedTable(service.table, async (request, send) => {
      if (request.operation === 'Put' && !overtaken) {
        overtaken = true;
        const paid = received(aSnapshot({ updatedAt: PLACED_AT + 1, customerKeys: [key] }));
        await deliver(merchant, identity, paid);
      }
      return send();
    });
    await applyEvents({ ...service, table }, merchant, identity);
    expect((await orderById(service.table, identity.id))?.fold.state).toBe('paid');
    expect(await laterOrders(service.table, merchant.id, key, 0)).toMatchObject([{ counts: true }]);
  });

  it('are told apart in few requests, however many of them were never paid, and each is read once in a run', async () => {
    const merchant = aFreshMerchant();
    const key = `customer-${anIdentity().externalId}`;
    const unpaid = Array.from({ length: 150 }, (_, i) =>
      aSnapshot({ placedAt: PLACED_AT + i, payment: 'pending', customerKeys: [key] }),
    );
    await Promise.all(unpaid.map((told) => deliver(merchant, anIdentity(), received(told))));
    const first = await deliver(merchant, anIdentity(), received(placedOn(1, key)));
    const second = await deliver(merchant, anIdentity(), received(placedOn(2, key)));
    const requests: string[] = [];
    const table = wrappedTable(service.table, (request, send) => {
      requests.push(request.operation);
      return send();
    });
    const lookup = createLookup(table);
    expect(await customerIn({ ...service, table }, merchant, first, lookup)).toBe('new');
    expect(requests.length).toBeLessThan(20);
    const asked = requests.splice(0).filter((operation) => operation === 'BatchGet').length;
    expect(asked).toBeLessThan(10);
    expect(await customerIn({ ...service, table }, merchant, second, lookup)).toBe('returning');
    expect(requests.filter((operation) => operation !== 'Query')).toHaveLength(1);
  });

  it('are unknown without a customer, and before the record is said to reach back', async () => {
    const key = 'customer-unknown';
    const known = aFreshMerchant({ data: { customerHistoryFrom: '2026-11-21' } });
    const order = await deliver(known, anIdentity(), received(placedOn(0, key)));
    expect(await customerOf(service, known, order)).toBe('unknown');
    const next = await deliver(known, anIdentity(), received(placedOn(1, key)));
    expect(await customerOf(service, known, next)).toBe('returning');
    const nobody = await deliver(known, anIdentity(), received(aSnapshot()));
    expect(await customerOf(service, known, nobody)).toBe('unknown');
  });

  it('are found by e-mail and by id, also of one known by both who has ordered with either alone', async () => {
    const arrivals = fc.shuffledSubarray(['mail', 'both', 'id'] as const, { minLength: 3 });
    await fc.assert(
      fc.asyncProperty(arrivals, async (order) => {
        const merchant = aFreshMerchant();
        const keysOf = { mail: ['mail'], both: ['mail', 'id'], id: ['id'] };
        const dayOf = { mail: 1, both: 2, id: 3 };
        const orders = { mail: anIdentity(), both: anIdentity(), id: anIdentity() };
        for (const who of order) {
          const customerKeys = keysOf[who].map((key) => `${key}-${merchant.id}`);
          await deliver(merchant, orders[who], received({ ...placedOn(dayOf[who], ''), customerKeys }));
        }
        const judged = async (who: keyof typeof orders) => {
          const stored = await orderById(service.table, orders[who].id);
          return stored && customerOf(service, merchant, stored);
        };
        expect([await judged('mail'), await judged('both'), await judged('id')]).toEqual([
          'new',
          'returning',
          'returning',
        ]);
      }),
      { numRuns: 12 },
    );
  });

  /** What the delivery writes, in order, by the first letters of its key; marks with their day. */
  const watching = (writes: string[]): Service => ({
    ...service,
    table: wrappedTable(service.table, (request, send) => {
      const item = request.input.Item as { pk: string; sk: string } | undefined;
      if (request.operation === 'Put') {
        writes.push(item?.pk.startsWith('DRT#') ? (item.sk.split('#')[1] as string) : `${item?.pk.slice(0, 3)}`);
      }
      return send();
    }),
  });

  it.each([
    ['paid', aSnapshot({ payment: 'pending' }), aSnapshot({ updatedAt: PLACED_AT + 1 }), ['new', 'returning']],
    ['cancelled', aSnapshot(), { type: 'cancellation', cancelledAt: PLACED_AT + 1 }, ['returning', 'new']],
  ] as const)(
    'change with an earlier one that is %s, whose customers are not rewritten',
    async (_is, told, then, are) => {
      const merchant = aFreshMerchant();
      const key = `customer-${anIdentity().externalId}`;
      const [early, late] = [anIdentity(), anIdentity()];
      await deliver(merchant, early, received({ ...told, customerKeys: [key] }));
      const lateOrder = await deliver(merchant, late, received(placedOn(3, key)));
      expect(await customerOf(service, merchant, lateOrder)).toBe(are[0]);
      world.clock.advance(10 * MINUTE);
      const writes: string[] = [];
      const event = received(then.type === 'snapshot' ? { ...then, customerKeys: [key] } : then);
      await adoptEvent(service.table, early.id, event);
      await applyEvents(watching(writes), merchant, early);
      expect(await customerOf(service, merchant, lateOrder)).toBe(are[1]);
      expect(writes.at(-1)).toBe('ORD');
      expect(writes.slice(0, -1).sort()).toEqual(['2026-11-20', '2026-11-23']);
    },
  );
});
