// Events that can't be applied: seen as failed, tried again with growing patience, given up at last, and never forgotten.
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { replayEvent } from '../../lib/flows/replay-event.ts';
import type { Service } from '../../lib/flows/service.ts';
import { sweep } from '../../lib/flows/sweep.ts';
import { derivedId } from '../../lib/platform/ids.ts';
import { clearMark, dirtyDaysOf } from '../../lib/table/dirty-days.ts';
import { eventById, type InboxEvent } from '../../lib/table/inbox.ts';
import { orderById } from '../../lib/table/orders.ts';
import { dueRetries, enqueueRetry } from '../../lib/table/retry-queue.ts';
import { bodyOf } from '../../lib/table/webhook-bodies.ts';
import { aDeliveringShop, type DeliveringShop, deliverTold, ORDER, orderTold } from '../support/deliveries.ts';
import { type TestService, testService } from '../support/service.ts';
import { TableDown, type TableRequest, wrappedTable } from '../support/wrapped-table.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const READS = new Set(['Get', 'Query', 'BatchGet']);

let world: TestService;
let service: Service;
let shop: DeliveringShop;
beforeAll(async () => {
  world = await testService();
  service = world.service;
});
beforeEach(async () => {
  shop = await aDeliveringShop(service);
});
afterAll(() => world.close());

const orderIdOf = ({ storeId }: DeliveringShop) => derivedId('ord', storeId, ORDER);
const orderOf = (of: DeliveringShop) => orderById(service.table, orderIdOf(of));

const placeOf = (input: TableRequest['input']) => {
  const { pk, sk } = (input.Item ?? {}) as { pk?: string; sk?: string };
  return { pk, sk };
};

/** A bug that one order meets whenever its state is to be written; its message quotes what the shop sent. */
const poisonFor = (of: DeliveringShop, log: TableRequest[] = []): Service => {
  const table = wrappedTable(service.table, async (request, send) => {
    if (!READS.has(request.operation)) log.push(request);
    const { pk, sk } = placeOf(request.input);
    if (sk === 'ORD' && pk === `ORD#${orderIdOf(of)}`) {
      throw Object.assign(new RangeError('buyer@example.com is out of range'), { code: 'buyer@example.com' });
    }
    return send();
  });
  return { ...service, table };
};

const delivered = async (on: Service, of: DeliveringShop = shop) => {
  const received = await deliverTold(on, of, ['order.paid', orderTold(1)]);
  if (received.outcome !== 'kept') throw new Error(received.outcome);
  return received;
};
const eventOf = async (id: string): Promise<InboxEvent> => {
  const event = await eventById(service.table, id);
  if (!event) throw new Error('no event');
  return event;
};
const queued = async () => (await dueRetries(service.table, Number.POSITIVE_INFINITY)).map(({ eventId }) => eventId);

describe('an event that can not be applied', () => {
  it('is seen as failed: why, how often, when next, and nothing of what it says', async () => {
    const { id, state } = await delivered(poisonFor(shop));
    expect(state).toBe('received');
    const event = await eventOf(id);
    expect(event).toMatchObject({ state: 'failed', reason: 'could_not_be_applied', attempts: 1 });
    expect(event.nextAttemptAt).toBe(world.clock.now + MINUTE);
    expect(event.detail).toBe('Something went wrong on our side (RangeError).');
    expect(await queued()).toContain(id);
  });

  it('is in the queue before it says that it failed', async () => {
    const log: TableRequest[] = [];
    await delivered(poisonFor(shop, log));
    const written = log.map(({ input }) => JSON.stringify(input).match(/RAW#|DRT#|EVT#|RTQ#|"ORD"|CUS#/)?.[0]);
    expect(written.slice(-3)).toEqual(['"ORD"', 'RTQ#', 'EVT#']);
  });

  it('is applied by the sweep once that can be done, and out of the queue', async () => {
    const { id } = await delivered(poisonFor(shop));
    world.clock.advance(MINUTE - 1);
    await sweep(service);
    expect((await eventOf(id)).state).toBe('failed');
    world.clock.advance(1);
    await sweep(service);
    expect(await eventOf(id)).toMatchObject({ state: 'applied', reason: null, detail: null, attempts: 2 });
    expect(await eventOf(id)).not.toHaveProperty('nextAttemptAt');
    expect((await orderOf(shop))?.fold.state).toBe('paid');
    expect(await queued()).not.toContain(id);
  });

  it('is applied by a repeat of its shop, and the sweep has nothing more to do for it', async () => {
    const { id } = await delivered(poisonFor(shop));
    expect(await delivered(poisonFor(shop))).toEqual({ outcome: 'kept', id, state: 'received' });
    expect((await eventOf(id)).attempts).toBe(1);
    expect(await delivered(service)).toMatchObject({ state: 'applied' });
    const applied = await eventOf(id);
    world.clock.advance(MINUTE);
    await sweep(service);
    expect(await eventOf(id)).toEqual(applied);
    expect(await queued()).not.toContain(id);
  });

  it('is no failure when its order has taken it in all the same', async () => {
    // The state is written, and the answer to that lost.
    const table = wrappedTable(service.table, async (request, send) => {
      const answer = await send();
      if (placeOf(request.input).sk === 'ORD') throw new TableDown('the answer is lost');
      return answer;
    });
    const before = world.counted.get('WebhooksFailed') ?? 0;
    const { id, state } = await delivered({ ...service, table });
    expect([state, (await eventOf(id)).state]).toEqual(['applied', 'applied']);
    expect(await queued()).not.toContain(id);
    expect(world.counted.get('WebhooksFailed') ?? 0).toBe(before);
  });

  it('marks its days anew when it is applied long after their marks were cleared', async () => {
    const { id } = await delivered(poisonFor(shop));
    world.clock.advance(3 * DAY);
    await sweep(poisonFor(shop));
    for (const mark of await dirtyDaysOf(service.table, shop.merchantId)) {
      expect(await clearMark(service.table, mark, world.clock.now + 2 * MINUTE)).toBe(true);
    }
    world.clock.advance(3 * DAY);
    await sweep(service);
    expect((await eventOf(id)).state).toBe('applied');
    const days = (await dirtyDaysOf(service.table, shop.merchantId)).map(({ from }) => from);
    expect(days).toEqual(['2026-11-20']);
  });

  it('is left where the look for left events finds it when the queue can not be written either', async () => {
    const poison = poisonFor(shop);
    const table = wrappedTable(poison.table, async (request, send) => {
      if (JSON.stringify(request.input).includes('RTQ#')) throw new TableDown('no queue');
      return send();
    });
    const { id } = await delivered({ ...service, table });
    expect((await eventOf(id)).state).toBe('received');
    world.clock.advance(2 * MINUTE);
    await sweep(service);
    expect((await eventOf(id)).state).toBe('applied');
  });
});

describe('an event that is not understood', () => {
  it('is not tried again: the same bytes would fail again', async () => {
    const received = await deliverTold(service, shop, ['order.paid', orderTold(1, { currency: 'XXX' })]);
    expect(received).toMatchObject({ state: 'failed' });
    expect(await queued()).toEqual([]);
    world.clock.advance(DAY);
    await sweep(service);
    const event = await eventOf((received as { id: string }).id);
    expect([event.state, event.attempts, event.nextAttemptAt]).toEqual(['failed', 0, undefined]);
  });
});

describe('an event that fails for good', () => {
  it('is tried for two weeks, then given up, and can still be replayed', async () => {
    const { id } = await delivered(poisonFor(shop));
    const begun = world.clock.now;
    const waits: number[] = [];
    const tries = async () => {
      for (let event = await eventOf(id); event.nextAttemptAt !== undefined; event = await eventOf(id)) {
        expect(event.attempts).toBe(waits.length + 1);
        waits.push((event.nextAttemptAt - world.clock.now) / MINUTE);
        expect(waits.length).toBeLessThan(30);
        world.clock.now = event.nextAttemptAt;
        await sweep(poisonFor(shop));
      }
    };
    await tries();
    expect(waits).toEqual([1, 5, 15, 60, 180, 360, 720, 1440, ...Array(12).fill(1440)]);
    expect((world.clock.now - begun) / DAY).toBeGreaterThan(13);
    expect(await eventOf(id)).toMatchObject({ state: 'failed', reason: 'could_not_be_applied', attempts: 21 });
    expect(await queued()).not.toContain(id);
    world.clock.advance(2 * DAY);
    await sweep(service);
    expect((await eventOf(id)).state).toBe('failed');
    expect((await delivered(service)).state).toBe('applied');
  });

  it('is given up without another try when its last one was never heard of', async () => {
    const { id } = await delivered(poisonFor(shop));
    const before = world.counted.get('WebhooksFailed') ?? 0;
    await enqueueRetry(service.table, { eventId: id, failures: 21, dueAt: world.clock.now });
    await sweep(service);
    expect(await eventOf(id)).toMatchObject({ state: 'failed', reason: 'could_not_be_applied', attempts: 2 });
    expect(await eventOf(id)).not.toHaveProperty('nextAttemptAt');
    expect(await queued()).not.toContain(id);
    expect(world.counted.get('WebhooksFailed')).toBe(before + 1);
  });

  it('begins anew when it is replayed in vain', async () => {
    const { id } = await delivered(poisonFor(shop));
    for (let i = 0; i < 3; i++) {
      world.clock.advance(60 * MINUTE);
      await sweep(poisonFor(shop));
    }
    const body = await bodyOf(service.table, service.masterKey, id, world.clock.now, 14);
    if (!body) throw new Error('no body');
    const replayed = await replayEvent(poisonFor(shop), await eventOf(id), body);
    expect(replayed).toMatchObject({ state: 'failed', nextAttemptAt: world.clock.now + MINUTE });
    expect(await eventOf(id)).toEqual(replayed);
  });
});

describe('the sweep', () => {
  it('tries an event once, however many sweeps are at it', async () => {
    const { id } = await delivered(poisonFor(shop));
    world.clock.advance(MINUTE);
    const log: TableRequest[] = [];
    const poison = poisonFor(shop, log);
    await Promise.all([1, 2, 3, 4].map(() => sweep(poison)));
    const place = { pk: `ORD#${orderIdOf(shop)}`, sk: 'ORD' };
    expect(log.filter(({ input }) => isDeepStrictEqual(placeOf(input), place))).toHaveLength(1);
    expect((await eventOf(id)).attempts).toBe(2);
    world.clock.advance(5 * MINUTE);
    await Promise.all([1, 2, 3, 4].map(() => sweep(service)));
    expect(await eventOf(id)).toMatchObject({ state: 'applied', attempts: 3 });
    expect(await queued()).not.toContain(id);
  });

  it('applies the others beside one that fails', async () => {
    const [other, third] = [await aDeliveringShop(service), await aDeliveringShop(service)];
    const ids = [];
    for (const one of [shop, other, third]) ids.push((await delivered(poisonFor(one), one)).id);
    world.clock.advance(MINUTE);
    await sweep(poisonFor(shop));
    expect(await Promise.all(ids.map(async (id) => (await eventOf(id)).state))).toEqual([
      'failed',
      'applied',
      'applied',
    ]);
  });

  it('does not begin every run with an event that takes the run down', async () => {
    const { id: deadly } = await delivered(poisonFor(shop));
    const other = await aDeliveringShop(service);
    world.clock.advance(MINUTE);
    let dead = false;
    const table = wrappedTable(service.table, async (request, send) => {
      dead ||= request.operation === 'Query' && JSON.stringify(request.input).includes(orderIdOf(shop));
      if (dead) throw new TableDown('the run is dead');
      return send();
    });
    await sweep({ ...service, table }).catch(() => undefined);
    expect(dead).toBe(true);
    const { id } = await delivered(poisonFor(other), other);
    world.clock.advance(MINUTE);
    dead = false;
    await sweep({ ...service, table });
    expect([dead, (await eventOf(id)).state, (await eventOf(deadly)).state]).toEqual([false, 'applied', 'failed']);
    world.clock.advance(5 * MINUTE);
    await sweep(service);
    expect((await eventOf(deadly)).state).toBe('applied');
  });
});

describe('a process that dies before any write of an attempt', () => {
  const lifeOf = (on: Service, nth: number): { readonly service: Service; readonly died: () => boolean } => {
    let writes = 0;
    const table = wrappedTable(on.table, async (request, send) => {
      if (!READS.has(request.operation)) writes += 1;
      if (writes >= nth) throw new TableDown(`dead since write ${nth}`);
      return send();
    });
    return { service: { ...on, table }, died: () => writes >= nth };
  };
  const finished = async (id: string, of: DeliveringShop) => {
    world.clock.advance(2 * DAY);
    await sweep(service);
    expect((await eventOf(id)).state).toBe('applied');
    expect((await orderOf(of))?.fold.state).toBe('paid');
    world.clock.advance(2 * DAY);
    await sweep(service);
    expect(await queued()).not.toContain(id);
  };

  it.each(['in vain', 'with success'])('leaves an event that is applied in the end: an attempt %s', async (how) => {
    for (let nth = 1; ; nth++) {
      const one = await aDeliveringShop(service);
      const { id } = await delivered(poisonFor(one), one);
      world.clock.advance(MINUTE);
      const life = lifeOf(how === 'in vain' ? poisonFor(one) : service, nth);
      await sweep(life.service).catch(() => undefined);
      await finished(id, one);
      if (!life.died()) break;
      expect(nth).toBeLessThan(12);
    }
  });

  it('leaves an event that is applied in the end: the first failure', async () => {
    for (let nth = 1; ; nth++) {
      const one = await aDeliveringShop(service);
      const life = lifeOf(poisonFor(one), nth);
      const received = await delivered(life.service, one).catch(() => undefined);
      // Nothing was promised: the shop sends it again.
      const { id } = received ?? (await delivered(service, one));
      world.clock.advance(2 * MINUTE);
      await sweep(service);
      await finished(id, one);
      if (!life.died()) break;
      expect(nth).toBeLessThan(12);
    }
  });
});
