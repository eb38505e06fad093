// What a field takes at most: numbers the table can hold, instants of this era, text that a person can see.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answered, type Json, type TestApi, testApi } from '../support/http.ts';
import { aStore, aWorld, type World } from '../support/world.ts';

let api: TestApi;
let world: World;
beforeAll(async () => {
  api = await testApi();
  world = await aWorld(api);
});
afterAll(() => api.close());

const send = (method: string, path: string, body: unknown): Promise<Answered> => world.call(method, path, { body });
const post = (path: string, body: unknown) => send('POST', path, body);
const errorsOf = ({ status, json }: Answered) => [
  status,
  ...(json.errors ?? []).map(({ pointer, code }: Json) => `${pointer} ${code}`),
];

const campaign = (goal: object) => ({
  name: 'Goal',
  destinationUrl: 'https://shop.example.com/',
  startsOn: '2026-11-01',
  goal: { metric: 'orders', target: 1, ...goal },
});
const cost = (hours: number) => ({
  type: 'time',
  amount: { amount: 1, currency: 'USD' },
  incurredOn: '2026-11-20',
  hours,
});
const discount = (over: object) => ({
  creatorId: world.sarah.creator.id,
  storeId: world.store.id,
  value: { type: 'percent', amount: 15 },
  ...over,
});
const percent = (amount: number) => discount({ value: { type: 'percent', amount } });

describe('a number', () => {
  it.each([1e15 + 1, 1e16, 1e200, -1e16, 1e-200, 1e-7, 0.00001, 0.1 + 0.2])(
    'of %d is no goal the table could hold exactly: 422',
    async (number) => {
      for (const field of ['target', 'baseline']) {
        expect((await post('/v1/campaigns', campaign({ [field]: number }))).json.errors).toMatchObject([
          { pointer: `/goal/${field}` },
        ]);
      }
    },
  );

  it.each([0, -1.5, 0.0001, 33.3333, 123_456_789.1234, 1e15, -1e15])('of %d is stored as sent', async (number) => {
    const made = await post('/v1/campaigns', campaign({ target: number, baseline: number }));
    expect(made.json.goal).toMatchObject({ target: number, baseline: number });
    expect((await world.get(`/v1/campaigns/${made.json.id}`)).goal).toMatchObject({ target: number });
  });

  it('that is too fine is 422 wherever a fraction is allowed', async () => {
    const fine = 'too_many_decimals';
    expect(errorsOf(await post('/v1/discount-codes', percent(1e-200)))).toEqual([
      422,
      '/value/amount too_small',
      `/value/amount ${fine}`,
    ]);
    expect(errorsOf(await post('/v1/discount-codes', percent(0.009)))).toEqual([422, '/value/amount too_small']);
    expect((await post('/v1/discount-codes', percent(0.01))).status).toBe(201);
    expect(errorsOf(await post('/v1/costs', cost(1e-300)))).toEqual([422, `/hours ${fine}`]);
    expect((await post('/v1/costs', cost(0.25))).status).toBe(201);
    expect(errorsOf(await send('PATCH', '/v1/merchant', { grossMarginPct: 1e-300 }))).toEqual([
      422,
      `/grossMarginPct ${fine}`,
    ]);
    expect((await send('PATCH', '/v1/merchant', { grossMarginPct: 33.3333 })).status).toBe(200);
  });
});

describe('an instant', () => {
  it.each([
    '0000-01-01T00:00:00Z',
    '1969-12-31T23:59:59.999Z',
    '1970-01-01T00:00:00+00:01',
    '3000-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
    '2999-12-31T23:59:00-00:01',
  ])('%s is outside 1970 to 2999: 422', async (instant) => {
    const { id } = world.sarah.link;
    expect(errorsOf(await send('PATCH', `/v1/links/${id}`, { expiresAt: instant }))).toEqual([
      422,
      '/expiresAt invalid_instant',
    ]);
    expect(errorsOf(await post('/v1/discount-codes', discount({ startsAt: instant })))).toEqual([
      422,
      '/startsAt invalid_instant',
    ]);
  });

  it.each(['1970-01-01T00:00:00Z', '2999-12-31T23:59:59.999Z', '1970-01-01T01:00:00+01:00'])(
    '%s is within',
    async (instant) => {
      const { json } = await send('PATCH', `/v1/links/${world.mike.link.id}`, { expiresAt: instant });
      expect(json.expiresAt).toBe(new Date(instant).toISOString());
    },
  );
});

describe('a name', () => {
  const INVISIBLE = ['\u200B', '\u202E', '\u0000', '\u2060\u00AD', '\u3164', '\u2800', '\uFE0F'];

  it.each(INVISIBLE)('of %j alone shows nothing: 422', async (text) => {
    expect(errorsOf(await post('/v1/creators', { name: text }))).toEqual([422, '/name blank']);
    expect(errorsOf(await post('/v1/creators', { name: 'A', externalId: text }))).toEqual([422, '/externalId blank']);
    expect(errorsOf(await post('/v1/discount-codes', discount({ code: text, adopt: true })))).toEqual([
      422,
      '/code blank',
    ]);
    expect(errorsOf(await post('/v1/creators', { name: 'A', tags: [text] }))).toEqual([422, '/tags/0 blank']);
  });

  it.each(['a\u0000b', 'a\nb', 'a\u007Fb', 'a\u0085b'])('with a control character in it, %j, is 422', async (text) => {
    expect(errorsOf(await post('/v1/creators', { name: text }))).toEqual([422, '/name control_character']);
    expect(errorsOf(await post('/v1/discount-codes', discount({ code: text, adopt: true })))).toEqual([
      422,
      '/code control_character',
    ]);
  });

  it('refuses them in an externalId too, in the body and in the path', async () => {
    const refused = [422, '/externalId control_character'];
    expect(errorsOf(await post('/v1/creators', { name: 'A', externalId: 'a\u0000b' }))).toEqual(refused);
    const put = await send('PUT', '/v1/creators/ext_a%00b', { name: 'A' });
    expect([put.status, put.json.errors?.[0].code]).toEqual([422, 'control_character']);
  });

  it.each(['Zoë', '深圳', 'نرگس\u200Cها', '👩🏽\u200D🌾', '❤\uFE0F', 'a'])(
    'such as %s is kept as it is',
    async (name) => {
      expect((await post('/v1/creators', { name })).json.name).toBe(name);
    },
  );
});

describe('a webhook secret', () => {
  it('of white space alone is 422, when given and when rotated', async () => {
    const store = { platform: 'shopify', domain: 'open.myshopify.com', webhookSecret: ' '.repeat(12) };
    expect(errorsOf(await post('/v1/stores', store))).toEqual([422, '/webhookSecret blank']);
    const { id } = await aStore(world, { platform: 'shopify', domain: 'open.myshopify.com' });
    const rotated = await post(`/v1/stores/${id}/rotate-secret`, { webhookSecret: '\u2003'.repeat(12) });
    expect(errorsOf(rotated)).toEqual([422, '/webhookSecret blank']);
  });
});
