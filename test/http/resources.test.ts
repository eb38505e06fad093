// Every managed kind alike: created, read, changed, replaced under the caller's own id, archived.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, type TestApi, testApi } from '../support/http.ts';
import { aWorld, follow, type World } from '../support/world.ts';

let api: TestApi;
let world: World;
beforeAll(async () => {
  api = await testApi();
  world = await aWorld(api);
});
afterAll(() => api.close());

interface Kind {
  readonly kind: string;
  readonly prefix: string;
  readonly body: () => Record<string, unknown>;
  readonly patch: Record<string, unknown>;
  /** What the answer shows after the patch. */
  readonly patched?: Record<string, unknown>;
  /** What may never change after creation. */
  readonly fixed?: readonly string[];
}

const KINDS: readonly Kind[] = [
  {
    kind: 'creators',
    prefix: 'crt_',
    body: () => ({ name: 'Zoë Ng', handle: 'zoe', email: 'zoe@example.com', tags: ['vegan'], programTier: 3 }),
    patch: { name: 'Zoë Tan', tags: null, status: 'paused' },
    patched: { name: 'Zoë Tan', tags: [], status: 'paused', handle: 'zoe' },
  },
  {
    kind: 'campaigns',
    prefix: 'cmp_',
    body: () => ({
      name: 'Frühling 2026',
      destinationUrl: 'https://shop.example.com/spring',
      startsOn: '2026-03-01',
      endsOn: '2026-05-31',
      budget: { amount: 350_000, currency: 'USD' },
      goal: { metric: 'orders', baseline: 10, target: 100, by: '2026-05-31' },
      attribution: { lookbackDays: 14 },
    }),
    patch: { endsOn: null, goal: null },
    patched: { endsOn: null, goal: null, attribution: { lookbackDays: 14 }, slug: 'fruhling-2026' },
  },
  {
    kind: 'stores',
    prefix: 'sto_',
    body: () => ({ platform: 'shopify', domain: 'Open-Shop.myshopify.com', accessToken: 'shpat_1' }),
    patch: { name: 'Main shop' },
    patched: { name: 'Main shop', domain: 'open-shop.myshopify.com', credentials: ['accessToken'] },
  },
  {
    kind: 'links',
    prefix: 'lnk_',
    body: () => ({ creatorId: world.sarah.creator.id, campaignId: world.campaign.id, placement: 'story' }),
    patch: { placement: 'reel' },
    patched: { placement: 'reel' },
    fixed: ['slug'],
  },
  {
    kind: 'discount-codes',
    prefix: 'cod_',
    body: () => ({
      creatorId: world.sarah.creator.id,
      storeId: world.store.id,
      value: { type: 'fixed', amount: 1000, currency: 'USD' },
    }),
    patch: { usageLimit: 100, endsAt: '2026-12-31T23:59:59Z' },
    patched: { usageLimit: 100, endsAt: '2026-12-31T23:59:59.000Z' },
    fixed: ['code'],
  },
  {
    kind: 'costs',
    prefix: 'cst_',
    body: () => ({
      type: 'time',
      amount: { amount: 120_000, currency: 'USD' },
      incurredOn: '2026-11-20',
      campaignId: world.campaign.id,
      hours: 12.5,
      hourlyRate: 9600,
    }),
    patch: { note: 'reviewed', creatorId: null },
    patched: { note: 'reviewed', hours: 12.5 },
  },
  {
    kind: 'values',
    prefix: 'val_',
    body: () => ({
      type: 'content',
      amount: { amount: 200_000, currency: 'USD' },
      on: '2026-11-20',
      method: 'agency quote',
    }),
    patch: { type: 'other' },
    patched: { type: 'other', method: 'agency quote' },
  },
  {
    kind: 'api-keys',
    prefix: 'key_',
    body: () => ({ name: 'reports', scopes: ['read'] }),
    patch: { name: 'dashboards' },
    patched: { name: 'dashboards', scopes: ['read'] },
  },
];

/** Fields only the answer that makes a thing carries. */
const withoutSecrets = ({ key: _key, webhookSecret: _secret, ...shown }: Json): Json => shown;
const withoutStamps = ({ id: _i, externalId: _e, createdAt: _c, updatedAt: _u, ...rest }: Json): Json => rest;

describe.each(KINDS)('$kind', ({ kind, prefix, body, patch, patched }) => {
  const path = `/v1/${kind}`;

  it('are created with 201, read back as they are, and listed newest first', async () => {
    api.clock.advance(1);
    const first = await world.make(path, body());
    api.clock.advance(1);
    const second = await world.make(path, body());
    expect(first.id.startsWith(prefix)).toBe(true);
    expect(first).toMatchObject({ externalId: null, archivedAt: null, createdAt: expect.stringMatching(/Z$/) });
    expect(await world.get(`${path}/${first.id}`)).toEqual(withoutSecrets(first));
    const { data } = await world.get(path);
    expect(data.slice(0, 2)).toEqual([withoutSecrets(second), withoutSecrets(first)]);
  });

  it('are changed by what is sent, and nothing else', async () => {
    const made = await world.make(path, body());
    api.clock.advance(1000);
    const changed = await world.call('PATCH', `${path}/${made.id}`, { body: patch });
    expect(changed.status).toBe(200);
    expect(changed.json).toMatchObject({ ...patched, createdAt: made.createdAt });
    expect(changed.json.updatedAt > made.updatedAt).toBe(true);
    expect(await world.get(`${path}/${made.id}`)).toEqual(changed.json);
    const nothing = await world.call('PATCH', `${path}/${made.id}`, { body: {} });
    expect({ ...nothing.json, updatedAt: '' }).toEqual({ ...changed.json, updatedAt: '' });
  });

  it('take an externalId that is unique, and usable wherever an id is', async () => {
    const made = await world.make(path, { ...body(), externalId: 'crm:42' });
    expect(await world.get(`${path}/ext_crm:42`)).toEqual(withoutSecrets(made));
    const again = await world.call('POST', path, { body: { ...body(), externalId: 'crm:42' } });
    expect([again.status, again.json.code]).toEqual([409, 'external_id_taken']);
    expect((await world.call('PATCH', `${path}/ext_crm:42`, { body: patch })).json.id).toBe(made.id);
    for (const externalId of ['', 'a b', 'a/b', 'x'.repeat(101), 7]) {
      const refused = await world.call('POST', path, { body: { ...body(), externalId } });
      expect(refused.json.errors.map(({ pointer }: Json) => pointer)).toContain('/externalId');
    }
  });

  it('are created by PUT of an own id with 201, and replaced with 200', async () => {
    const made = await world.call('PUT', `${path}/ext_put-1`, { body: body() });
    expect([made.status, made.json.externalId]).toEqual([201, 'put-1']);
    const same = await world.call('PUT', `${path}/ext_put-1`, { body: { ...body(), externalId: 'put-1' } });
    expect([same.status, same.json.id]).toEqual([200, made.json.id]);
    expect(withoutStamps(same.json)).toEqual(withoutStamps(withoutSecrets(made.json)));
    expect((await world.call('PUT', `${path}/${made.json.id}`, { body: body() })).status).toBe(404);
    const other = await world.call('PUT', `${path}/ext_put-1`, { body: { ...body(), externalId: 'put-2' } });
    expect(other.json.errors).toMatchObject([{ pointer: '/externalId' }]);
    expect((await world.call('PUT', `${path}/ext_a%20b`, { body: body() })).status).toBe(422);
  });

  it('are made once by PUTs of one own id at the same moment', async () => {
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => world.call('PUT', `${path}/ext_race`, { body: body() })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 201]);
    expect(new Set(answers.map(({ json }) => json.id)).size).toBe(1);
  });

  it('are archived by DELETE: out of the list, still to be read, and again without effect', async () => {
    const made = await world.make(path, body());
    expect((await world.call('DELETE', `${path}/${made.id}`)).status).toBe(204);
    const archived = await world.get(`${path}/${made.id}`);
    expect(archived.archivedAt).not.toBeNull();
    const ids = async (query: Record<string, boolean>) =>
      (await world.get(path, { limit: 100, ...query } as never)).data.map(({ id }: Json) => id);
    expect(await ids({})).not.toContain(made.id);
    expect(await ids({ archived: true })).toContain(made.id);
    api.clock.advance(1000);
    expect((await world.call('DELETE', `${path}/${made.id}`)).status).toBe(204);
    expect((await world.get(`${path}/${made.id}`)).archivedAt).toBe(archived.archivedAt);
  });
});

describe.each(KINDS.filter(({ fixed }) => fixed))('$kind', ({ kind, body, fixed = [] }) => {
  it('keep what posts and shops already carry', async () => {
    const made = await world.call('PUT', `/v1/${kind}/ext_fixed`, { body: body() });
    for (const field of fixed) {
      const replaced = await world.call('PUT', `/v1/${kind}/ext_fixed`, {
        body: { ...body(), [field]: 'OTHER-ONE-1' },
      });
      expect(replaced.json.errors).toMatchObject([{ pointer: `/${field}`, code: 'fixed' }]);
      const changed = await world.call('PATCH', `/v1/${kind}/${made.json.id}`, { body: { [field]: 'OTHER-ONE-1' } });
      expect(changed.json.errors).toMatchObject([{ pointer: `/${field}`, code: 'unknown_field' }]);
    }
  });
});

describe('own ids in bodies', () => {
  it('stand for ids of every kind, also in filters', async () => {
    const creator = await world.make('/v1/creators', { name: 'Ida Ek', externalId: 'ida' });
    const campaign = await world.make('/v1/campaigns', {
      name: 'Ida',
      destinationUrl: 'https://shop.example.com/',
      startsOn: '2026-11-01',
      externalId: 'ida',
    });
    const store = await world.make('/v1/stores', {
      platform: 'shopify',
      domain: 'ida.myshopify.com',
      externalId: 'ida',
    });
    const owned = { creatorId: 'ext_ida', campaignId: 'ext_ida' };
    const value = { type: 'percent', amount: 10 };
    const code = await world.make('/v1/discount-codes', { ...owned, storeIds: ['ext_ida'], value, externalId: 'ida' });
    expect(code).toMatchObject({ creatorId: creator.id, campaignId: campaign.id, storeIds: [store.id], code: 'IDA10' });
    const link = await world.make('/v1/links', { ...owned, discountCodeId: 'ext_ida' });
    expect(link).toMatchObject({ creatorId: creator.id, campaignId: campaign.id, discountCodeId: code.id });
    const amount = { amount: 1, currency: 'USD' };
    const cost = await world.make('/v1/costs', { ...owned, type: 'fee', amount, incurredOn: '2026-11-20' });
    expect(cost).toMatchObject({ creatorId: creator.id, campaignId: campaign.id });
    for (const [path, id] of [
      ['/v1/links', link.id],
      ['/v1/discount-codes', code.id],
      ['/v1/costs', cost.id],
    ] as const) {
      const listed = await world.get(path, { creatorId: 'ext_ida', campaignId: 'ext_ida' });
      expect(listed.data.map(({ id: one }: Json) => one)).toEqual([id]);
    }
  });

  it('that lead nowhere are 422, each at its own pointer', async () => {
    const refused = await world.call('POST', '/v1/discount-codes', {
      body: {
        creatorId: 'ext_nobody',
        campaignId: 'cmp_000000000000000000',
        storeId: 'ext_none',
        storeIds: [world.store.id, 'sto_000000000000000000'],
        value: { type: 'percent', amount: 10 },
      },
    });
    expect(refused.json.errors.map(({ pointer, code }: Json) => [pointer, code])).toEqual([
      ['/creatorId', 'unknown_reference'],
      ['/campaignId', 'unknown_reference'],
      ['/storeId', 'unknown_reference'],
      ['/storeIds/1', 'unknown_reference'],
    ]);
  });
});

describe('an archived creator', () => {
  it('has links that still redirect', async () => {
    const creator = await world.make('/v1/creators', { name: 'Gone Soon' });
    const link = await world.make('/v1/links', { creatorId: creator.id, campaignId: world.campaign.id });
    await world.call('DELETE', `/v1/creators/${creator.id}`);
    expect((await follow(api, link.slug)).status).toBe(302);
    await world.call('DELETE', `/v1/links/${link.id}`);
    api.clock.advance(61_000);
    expect((await follow(api, link.slug)).status).toBe(302);
  });
});
