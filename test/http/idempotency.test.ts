// Idempotency-Key: a repeated POST is answered, not done, again.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, type TestApi, testApi } from '../support/http.ts';
import { aMerchant, aStore, aWorld, itemsIn, type Owner, ROOT } from '../support/world.ts';

let api: TestApi;
let owner: Owner;
beforeAll(async () => {
  api = await testApi();
  owner = await aMerchant(api);
});
afterAll(() => api.close());

const post = (key: string, body: unknown, path = '/v1/creators') =>
  owner.call('POST', path, { body, headers: { 'idempotency-key': key } });
const DAY = 24 * 3_600_000;

describe('the same key and body', () => {
  it('replay the first answer, marked as such, and make nothing', async () => {
    const first = await post('replay', { name: 'Ida' });
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    const again = await post('replay', { name: 'Ida' });
    expect([again.status, again.text]).toEqual([201, first.text]);
    expect(again.headers['idempotency-replayed']).toBe('true');
    const { data } = await owner.get('/v1/creators', { q: 'Ida' });
    expect(data).toHaveLength(1);
  });

  it('replay secrets shown once, which no longer stand in the table as they are', async () => {
    const body = { platform: 'standard', domain: 'shop.example.com' };
    const first = await post('secret', body, '/v1/stores');
    expect((await post('secret', body, '/v1/stores')).json.webhookSecret).toBe(first.json.webhookSecret);
    expect(JSON.stringify(await itemsIn(api))).not.toContain(first.json.webhookSecret);
  });

  it('replay refusals of the request as well', async () => {
    const refused = await post('refused', { name: '' });
    const again = await post('refused', { name: '' });
    expect([again.status, again.text]).toEqual([422, refused.text]);
    expect(again.headers['idempotency-replayed']).toBe('true');
    const taken = { name: 'One', externalId: 'taken' };
    await post('make-taken', taken);
    const conflict = await post('taken', taken);
    await owner.call('PATCH', '/v1/creators/ext_taken', { body: { name: 'Other' } });
    expect((await post('taken', taken)).text).toBe(conflict.text);
    expect(conflict.status).toBe(409);
  });

  it('make one thing when sent at the same moment; the others are told to wait', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => post('at-once', { name: 'Once' })));
    const made = answers.filter(({ status }) => status === 201);
    const waiting = answers.filter(({ status }) => status === 409);
    expect(made.length + waiting.length).toBe(8);
    expect(new Set(made.map(({ json }) => json.id)).size).toBe(1);
    for (const { json, headers } of waiting) {
      expect([json.code, headers['retry-after']]).toEqual(['idempotency_in_progress', '1']);
    }
    expect((await owner.get('/v1/creators', { q: 'Once' })).data).toHaveLength(1);
  });

  it('work for whatever is posted: batches of a thousand, roll-ups, keys, replays without a body', async () => {
    const world = await aWorld(api);
    const send = (path: string, body?: unknown) =>
      world.call('POST', path, { body, headers: { 'idempotency-key': 'any' } });
    const items = Array.from({ length: 1000 }, () => ({
      creatorId: world.sarah.creator.id,
      campaignId: world.campaign.id,
    }));
    for (const [path, body] of [
      ['/v1/links/batch', { items }],
      ['/v1/rollups', { from: '2026-11-20', to: '2026-11-20' }],
      ['/v1/api-keys', { name: 'x', scopes: ['read'] }],
      [`/v1/stores/${world.store.id}/rotate-secret`, undefined],
    ] as const) {
      const first = await send(path, body);
      expect(first.status).toBeLessThan(300);
      const again = await send(path, body);
      expect([again.text === first.text, again.headers['idempotency-replayed']]).toEqual([true, 'true']);
    }
    expect((await world.get('/v1/links', { limit: 100 })).data).toHaveLength(100);
  });
});

describe('a key', () => {
  it('with another body is 409', async () => {
    await post('reused', { name: 'First' });
    const refused = await post('reused', { name: 'Second' });
    expect([refused.status, refused.json.code]).toEqual([409, 'idempotency_key_reused']);
    expect((await owner.get('/v1/creators', { q: 'Second' })).data).toEqual([]);
  });

  it('is scoped to its route and to what the path names', async () => {
    await post('scoped', { name: 'Scoped' });
    const other = await post('scoped', { platform: 'standard', domain: 'shop.example.com' }, '/v1/stores');
    expect(other.status).toBe(201);
    const [one, two] = [await aStore(owner), await aStore(owner)];
    expect((await post('rotate', {}, `/v1/stores/${one.id}/rotate-secret`)).status).toBe(200);
    expect((await post('rotate', {}, `/v1/stores/${two.id}/rotate-secret`)).status).toBe(409);
  });

  it('is scoped to the API key that sent it', async () => {
    const second: Json = await owner.make('/v1/api-keys', { name: 'second', scopes: ['read', 'write'] });
    const headers = { 'idempotency-key': 'of-a-key' };
    await owner.call('POST', '/v1/creators', { body: { name: 'By the first' }, headers });
    const answer = await owner.call('POST', '/v1/creators', {
      body: { name: 'By the second' },
      headers,
      key: second.key,
    });
    expect(answer.json.name).toBe('By the second');
  });

  it('works for the root key', async () => {
    const send = (name: string) =>
      api.call('POST', '/v1/merchants', {
        key: ROOT,
        body: { name, currency: 'USD', timeZone: 'UTC', allowedHosts: ['shop.example.com'] },
        headers: { 'idempotency-key': 'merchant' },
      });
    const first = await send('Once Only');
    expect((await send('Once Only')).json).toEqual(first.json);
    expect((await send('Another')).status).toBe(409);
  });

  it('has 1 to 255 characters', async () => {
    for (const key of ['', 'x'.repeat(256)]) {
      const refused = await post(key, { name: 'Ida' });
      expect([refused.status, refused.json.code]).toEqual([400, 'invalid_idempotency_key']);
    }
    for (const key of ['x', 'x'.repeat(255)]) expect((await post(key, { name: 'Bounds' })).status).toBe(201);
  });

  it('is forgotten after 24 hours', async () => {
    const first = await post('a-day', { name: 'Daily' });
    const { now } = api.clock;
    api.clock.advance(DAY - 1);
    expect((await post('a-day', { name: 'Daily' })).json.id).toBe(first.json.id);
    api.clock.advance(1);
    const next = await post('a-day', { name: 'Another day' });
    expect(next.status).toBe(201);
    expect(next.json.id).not.toBe(first.json.id);
    api.clock.now = now;
  });

  it('means nothing on other methods', async () => {
    const headers = { 'idempotency-key': 'get' };
    const first = await owner.call('GET', '/v1/creators', { headers, query: { limit: 1 } });
    api.clock.advance(1);
    await post('not-replayed', { name: 'New' });
    expect((await owner.call('GET', '/v1/creators', { headers, query: { limit: 1 } })).text).not.toBe(first.text);
  });
});
