// A delivery from its bytes to the order: verified first, kept before anything else, the same however often it comes.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoreData } from '../../lib/domain/entities.ts';
import { receiveWebhook } from '../../lib/flows/receive-webhook.ts';
import { replayEvent } from '../../lib/flows/replay-event.ts';
import type { Service } from '../../lib/flows/service.ts';
import { sweep } from '../../lib/flows/sweep.ts';
import { seal } from '../../lib/platform/crypto.ts';
import { asApplied, eventById, writeReading } from '../../lib/table/inbox.ts';
import { orderById, readOrderPartition } from '../../lib/table/orders.ts';
import { bodyOf } from '../../lib/table/webhook-bodies.ts';
import { aShopifyDelivery, aShopifyDispute, aShopifyOrder, SHOPIFY_SECRET } from '../support/payloads/shopify.ts';
import { aMerchant, aRecord, MERCHANT_ID, stored } from '../support/records.ts';
import { type TestService, testService } from '../support/service.ts';
import { failingTable, sortKeyPut, wrappedTable } from '../support/wrapped-table.ts';

let world: TestService;
let service: Service;
const STORE_ID = 'sto_Webhooks0000000001';
beforeAll(async () => {
  world = await testService();
  service = world.service;
  await stored(service.table, aMerchant());
  const sealed = seal(service.masterKey, `${MERCHANT_ID}|${STORE_ID}|webhookSecret`, SHOPIFY_SECRET);
  const data: StoreData = {
    name: 'Riverbank',
    platform: 'shopify',
    domain: 'open-shop.myshopify.com',
    secrets: [{ sealed, validUntil: null }],
    credentials: {},
  };
  await stored(service.table, aRecord('store', data, { id: STORE_ID }));
});
afterAll(() => world.close());

let orders = 7000;
const aDelivery = (over: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
  aShopifyDelivery('orders/paid', aShopifyOrder({ id: ++orders, ...over }), headers);

const receive = async (delivery: ReturnType<typeof aDelivery>, on: Service = service) => {
  const received = await receiveWebhook(on, STORE_ID, delivery);
  if (received.outcome !== 'kept') throw new Error(received.outcome);
  return received;
};

const after = <T>(ms: number, what: T) => new Promise<T>((resolve) => setTimeout(() => resolve(what), ms));

const orderIdOf = (eventId: string) => `ord_${eventId.slice(4, 20)}`;

describe('a delivery', () => {
  it('is kept with its body, applied, and says nothing of who bought', async () => {
    const delivery = aDelivery();
    const { id, state } = await receive(delivery);
    expect(state).toBe('applied');
    expect(await orderById(service.table, orderIdOf(id))).toMatchObject({
      fold: { state: 'paid', current: { net: 10_000 } },
    });
    expect(Buffer.from((await bodyOf(service.table, service.masterKey, id, world.clock.now, 14))?.raw ?? [])).toEqual(
      delivery.raw,
    );
    const partition = JSON.stringify([
      await eventById(service.table, id),
      await readOrderPartition(service.table, orderIdOf(id)),
    ]);
    expect(partition).not.toMatch(/buyer@example\.com|Ada|203\.0\.113/);
  });

  it('with another signature leaves nothing', async () => {
    const writes: string[] = [];
    const table = wrappedTable(service.table, (request, send) => {
      if (!['Get', 'Query', 'BatchGet'].includes(request.operation)) writes.push(request.operation);
      return send();
    });
    const forged = aDelivery({}, { 'x-shopify-hmac-sha256': Buffer.alloc(32).toString('base64') });
    expect(await receiveWebhook({ ...service, table }, STORE_ID, forged)).toMatchObject({
      outcome: 'invalid_signature',
    });
    expect(writes).toEqual([]);
  });

  it('that comes many times at once, and again later, is one event received when it first came', async () => {
    const delivery = aDelivery();
    const received = await Promise.all(Array.from({ length: 20 }, () => receive(delivery)));
    const [id] = new Set(received.map((one) => one.id));
    expect(new Set(received.map((one) => one.id)).size).toBe(1);
    const event = await eventById(service.table, id as string);
    const order = await orderById(service.table, orderIdOf(id as string));
    world.clock.advance(1000);
    await receive(delivery);
    expect(await eventById(service.table, id as string)).toEqual(event);
    expect(await orderById(service.table, orderIdOf(id as string))).toEqual(order);
  });

  it('that overtakes another of the same event leaves the time of the first', async () => {
    const delivery = aDelivery();
    const first = world.clock.now;
    let overtaken = false;
    const table = wrappedTable(service.table, async (request, send) => {
      // Between looking whether the event is known and keeping it, the same delivery comes a first time.
      if (request.operation === 'BatchWrite' && !overtaken) {
        overtaken = true;
        await receiveWebhook({ ...service, clock: () => first }, STORE_ID, delivery);
      }
      return send();
    });
    const { id } = await receive(delivery, { ...service, table, clock: () => first + 500 });
    expect((await eventById(service.table, id))?.receivedAt).toBe(first);
  });

  it('is answered as kept when it could be kept and not applied; its repeat applies it', async () => {
    const delivery = aDelivery();
    const table = failingTable(service.table, (_count, { operation, input }) => {
      return operation === 'Query' && JSON.stringify(input).includes('ORD#');
    });
    const kept = await receive(delivery, { ...service, table });
    expect(kept.state).toBe('received');
    expect((await receive(delivery)).state).toBe('applied');
    expect((await orderById(service.table, orderIdOf(kept.id)))?.fold.state).toBe('paid');
  });

  it("is kept within a second though its order can't be read for long, and applied once it can", async () => {
    const readable = Promise.withResolvers<void>();
    const kept = Promise.withResolvers<'kept'>();
    const table = wrappedTable(service.table, async (request, send) => {
      if (request.operation === 'Query') await readable.promise;
      const answer = await send();
      if (sortKeyPut(request)?.startsWith('EVT#')) kept.resolve('kept');
      return answer;
    });
    const delivery = receive(aDelivery(), { ...service, table, freezes: true });
    expect(await Promise.race([kept.promise, after(1_500, 'not kept yet')])).toBe('kept');
    readable.resolve();
    expect((await delivery).state).toBe('applied');
  });

  it('is refused, to be sent again, when it could not be kept', async () => {
    const table = failingTable(service.table, (_count, { operation }) => operation === 'Put');
    await expect(receiveWebhook({ ...service, table }, STORE_ID, aDelivery())).rejects.toThrow();
  });
});

describe('a replay', () => {
  it('that is cut short, however long after the event came, is finished by the sweep', async () => {
    const { id } = await receive(aDelivery());
    const applied = await eventById(service.table, id);
    world.clock.advance(5 * 86_400_000);
    const body = await bodyOf(service.table, service.masterKey, id, world.clock.now, 14);
    if (!applied || !body) throw new Error('not kept');
    let dead = false;
    const table = failingTable(service.table, (_count, { operation, input }) => {
      dead ||= operation === 'Query' && JSON.stringify(input).includes(`ORD#${orderIdOf(id)}`);
      return dead;
    });
    await expect(replayEvent({ ...service, table }, applied, body)).rejects.toThrow();
    expect((await eventById(service.table, id))?.state).toBe('received');
    world.clock.advance(60_000);
    await sweep(service);
    expect(await eventById(service.table, id)).toEqual({ ...applied, attempts: 2 });
  });
});

describe('what a shop tells of an order besides the order itself', () => {
  it('reaches it: a chargeback, its reversal, and that it was deleted', async () => {
    const order = aDelivery({ admin_graphql_api_id: null });
    const { id } = await receive(order);
    const about = { order_id: orders };
    const tell = async (topic: string, body: Record<string, unknown>, firedAt: string) => {
      const { state } = await receive(aShopifyDelivery(topic, body, { 'x-shopify-triggered-at': firedAt }));
      expect(state).toBe('applied');
      return (await orderById(service.table, orderIdOf(id)))?.fold;
    };
    expect(await tell('disputes/create', aShopifyDispute(about), '2026-11-25T10:00:01Z')).toMatchObject({
      ...{ state: 'paid', chargebacks: 10_000, current: { net: 0 } },
    });
    const won = aShopifyDispute({ ...about, status: 'won', finalized_on: '2026-12-05' });
    expect(await tell('disputes/update', won, '2026-12-05T10:00:01Z')).toMatchObject({ current: { net: 10_000 } });
    expect(await tell('orders/delete', { id: orders }, '2026-12-06T10:00:00Z')).toMatchObject({ state: 'cancelled' });
  });
});

describe('a replay of an event that the sweep is about to apply', () => {
  it('stands, whichever reading the sweep began with', async () => {
    const isOfOrder = (input: unknown) => JSON.stringify(input).includes('ORD#ord_');
    const down = failingTable(service.table, (_, { operation, input }) => operation === 'Query' && isOfOrder(input));
    const { id, state } = await receive(aDelivery(), { ...service, table: down });
    expect([state, (await eventById(service.table, id))?.state]).toEqual(['received', 'failed']);
    const kept = await eventById(service.table, id);
    const body = await bodyOf(service.table, service.masterKey, id, world.clock.now, 14);
    if (kept?.event?.type !== 'snapshot' || !body) throw new Error('not kept');
    // As an older version read the same body.
    await writeReading(service.table, { ...kept, event: { ...kept.event, gross: 1, name: 'misread' } });
    let replayed = false;
    const table = wrappedTable(service.table, async (request, send) => {
      if (!replayed && request.operation === 'Query' && JSON.stringify(request.input).includes(orderIdOf(id))) {
        replayed = true;
        await replayEvent(service, kept, body);
      }
      return send();
    });
    world.clock.advance(2 * 60_000);
    await sweep({ ...service, table });
    expect(replayed).toBe(true);
    expect(await eventById(service.table, id)).toEqual(asApplied({ ...kept, state: 'received', attempts: 2 }));
    expect((await orderById(service.table, orderIdOf(id)))?.fold.name).toBe(kept.event.name);
  });
});

describe('a delivery larger than anything that is kept', () => {
  const random = (length: number) => randomBytes(length).toString('base64').slice(0, length);
  const lines = (count: number) =>
    Array.from({ length: count }, (_, i) => ({
      ...{ id: i + 1, title: random(500), sku: random(200), quantity: 1, price: '1.00' },
    }));

  it('is kept as failed, and so is its repeat', async () => {
    const delivery = aDelivery({ line_items: lines(3_000) });
    for (const received of [await receive(delivery), await receive(delivery)]) {
      expect(received.state).toBe('failed');
      expect(await eventById(service.table, received.id)).toMatchObject({ reason: 'too_large', event: null });
    }
    const tooMany = await receive(aDelivery({ line_items: lines(5_001).map((line) => ({ ...line, title: 'x' })) }));
    expect(await eventById(service.table, tooMany.id)).toMatchObject({ state: 'failed', reason: 'invalid_payload' });
  });

  it('is applied when only its texts are long', async () => {
    const { id, state } = await receive(aDelivery({ name: random(800_000), note: random(800_000) }));
    expect(state).toBe('applied');
    expect((await orderById(service.table, orderIdOf(id)))?.fold.name).toHaveLength(255);
  });

  it('is kept under the first characters of its topic and id', async () => {
    const headers = { 'x-shopify-topic': `orders/${'x'.repeat(5_000)}`, 'x-shopify-event-id': random(5_000) };
    const { id, state } = await receive(aDelivery({}, headers));
    expect(state).toBe('ignored');
    const event = await eventById(service.table, id);
    expect([event?.topic.length, event?.shopEventId.length]).toEqual([255, 255]);
  });
});
