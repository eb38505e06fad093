// The inbox on a real engine: events kept once, bodies of any size, found again in pages.
import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  eventById,
  eventIdOf,
  eventsOf,
  type InboxEvent,
  keepEvent,
  settleEvent,
  writeReading,
} from '../../lib/table/inbox.ts';
import { keys } from '../../lib/table/keys.ts';
import { readOrderPartition } from '../../lib/table/orders.ts';
import { allItems, putItem, type Table } from '../../lib/table/table.ts';
import { bodyOf, keepBody } from '../../lib/table/webhook-bodies.ts';
import { inTurns, type TestTable, testTable } from '../support/engine.ts';
import { aLine, aSnapshot } from '../support/payloads/order-events.ts';
import { MERCHANT_ID } from '../support/records.ts';
import { TEST_MASTER_KEY, TEST_NOW } from '../support/service.ts';

const DAY_MS = 86_400_000;
const LARGEST_BODY = 4 * 1024 * 1024;

let opened: TestTable;
let table: Table;
beforeAll(async () => {
  opened = await testTable();
  table = opened.table;
});
afterAll(() => opened.close());

let events = 0;
const sixteen = (prefix: string) => prefix + String(++events).padStart(16 - prefix.length, '0');

const anInboxEvent = (over: Partial<InboxEvent> = {}): InboxEvent => {
  const orderPart = sixteen('o');
  return {
    id: eventIdOf(orderPart, sixteen('e')),
    merchantId: MERCHANT_ID,
    storeId: 'sto_1',
    platform: 'shopify',
    topic: 'orders/paid',
    shopEventId: 'event-1',
    receivedAt: TEST_NOW,
    state: 'received',
    reason: null,
    detail: null,
    orderId: `ord_${orderPart}`,
    orderExternalId: '1001',
    event: aSnapshot(),
    attempts: 0,
    bodyBytes: 1200,
    ...over,
  };
};

describe('an event', () => {
  it('is kept once, and the first telling stands', async () => {
    const event = anInboxEvent();
    const repeats = Array.from({ length: 10 }, (_, i) => ({ ...event, receivedAt: TEST_NOW + i }));
    const kept = await Promise.all(repeats.map((repeat) => keepEvent(table, repeat)));
    expect(kept.filter(Boolean)).toHaveLength(1);
    expect(await eventById(table, event.id)).toEqual(repeats[kept.indexOf(true)]);
  });

  it('is settled over what was kept', async () => {
    const event = anInboxEvent();
    await keepEvent(table, event);
    expect(await settleEvent(table, event, { ...event, state: 'applied', attempts: 1 })).toBe(true);
    expect(await eventById(table, event.id)).toEqual({ ...event, state: 'applied', attempts: 1 });
  });

  it('is not settled over a replay, under way or done, which the copy that is settled knows nothing of', async () => {
    const event = anInboxEvent();
    await keepEvent(table, event);
    const applied = { ...event, state: 'applied' as const, attempts: 1 };
    const replayed = { ...event, topic: 'read anew', attempts: 1, replayedAt: TEST_NOW + 1 };
    await writeReading(table, replayed);
    expect(await settleEvent(table, event, applied)).toBe(false);
    expect(await settleEvent(table, { ...replayed, replayedAt: TEST_NOW }, applied)).toBe(false);
    expect(await eventById(table, event.id)).toEqual(replayed);
    const { replayedAt: _replayed, ...done } = { ...replayed, state: 'applied' as const };
    expect(await settleEvent(table, replayed, done)).toBe(true);
    for (const stale of [event, replayed]) expect(await settleEvent(table, stale, applied)).toBe(false);
    expect(await eventById(table, event.id)).toEqual(done);
  });

  it('is found with its order', async () => {
    const event = anInboxEvent();
    await keepEvent(table, event);
    const { events: told } = await readOrderPartition(table, event.orderId as string);
    expect(told).toEqual([{ id: event.id, topic: event.topic, receivedAt: TEST_NOW, event: event.event }]);
  });

  it('that says nothing of the order is not among those it is folded from', async () => {
    const event = anInboxEvent({ event: null, state: 'failed', reason: 'unreadable' });
    await keepEvent(table, event);
    expect((await readOrderPartition(table, event.orderId as string)).events).toEqual([]);
    expect(await eventById(table, event.id)).toEqual(event);
  });

  it('of thousands of lines is kept whole', async () => {
    const lines = Array.from({ length: 4000 }, (_, i) =>
      aLine({ id: String(i), title: `Protein ${i} ${'x'.repeat(80)}` }),
    );
    const event = anInboxEvent({ event: aSnapshot({ lines }) });
    await keepEvent(table, event);
    expect(await eventById(table, event.id)).toEqual(event);
    const { events: told } = await readOrderPartition(table, event.orderId as string);
    expect(told[0]?.event).toEqual(event.event);
  });

  it.each(['', 'evt_', 'evt_short', `evt_${'a'.repeat(33)}`, `evt_${'#'.repeat(32)}`, `ord_${'a'.repeat(32)}`])(
    'is nowhere under %j',
    async (id) => expect(await eventById(table, id)).toBeUndefined(),
  );
});

describe('a body', () => {
  const headers = { 'x-shopify-topic': 'orders/paid' };
  const keptId = () => anInboxEvent().id;

  it.each([
    ['empty', Buffer.alloc(0)],
    ['small', Buffer.from('{"id": 1}')],
    ['of the largest size and incompressible', randomBytes(LARGEST_BODY)],
  ])('%s is read back byte for byte', async (_size, raw) => {
    const id = keptId();
    await keepBody(table, TEST_MASTER_KEY, id, { headers, raw }, TEST_NOW, 14);
    const body = await bodyOf(table, TEST_MASTER_KEY, id, TEST_NOW, 14);
    expect(body?.headers).toEqual(headers);
    expect(Buffer.compare(Buffer.from(body?.raw ?? []), raw)).toBe(0);
  });

  it('of several parts is whole when it came several times at once', async () => {
    const id = keptId();
    const raw = randomBytes(LARGEST_BODY / 2);
    await Promise.all(
      Array.from({ length: 4 }, () => keepBody(table, TEST_MASTER_KEY, id, { headers, raw }, TEST_NOW, 14)),
    );
    const body = await bodyOf(table, TEST_MASTER_KEY, id, TEST_NOW, 14);
    expect(Buffer.compare(Buffer.from(body?.raw ?? []), raw)).toBe(0);
  });

  it('is kept for 14 days and not a moment longer, whenever TTL gets to it', async () => {
    const id = keptId();
    await keepBody(table, TEST_MASTER_KEY, id, { headers, raw: Buffer.from('{}') }, TEST_NOW, 14);
    expect(await bodyOf(table, TEST_MASTER_KEY, id, TEST_NOW + 14 * DAY_MS - 1, 14)).toBeDefined();
    expect(await bodyOf(table, TEST_MASTER_KEY, id, TEST_NOW + 14 * DAY_MS, 14)).toBeUndefined();
  });

  it('says nothing in the table itself, and opens under its own event and key alone', async () => {
    const [id, other] = [keptId(), keptId()];
    await keepBody(
      table,
      TEST_MASTER_KEY,
      id,
      { headers, raw: Buffer.from('{"email":"buyer@example.com"}') },
      TEST_NOW,
      14,
    );
    const [part] = await allItems(table, keys.webhookBodyPartition(id));
    expect(() => gunzipSync(part?.bytes as Uint8Array)).toThrow();
    expect(Buffer.from(part?.bytes as Uint8Array).toString('latin1')).not.toContain('buyer');
    await putItem(table, { ...part, ...keys.webhookBody(other, 0) });
    await expect(bodyOf(table, TEST_MASTER_KEY, other, TEST_NOW, 14)).rejects.toThrow();
    const otherKey = { version: 1, key: Buffer.alloc(32, 8) };
    await expect(bodyOf(table, otherKey, id, TEST_NOW, 14)).rejects.toThrow();
  });

  it('that was never kept is none', async () => {
    expect(await bodyOf(table, TEST_MASTER_KEY, keptId(), TEST_NOW, 14)).toBeUndefined();
  });
});

describe('the list of events', () => {
  const merchantId = 'mer_inbox';
  const all = Array.from({ length: 130 }, (_, i) =>
    anInboxEvent({ merchantId, receivedAt: TEST_NOW + (i % 40) * 1000 }),
  );
  beforeAll(async () => {
    await inTurns(all, (event) => keepEvent(table, event));
    await keepEvent(table, anInboxEvent({ merchantId: 'mer_inbox2' }));
  });

  const ids = async (span = {}) => {
    const listed = await Array.fromAsync(eventsOf(table, merchantId, span));
    return listed.map(({ event }) => event.id);
  };
  const newestFirst = () =>
    all.toSorted((a, b) => b.receivedAt - a.receivedAt || (a.id < b.id ? 1 : -1)).map(({ id }) => id);

  it("is one merchant's, newest first, and goes on after any position", async () => {
    expect(await ids()).toEqual(newestFirst());
    const listed = await Array.fromAsync(eventsOf(table, merchantId));
    for (const at of [0, 99, 100, 129]) {
      expect(await ids({ position: listed[at]?.position })).toEqual(newestFirst().slice(at + 1));
    }
  });

  it('reaches back to an instant, included', async () => {
    const since = TEST_NOW + 30_000;
    expect(await ids({ since })).toHaveLength(all.filter(({ receivedAt }) => receivedAt >= since).length);
  });

  it('has an event whose replay is under way at that instant, and where it was once that is done', async () => {
    const event = all[5] as InboxEvent;
    const replayed = { ...event, replayedAt: TEST_NOW + DAY_MS };
    await writeReading(table, replayed);
    expect((await ids())[0]).toBe(event.id);
    expect(await settleEvent(table, replayed, { ...event, state: 'applied' })).toBe(true);
    expect(await ids()).toEqual(newestFirst());
  });

  it('holds an event once after it is settled', async () => {
    const event = all[0] as InboxEvent;
    expect(await settleEvent(table, event, { ...event, state: 'applied' })).toBe(true);
    expect(await ids()).toEqual(newestFirst());
  });
});
