// What a shop may rely on: 200 is never said of what is not kept, whatever fails and whenever, and nothing is kept in part.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sweep } from '../../lib/flows/sweep.ts';
import { keys } from '../../lib/table/keys.ts';
import { allItems, type Table } from '../../lib/table/table.ts';
import { bodyOf } from '../../lib/table/webhook-bodies.ts';
import { type Answered, handlersOf, type Json, type TestApi, testApi } from '../support/http.ts';
import { aStandardDelivery } from '../support/payloads/standard.ts';
import { aMerchant, aStore, deliver, itemsIn, type Owner, someOrder } from '../support/world.ts';
import { wrappedTable } from '../support/wrapped-table.ts';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const LARGEST = 4 * 1024 * 1024;
const READS = new Set(['Get', 'Query', 'BatchGet']);

let api: TestApi;
let owner: Owner;
beforeAll(async () => {
  api = await testApi();
  owner = await aMerchant(api);
});
afterAll(() => api.close());

const on = (table: Table): TestApi => {
  const service = { ...api.service, table };
  return { ...api, service, ...handlersOf(service) };
};

/** As the SDK says it when DynamoDB does not answer. */
const away = () => Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });

/** A table that fails the writes, or the requests of any kind, that `fails` picks by their number from 1 on. */
const flaky = (counts: 'writes' | 'requests', fails: (nth: number) => boolean) => {
  const life = { failed: false };
  let count = 0;
  const table = wrappedTable(api.service.table, async (request, send) => {
    if (counts === 'requests' || !READS.has(request.operation)) count += 1;
    if (count > 0 && fails(count)) {
      life.failed = true;
      throw away();
    }
    return send();
  });
  return { table, life };
};

const wrongs: readonly [string, 'writes' | 'requests', (nth: number) => (count: number) => boolean][] = [
  ['each single write of it failing', 'writes', (nth) => (count) => count === nth],
  ['the table dead from each of its writes on', 'writes', (nth) => (count) => count >= nth],
  ['each single request of it failing', 'requests', (nth) => (count) => count === nth],
  ['the table dead from each of its requests on', 'requests', (nth) => (count) => count >= nth],
];

describe('a delivery that meets a database error', () => {
  it.each(wrongs)(
    'is answered 200 and right after a sweep, or 5xx and right after its repeat: %s',
    async (_how, counts, failsAt) => {
      for (let nth = 1; ; nth++) {
        const store = await aStore(owner);
        const order = someOrder(api, { externalId: `n${nth}` });
        const { table, life } = flaky(counts, failsAt(nth));
        const answer = await deliver(on(table), store, 'order.paid', order, { id: 'msg_1' });
        if (answer.status !== 200) {
          expect([answer.status, answer.headers['retry-after'], answer.json.code]).toEqual([503, '5', 'unavailable']);
          expect((await deliver(api, store, 'order.paid', order, { id: 'msg_1' })).status).toBe(200);
        }
        api.clock.advance(2 * MINUTE);
        await sweep(api.service);
        const { data } = await owner.get('/v1/orders', { storeId: store.id });
        expect([nth, data.length, data[0]?.state, data[0]?.netRevenue]).toEqual([nth, 1, 'paid', 10_000]);
        const events = await owner.get('/v1/webhook-events', { storeId: store.id });
        expect(events.data.map(({ state }: Json) => state)).toEqual(['applied']);
        if (!life.failed) break;
        expect(nth).toBeLessThan(40);
      }
    },
    60_000,
  );

  it('says 503 with Retry-After while nothing is kept, and keeps nothing that matters', async () => {
    const store = await aStore(owner);
    const { table } = flaky('writes', () => true);
    const answer = await deliver(on(table), store, 'order.paid', someOrder(api));
    expect([answer.status, answer.headers['retry-after'], answer.json.code]).toEqual([503, '5', 'unavailable']);
    expect((await owner.get('/v1/webhook-events', { storeId: store.id })).data).toEqual([]);
    expect((await owner.get('/v1/orders', { storeId: store.id })).data).toEqual([]);
  });

  it('with a signature that does not hold stores nothing, not even when it comes again', async () => {
    const store = await aStore(owner);
    const before = (await itemsIn(api)).length;
    const secret = `whsec_${randomBytes(32).toString('base64')}`;
    for (let i = 0; i < 3; i++) {
      expect((await deliver(api, store, 'order.paid', someOrder(api), { secret })).status).toBe(401);
    }
    expect(await itemsIn(api)).toHaveLength(before);
  });
});

/** A signed order with so many bytes of a body, of which hardly any can be squeezed out. */
const deliverSized = async (store: Json, bytes: number): Promise<{ raw: Uint8Array; answer: Answered }> => {
  const told = (note: string) =>
    JSON.stringify({ type: 'order.paid', data: { ...someOrder(api, { externalId: 'large' }), note } });
  const room = bytes - Buffer.byteLength(told(''));
  const note = randomBytes(room).toString('base64').slice(0, room);
  const { raw, headers } = aStandardDelivery(told(note), {
    ...{ id: 'msg_large', seconds: Math.floor(api.clock.now / 1000), secret: store.webhookSecret },
  });
  expect(raw.length).toBe(bytes);
  const sent = { 'content-type': 'application/json', ...(headers as Record<string, string>) };
  return { raw, answer: await api.call('POST', `/webhooks/${store.id}`, { body: raw, headers: sent }) };
};

describe('a body of 4 MB', () => {
  it('is kept in parts, byte for byte, and replayed; after 14 days nobody can read it, removed or not', async () => {
    const store = await aStore(owner);
    const { raw, answer } = await deliverSized(store, LARGEST);
    const { id } = answer.json;
    expect(answer).toMatchObject({ status: 200, json: { state: 'applied' } });
    const partsKept = () => allItems(api.service.table, keys.webhookBodyPartition(id));
    const parts = await partsKept();
    expect(parts.length).toBeGreaterThan(5);
    expect(new Set(parts.map(({ expires }) => expires))).toEqual(
      new Set([Math.floor((api.clock.now + 14 * DAY) / 1000)]),
    );
    const kept = await bodyOf(api.service.table, api.service.masterKey, id, api.clock.now, 14);
    expect(Buffer.compare(Buffer.from(kept?.raw ?? []), raw)).toBe(0);
    const replayed = await owner.call('POST', `/v1/webhook-events/${id}/replay`);
    expect([replayed.status, replayed.json.state, replayed.json.bodyBytes]).toEqual([200, 'applied', LARGEST]);
    api.clock.advance(14 * DAY);
    expect(await partsKept()).toHaveLength(parts.length);
    expect(await bodyOf(api.service.table, api.service.masterKey, id, api.clock.now, 14)).toBeUndefined();
  }, 60_000);

  it('and one byte more is 413, and nothing of it is stored', async () => {
    const store = await aStore(owner);
    const before = (await itemsIn(api)).length;
    const { answer } = await deliverSized(store, LARGEST + 1);
    expect([answer.status, answer.json.code]).toEqual([413, 'body_too_large']);
    expect(await itemsIn(api)).toHaveLength(before);
  });
});
