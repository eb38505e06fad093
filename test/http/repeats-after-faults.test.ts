// A POST repeated after a fault of ours, wherever in the request the table failed: what it makes is made once.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answered, type Call, handlersOf, type Json, type TestApi, testApi } from '../support/http.ts';
import { aCreator, aWorld, type World } from '../support/world.ts';
import { TableDown, type TableRequest, wrappedTable } from '../support/wrapped-table.ts';

let api: TestApi;
let world: World;
beforeAll(async () => {
  api = await testApi();
  world = await aWorld(api);
});
afterAll(() => api.close());

type Fault = 'never sent' | 'answer lost' | 'down from then on';
const FAULTS: readonly Fault[] = ['never sent', 'answer lost', 'down from then on'];

/** The API over a table whose `nth` request fails; `count` tells how many were made. */
const faulty = (nth: number, fault: Fault): { call: Call; count: () => number } => {
  let count = 0;
  const table = wrappedTable(api.service.table, async (request: TableRequest, send) => {
    count += 1;
    if (fault === 'answer lost' ? count === nth : false) {
      await send();
      throw new TableDown(`the answer of request ${nth} (${request.operation}) was lost`);
    }
    if (count === nth || (fault === 'down from then on' && count > nth)) throw new TableDown(`request ${nth} failed`);
    return send();
  });
  return { call: handlersOf({ ...api.service, table }).call, count: () => count };
};

let keys = 0;

/** Posts under one key with every request of the table failing in turn, and again each time until it is answered. */
const everyFault = async (fault: Fault, path: string, body: unknown, check: (answer: Answered) => Promise<void>) => {
  const healthy = faulty(Number.POSITIVE_INFINITY, fault);
  const send = (call: Call, key: string) =>
    call('POST', path, { key: world.key, body, headers: { 'idempotency-key': key } });
  await check(await send(healthy.call, `healthy-${++keys}`));
  for (let nth = 1; nth <= healthy.count(); nth++) {
    const key = `fault-${++keys}`;
    const first = await send(faulty(nth, fault).call, key);
    let answer = await send(world.call, key);
    if (answer.status === 409) {
      expect(answer.json.code).toBe('idempotency_in_progress');
      api.clock.advance(60_001);
      answer = await send(world.call, key);
    }
    if (first.status < 500) expect(answer.json.id).toBe(first.json.id);
    await check(answer);
  }
};

const all = async (path: string): Promise<Json[]> => (await world.get(path, { limit: 100 })).data;

/** The world's own two, and those of the faults before. */
let codesBefore = 2;

describe.each(FAULTS)('with a request %s, a repeat', (fault) => {
  it('enters a cost once', async () => {
    const before = (await all('/v1/costs')).length;
    let answered = 0;
    const body = { type: 'fee', amount: { amount: 5, currency: 'USD' }, incurredOn: '2026-11-20' };
    await everyFault(fault, '/v1/costs', body, async ({ status, json }) => {
      answered += 1;
      const costs = await all('/v1/costs');
      expect([status, costs.length]).toEqual([201, before + answered]);
      expect(costs.filter(({ id }) => id === json.id)).toHaveLength(1);
    });
  });

  it('makes a batch of codes once', async () => {
    const creator = await aCreator(world, { name: `Codes ${FAULTS.indexOf(fault)}` });
    const value = { type: 'percent', amount: 15 };
    const items = Array.from({ length: 2 }, () => ({ creatorId: creator.id, storeId: world.store.id, value }));
    let answered = 0;
    await everyFault(fault, '/v1/discount-codes/batch', { items }, async ({ status, json }) => {
      answered += 1;
      expect([status, ...json.data.map((item: Json) => item.status)]).toEqual([200, 201, 201]);
      expect(await all(`/v1/discount-codes`)).toHaveLength(Math.min(100, codesBefore + 2 * answered));
    });
    codesBefore += 2 * answered;
  }, 60_000);
});

describe('an answer too large for one item', () => {
  it('is replayed as it was: a batch of links to long addresses that do not compress', async () => {
    const noise = () => Array.from({ length: 40 }, () => crypto.randomUUID()).join('');
    const items = Array.from({ length: 500 }, () => ({
      creatorId: world.sarah.creator.id,
      destinationUrl: `https://shop.example.com/${noise()}`,
    }));
    const send = () =>
      world.call('POST', '/v1/links/batch', { body: { items }, headers: { 'idempotency-key': 'large' } });
    const first = await send();
    expect(first.json.data.every(({ status }: Json) => status === 201)).toBe(true);
    const again = await send();
    expect([again.status, again.headers['idempotency-replayed'], again.text === first.text]).toEqual([
      200,
      'true',
      true,
    ]);
  }, 60_000);
});

describe('an item of a batch', () => {
  const items = () =>
    [1, 2, 3].map((i) => ({ creatorId: world.sarah.creator.id, ...links, slug: `item-${keys}-${i}` }));
  const links = { destinationUrl: 'https://shop.example.com/' };

  it('that fails for our own reasons answers so for itself, and a repeat makes it', async () => {
    keys += 1;
    const slug = `item-${keys}-2`;
    const transient = Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
    let failures = 0;
    const table = wrappedTable(api.service.table, async ({ operation, input }, send) => {
      const item = input.Item as { pk?: string } | undefined;
      if (operation === 'Put' && item?.pk?.endsWith(`#${slug}`) && failures++ === 0) throw transient;
      return send();
    });
    const { call } = handlersOf({ ...api.service, table });
    const options = { key: world.key, body: { items: items() }, headers: { 'idempotency-key': `batch-${keys}` } };
    const first = await call('POST', '/v1/links/batch', options);
    expect(first.json.data.map(({ status }: Json) => status)).toEqual([201, 503, 201]);
    expect(first.json.data[1].error).toMatchObject({ code: 'unavailable', status: 503 });
    expect(first.text).not.toMatch(/slow down|Throttling/);
    const again = await call('POST', '/v1/links/batch', options);
    expect(again.json.data.map(({ status }: Json) => status)).toEqual([201, 201, 201]);
    expect(again.json.data[0].link.id).toBe(first.json.data[0].link.id);
    expect((await call('POST', '/v1/links/batch', options)).headers['idempotency-replayed']).toBe('true');
  });

  it('does not suffer from a read that another of them waited for in vain', async () => {
    const { id } = await aCreator(world);
    let failures = 0;
    const table = wrappedTable(api.service.table, async ({ operation, input }, send) => {
      const key = input.Key as { pk?: string } | undefined;
      if (operation === 'Get' && key?.pk === `ENT#${id}` && failures++ === 0) throw new TableDown('once');
      return send();
    });
    const { call } = handlersOf({ ...api.service, table });
    const body = { items: Array.from({ length: 100 }, () => ({ ...links, creatorId: id })) };
    const { json } = await call('POST', '/v1/links/batch', { key: world.key, body });
    const statuses = json.data.map(({ status }: Json) => status);
    expect(statuses[0]).toBe(500);
    expect(statuses.at(-1)).toBe(201);
  });

  it('lists at most twenty of its errors, so that the answer stays small', async () => {
    const wrong = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`${'~'.repeat(200)}${i}`, i]));
    const { status, text, json } = await world.call('POST', '/v1/links/batch', {
      body: { items: Array.from({ length: 150 }, () => wrong) },
    });
    expect(status).toBe(200);
    expect(json.data[0].error.errors).toHaveLength(20);
    expect(json.data[0].error.detail).toBe('101 things are not valid, of which the first 20 are listed');
    expect(text.length / json.data.length).toBeLessThan(5_000);
    const unknown = Array.from({ length: 20 }, (_, i) => `sto_unknown${i}`);
    const value = { type: 'percent', amount: 15 };
    const codes = await world.call('POST', '/v1/discount-codes/batch', {
      body: { items: [{ creatorId: 'crt_unknown', storeIds: unknown, value }] },
    });
    expect(codes.json.data[0].error.errors).toHaveLength(20);
  });
});
