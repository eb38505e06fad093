// Lists: pages that follow one another, cursors that can't be made up, limits and filters.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answered, type Json, type TestApi, testApi } from '../support/http.ts';
import { aCreator, aMerchant, aStore, aWorld, type Owner, ROOT } from '../support/world.ts';

let api: TestApi;
let owner: Owner;
const made: string[] = [];

beforeAll(async () => {
  api = await testApi();
  owner = await aMerchant(api);
  for (let i = 0; i < 30; i++) {
    // Several in one millisecond: their ids put them in order.
    if (i % 3 === 0) api.clock.advance(1);
    made.push((await aCreator(owner, { name: `Creator ${i}`, tags: i % 2 ? ['odd'] : ['even'] })).id);
  }
});
afterAll(() => api.close());

const list = (query: Record<string, string | number>, path = '/v1/creators') => owner.call('GET', path, { query });
const ids = ({ json }: Answered): string[] => json.data.map(({ id }: Json) => id);
const refusedWith = async (query: Record<string, string | number>, path?: string) => {
  const { status, json } = await list(query, path);
  return [status, json.code];
};

describe('pages', () => {
  it('have 25 items unless asked otherwise', async () => {
    const first = await list({});
    expect(first.json.data).toHaveLength(25);
    const second = await list({ cursor: first.json.nextCursor });
    expect(second.json).toMatchObject({ data: { length: 5 }, nextCursor: null });
  });

  it.each([1, 7, 30, 100])('of %i hold every item once, newest first', async (limit) => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Answered = await list({ limit, ...(cursor && { cursor }) });
      expect(page.json.data.length).toBeLessThanOrEqual(limit);
      seen.push(...ids(page));
      cursor = page.json.nextCursor;
    } while (cursor);
    expect([...seen].sort()).toEqual([...made].sort());
    const { data } = (await list({ limit: 100 })).json;
    expect(seen).toEqual(data.map(({ id }: Json) => id));
    expect(data.map(({ createdAt }: Json) => createdAt)).toEqual(
      data
        .map(({ createdAt }: Json) => createdAt)
        .sort()
        .reverse(),
    );
  });

  it('go on with the same filters, and neither repeat nor skip when something new is made meanwhile', async () => {
    const first = await list({ tag: 'odd', limit: 5 });
    await aCreator(owner, { name: 'Late', tags: ['odd'], externalId: `late-${api.clock.now}` });
    const rest = await list({ tag: 'odd', limit: 100, cursor: first.json.nextCursor });
    expect([...ids(first), ...ids(rest)].sort()).toEqual(made.filter((_, i) => i % 2 === 1).sort());
    await owner.call('DELETE', `/v1/creators/ext_late-${api.clock.now}`);
  });

  it('are of 1 to 100 items', async () => {
    for (const limit of [0, 101, -1, '1.5', 'ten', '', 'NaN', '1e9']) {
      const refused = await list({ limit });
      expect(refused.json.errors).toMatchObject([{ pointer: '/query/limit' }]);
    }
  });

  it('that are empty say so', async () => {
    expect((await list({ q: 'nobody by that name' })).json).toEqual({ data: [], nextCursor: null });
  });
});

describe('a cursor', () => {
  it('that was made up, changed or cut is 400', async () => {
    const { nextCursor } = (await list({ limit: 1 })).json;
    const forged = `${Buffer.from('["2026",9999999999999]').toString('base64url')}.${nextCursor.split('.')[1]}`;
    for (const cursor of [
      'zzz',
      '',
      '.',
      'a.b',
      forged,
      nextCursor.slice(0, -2),
      `${nextCursor}x`,
      `${nextCursor}.junk`,
    ]) {
      expect(await refusedWith({ limit: 1, cursor })).toEqual([400, 'invalid_cursor']);
    }
  });

  it('longer than any of ours is 400 too', async () => {
    for (const path of ['/v1/creators', '/v1/orders', '/v1/reports/performance']) {
      const query = {
        cursor: 'x'.repeat(2_001),
        ...(path.includes('reports') && { from: '2026-11-01', to: '2026-11-01' }),
      };
      expect(await refusedWith(query as Record<string, string>, path)).toEqual([400, 'invalid_cursor']);
    }
  });

  it('is good for a day', async () => {
    const { nextCursor: cursor } = (await list({ limit: 1 })).json;
    const { now } = api.clock;
    api.clock.advance(24 * 3_600_000 - 1);
    expect((await list({ limit: 1, cursor })).status).toBe(200);
    api.clock.advance(1);
    expect(await refusedWith({ limit: 1, cursor })).toEqual([400, 'invalid_cursor']);
    api.clock.now = now;
  });

  it('is good for its own list and filters only; the limit may change', async () => {
    const { nextCursor: cursor } = (await list({ limit: 1 })).json;
    expect((await list({ limit: 2, cursor })).status).toBe(200);
    expect(await refusedWith({ limit: 1, cursor, tag: 'odd' })).toEqual([400, 'invalid_cursor']);
    for (const path of ['/v1/campaigns', '/v1/orders', '/v1/links', '/v1/webhook-events', '/v1/api-keys']) {
      expect(await refusedWith({ cursor }, path)).toEqual([400, 'invalid_cursor']);
    }
  });

  it('goes through every list there is', async () => {
    const world = await aWorld(api);
    for (const path of ['/v1/links', '/v1/discount-codes', '/v1/creators', '/v1/api-keys']) {
      await world.make('/v1/api-keys', { name: 'another', scopes: ['read'] });
      const first = await world.get(path, { limit: 1 });
      const second = await world.get(path, { limit: 1, cursor: first.nextCursor });
      expect(second.data[0].id).not.toBe(first.data[0].id);
    }
    const first = await api.call('GET', '/v1/merchants', { key: ROOT, query: { limit: 1 } });
    const second = await api.call('GET', '/v1/merchants', {
      key: ROOT,
      query: { limit: 1, cursor: first.json.nextCursor },
    });
    expect(second.json.data[0].id).toBe(owner.merchant.id);
  });

  it('goes through codes of one name in several stores', async () => {
    const shop = await aMerchant(api);
    const creator = await aCreator(shop);
    const codes: string[] = [];
    for (let i = 0; i < 3; i++) {
      const store = await aStore(shop, { domain: `shop-${i}.example.com` });
      const value = { type: 'percent', amount: 15 };
      codes.push((await shop.make('/v1/discount-codes', { creatorId: creator.id, storeId: store.id, value })).id);
    }
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await shop.get('/v1/discount-codes', { code: 'SARAH15', limit: 1, ...(cursor && { cursor }) });
      seen.push(...page.data.map(({ id }: Json) => id));
      cursor = page.nextCursor;
    } while (cursor && seen.length < 10);
    expect(seen.sort()).toEqual(codes.sort());
  });
});

describe('filters', () => {
  it('find creators by part of the name or handle in any case, status and tag', async () => {
    const shop = await aMerchant(api);
    const ada = await aCreator(shop, {
      name: 'Ada Ørsted',
      handle: 'ada.codes',
      tags: ['tech', 'uk'],
      status: 'paused',
    });
    const bo = await aCreator(shop, { name: 'Bo', handle: 'BoCooks', tags: ['food'] });
    const found = async (query: Record<string, string>) =>
      (await shop.get('/v1/creators', query)).data.map(({ id }: Json) => id);
    expect(await found({ q: 'ørs' })).toEqual([ada.id]);
    expect(await found({ q: 'COOK' })).toEqual([bo.id]);
    expect(await found({ status: 'paused' })).toEqual([ada.id]);
    expect(await found({ tag: 'food' })).toEqual([bo.id]);
    expect(await found({ tag: 'food', status: 'paused' })).toEqual([]);
    expect((await shop.call('GET', '/v1/creators', { query: { status: 'famous' } })).json.errors).toMatchObject([
      { pointer: '/query/status' },
    ]);
  });

  it('find links by slug in any case, creator and campaign', async () => {
    const world = await aWorld(api);
    const { creator, link } = world.mike;
    const found = async (query: Record<string, string>) =>
      (await world.get('/v1/links', query)).data.map(({ id }: Json) => id);
    expect(await found({ slug: link.slug.toUpperCase() })).toEqual([link.id]);
    expect(await found({ slug: link.slug, creatorId: world.sarah.creator.id })).toEqual([]);
    expect(await found({ creatorId: creator.id })).toEqual([link.id]);
    expect(await found({ campaignId: world.campaign.id })).toHaveLength(2);
    expect((await world.call('GET', '/v1/links', { query: { creatorId: 'mike' } })).status).toBe(422);
  });

  it('find costs by campaign and type', async () => {
    const world = await aWorld(api);
    const cost = (type: string, campaignId?: string) =>
      world.make('/v1/costs', { type, campaignId, amount: { amount: 5, currency: 'USD' }, incurredOn: '2026-11-20' });
    const [fee, tools] = [await cost('fee', world.campaign.id), await cost('tools')];
    const found = async (query: Record<string, string>) =>
      (await world.get('/v1/costs', query)).data.map(({ id }: Json) => id);
    expect(await found({ campaignId: world.campaign.id })).toEqual([fee.id]);
    expect(await found({ type: 'tools' })).toEqual([tools.id]);
    expect((await world.call('GET', '/v1/costs', { query: { type: 'bribe' } })).status).toBe(422);
  });

  it.each([
    ['creators', 'tag'],
    ['creators', 'q'],
    ['orders', 'name'],
    ['orders', 'code'],
    ['links', 'slug'],
    ['discount-codes', 'code'],
  ])('that are empty are 422, not everything: %s by %s', async (path, name) => {
    const refused = await list({ [name]: '' }, `/v1/${path}`);
    expect([refused.status, refused.json.errors]).toMatchObject([422, [{ pointer: `/query/${name}` }]]);
  });
});
