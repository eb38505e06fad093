// Who may call what: keys, scopes, the root key, revocation.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApi } from '../../functions/api.ts';
import { routes } from '../../lib/contracts/routes.ts';
import { aGatewayEvent, answeredOf, type TestApi, testApi } from '../support/http.ts';
import { aMerchant, type Owner, ROOT } from '../support/world.ts';

let api: TestApi;
let owner: Owner;
const keyed: Record<string, string> = {};

beforeAll(async () => {
  api = await testApi();
  owner = await aMerchant(api);
  for (const scope of ['read', 'write', 'admin']) {
    keyed[scope] = (await owner.make('/v1/api-keys', { name: scope, scopes: [scope] })).key;
  }
});
afterAll(() => api.close());

const managed = routes.filter((route) => route.scope !== 'public');
const pathOf = (path: string) => path.replace(/\{\w+\}/g, 'crt_000000000000000000');
const bodyFor = (method: string) => (method === 'GET' || method === 'DELETE' ? {} : { body: {} });

describe('every route that needs a key', () => {
  it.each(managed.map((route) => [route.method, route.path, route] as const))(
    '%s %s refuses callers without a key, with an unknown one and without the scope',
    async (method, path, route) => {
      const at = pathOf(path);
      const without = await api.call(method, at, bodyFor(method));
      expect([without.status, without.json.code]).toEqual([401, 'unauthorized']);
      expect(without.headers['www-authenticate']).toBe('Bearer');
      expect((await api.call(method, at, { ...bodyFor(method), key: 'trb_live_nobodys' })).status).toBe(401);
      const others = ['read', 'write', 'admin'].filter((scope) => scope !== route.scope);
      for (const scope of others) {
        const refused = await api.call(method, at, { ...bodyFor(method), key: keyed[scope] as string });
        expect([refused.status, refused.json.code]).toEqual([403, 'forbidden']);
      }
      if (route.scope === 'root') return;
      expect((await api.call(method, at, { ...bodyFor(method), key: ROOT })).status).toBe(403);
      const allowed = await api.call(method, at, { ...bodyFor(method), key: keyed[route.scope] as string });
      expect([401, 403]).not.toContain(allowed.status);
    },
  );
});

describe('the root key', () => {
  it('creates and lists merchants and mints their keys, and nothing else', async () => {
    const listed = await api.call('GET', '/v1/merchants', { key: ROOT });
    expect(listed.json.data.map(({ id }: { id: string }) => id)).toContain(owner.merchant.id);
    const minted = await api.call('POST', `/v1/merchants/${owner.merchant.id}/api-keys`, { key: ROOT });
    expect(minted.status).toBe(201);
    expect(minted.json.scopes).toEqual(['read', 'write', 'admin']);
    expect((await api.call('GET', '/v1/merchant', { key: minted.json.key })).json.id).toBe(owner.merchant.id);
    expect((await api.call('GET', '/v1/creators', { key: ROOT })).status).toBe(403);
  });

  it('mints keys for merchants that exist only', async () => {
    for (const id of ['mer_000000000000000000', 'crt_1', 'x'.repeat(3000)]) {
      expect((await api.call('POST', `/v1/merchants/${id}/api-keys`, { key: ROOT, body: {} })).status).toBe(404);
    }
  });

  it('belongs to nobody when the deployment has none', async () => {
    const keyless = createApi({ ...api.service, rootKey: undefined });
    for (const key of [ROOT, '', 'undefined']) {
      const event = aGatewayEvent('GET', '/v1/merchants', { key });
      expect(answeredOf(await keyless(event, undefined as never)).status).toBe(401);
    }
  });
});

describe('API keys', () => {
  it('are shown once, then named by their ending', async () => {
    const made = await owner.make('/v1/api-keys', { name: 'reports', scopes: ['read'] });
    expect(made.key).toMatch(/^trb_live_[A-Za-z0-9]{32}$/);
    const listed = await owner.get('/v1/api-keys');
    const shown = listed.data.find(({ id }: { id: string }) => id === made.id);
    expect(shown).toMatchObject({ name: 'reports', scopes: ['read'], ending: made.key.slice(-4) });
    expect(JSON.stringify(listed)).not.toContain(made.key);
  });

  it('grant no more than the key that mints them has', async () => {
    const answer = await api.call('POST', '/v1/api-keys', {
      key: keyed.admin as string,
      body: { name: 'wider', scopes: ['read', 'write', 'admin'] },
    });
    expect([answer.status, answer.json.code]).toEqual([403, 'forbidden']);
    expect(answer.json.detail).toContain('read, write');
  });

  it('stop working the moment they are revoked', async () => {
    const made = await owner.make('/v1/api-keys', { name: 'short-lived', scopes: ['read'] });
    expect((await api.call('GET', '/v1/creators', { key: made.key })).status).toBe(200);
    expect((await owner.call('DELETE', `/v1/api-keys/${made.id}`)).status).toBe(204);
    const refused = await api.call('GET', '/v1/creators', { key: made.key });
    expect([refused.status, refused.json.code]).toEqual([401, 'unauthorized']);
    const listed = await owner.get('/v1/api-keys');
    expect(listed.data.map(({ id }: { id: string }) => id)).not.toContain(made.id);
  });

  it('can be renamed, and given no more than the key that changes them has', async () => {
    const made = await owner.make('/v1/api-keys', { name: 'old name', scopes: ['read'] });
    const { key: secret, ...shown } = made;
    const renamed = await owner.call('PATCH', `/v1/api-keys/${made.id}`, { body: { name: 'new name' } });
    expect(renamed.json).toEqual({ ...shown, name: 'new name' });
    expect(await owner.get(`/v1/api-keys/${made.id}`)).toEqual(renamed.json);
    const change = { key: keyed.admin as string, body: { scopes: ['read', 'write'] } };
    expect((await api.call('PATCH', `/v1/api-keys/${made.id}`, change)).status).toBe(403);
    await owner.call('PATCH', `/v1/api-keys/${made.id}`, { body: { scopes: ['write'] } });
    expect((await api.call('GET', '/v1/creators', { key: secret })).status).toBe(403);
  });

  it('are read from the Authorization header in any case of its scheme, and from nowhere else', async () => {
    const call = (authorization: string) => api.call('GET', '/v1/merchant', { headers: { authorization } });
    expect((await call(`bearer ${owner.key}`)).status).toBe(200);
    for (const odd of [
      owner.key,
      `Basic ${owner.key}`,
      `Bearer ${owner.key} x`,
      'Bearer',
      `Bearer ${'x'.repeat(9000)}`,
    ]) {
      expect((await call(odd)).status).toBe(401);
    }
    expect((await api.call('GET', '/v1/merchant', { query: { key: owner.key } })).status).toBe(401);
  });
});
