// A merchant's own settings: what can change, what is fixed once facts exist, rules by the day they began.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApi, testApi } from '../support/http.ts';
import { aCreator, aLink, aMerchant, aWorld, follow, placeOrder, ROOT, rollUp } from '../support/world.ts';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

const BODY = { name: 'Open Shop', currency: 'USD', timeZone: 'Europe/Berlin', allowedHosts: ['Shop.Example.com'] };

describe('creating a merchant', () => {
  it('answers its first admin key once, and defaults for attribution', async () => {
    const made = await api.call('POST', '/v1/merchants', { key: ROOT, body: BODY });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({
      name: 'Open Shop',
      currency: 'USD',
      timeZone: 'Europe/Berlin',
      allowedHosts: ['shop.example.com'],
      fallbackUrl: null,
      attribution: { lookbackDays: 30, conflictPolicy: 'code_first', halfLifeDays: 7 },
      grossMarginPct: null,
      customerHistoryFrom: null,
    });
    const own = await api.call('GET', '/v1/merchant', { key: made.json.apiKey });
    const { apiKey, ...rest } = made.json;
    expect(own.json).toEqual(rest);
    expect(apiKey).toMatch(/^trb_live_/);
  });

  it('takes any zone and currency there is, and lists everything wrong with the others at once', async () => {
    for (const timeZone of ['UTC', 'Asia/Kathmandu', 'America/St_Johns', '+05:30']) {
      expect((await api.call('POST', '/v1/merchants', { key: ROOT, body: { ...BODY, timeZone } })).status).toBe(201);
    }
    const body = {
      name: ' ',
      currency: 'usd',
      timeZone: 'Mars/Olympus',
      allowedHosts: ['https://shop.example.com', 'localhost'],
      grossMarginPct: 101,
      attribution: { lookbackDays: 91, conflictPolicy: 'coin_toss', halfLifeDays: 0 },
      customerHistoryFrom: '2026-02-30',
      surprise: true,
    };
    const refused = await api.call('POST', '/v1/merchants', { key: ROOT, body });
    expect(refused.status).toBe(422);
    expect(refused.json.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      '/allowedHosts/0',
      '/allowedHosts/1',
      '/attribution/conflictPolicy',
      '/attribution/halfLifeDays',
      '/attribution/lookbackDays',
      '/currency',
      '/customerHistoryFrom',
      '/grossMarginPct',
      '/name',
      '/surprise',
      '/timeZone',
    ]);
    const codes = new Map(
      refused.json.errors.map((error: { pointer: string; code: string }) => [error.pointer, error.code]),
    );
    expect(codes.get('/currency')).toBe('unknown_currency');
    expect(codes.get('/timeZone')).toBe('unknown_time_zone');
    expect(codes.get('/customerHistoryFrom')).toBe('invalid_day');
    expect(codes.get('/surprise')).toBe('unknown_field');
  });

  it('refuses a fallback that leads anywhere but to its own hosts', async () => {
    const body = { ...BODY, fallbackUrl: 'https://evil.example.net/' };
    const refused = await api.call('POST', '/v1/merchants', { key: ROOT, body });
    expect(refused.json.errors).toMatchObject([{ pointer: '/fallbackUrl', code: 'host_not_allowed' }]);
  });
});

describe('changing a merchant', () => {
  it('changes what is sent and nothing else', async () => {
    const owner = await aMerchant(api, { grossMarginPct: 40, fallbackUrl: 'https://shop.example.com/all' });
    const changed = await owner.call('PATCH', '/v1/merchant', { body: { name: 'New Name', fallbackUrl: null } });
    expect(changed.status).toBe(200);
    expect(changed.json).toMatchObject({ name: 'New Name', fallbackUrl: null, grossMarginPct: 40, currency: 'USD' });
  });

  it('counts new attribution rules from today on; a second change of the day replaces the first', async () => {
    const owner = await aMerchant(api);
    const before = (await owner.get('/v1/merchant')).attribution;
    const first = await owner.call('PATCH', '/v1/merchant', { body: { attribution: { lookbackDays: 14 } } });
    expect(first.json.attribution).toMatchObject({
      lookbackDays: 14,
      conflictPolicy: 'code_first',
      from: '2026-11-20',
    });
    expect(first.json.attribution.ruleId).not.toBe(before.ruleId);
    const body = { attribution: { conflictPolicy: 'click_first' } };
    const second = await owner.call('PATCH', '/v1/merchant', { body });
    expect(second.json.attribution).toMatchObject({ lookbackDays: 14, conflictPolicy: 'click_first' });
  });

  it('keeps an order under the rules of its day', async () => {
    const world = await aWorld(api);
    const placedAt = new Date(api.clock.now - 86_400_000).toISOString();
    const kept = await placeOrder(api, world.store, { placedAt, externalId: 'before' });
    const old = (await world.get('/v1/merchant')).attribution.ruleId;
    await world.call('PATCH', '/v1/merchant', { body: { attribution: { lookbackDays: 7 } } });
    const event = await world.get(`/v1/webhook-events/${kept.id}`);
    const attribution = await world.get(`/v1/orders/${event.orderId}/attribution`);
    expect(attribution).toMatchObject({ ruleVersion: old, lookbackDays: 30 });
  });
});

describe('currency and time zone', () => {
  const move = (owner: { call: TestApi['call'] }, body: unknown) => owner.call('PATCH', '/v1/merchant', { body });

  it('can be corrected while nothing is bound to them yet', async () => {
    const owner = await aMerchant(api);
    await aCreator(owner);
    const moved = await move(owner, { currency: 'JPY', timeZone: 'Asia/Tokyo' });
    expect(moved.json).toMatchObject({ currency: 'JPY', timeZone: 'Asia/Tokyo' });
    // Noon in UTC is still the same day in Tokyo; four hours later it is not.
    const link = await aLink(owner, await aCreator(owner));
    const before = api.clock.now;
    api.clock.advance(4 * 3_600_000);
    await follow(api, link.slug);
    await rollUp(owner, '2026-11-21');
    const report = await owner.get('/v1/reports/performance', { from: '2026-11-21', to: '2026-11-21' });
    expect(report).toMatchObject({ timeZone: 'Asia/Tokyo', currency: 'JPY', totals: { clicks: 1 } });
    api.clock.now = before;
  });

  it('are fixed once an order has come', async () => {
    const world = await aWorld(api);
    await placeOrder(api, world.store);
    for (const body of [{ currency: 'EUR' }, { timeZone: 'Europe/Paris' }]) {
      const refused = await move(world, body);
      expect([refused.status, refused.json.code]).toEqual([409, 'merchant_has_facts']);
    }
    expect((await move(world, { currency: 'USD', timeZone: 'UTC', name: 'Same' })).status).toBe(200);
  });

  it('are fixed once there are links, whose clicks belong to days of the zone', async () => {
    const owner = await aMerchant(api);
    await aLink(owner, await aCreator(owner));
    const refused = await move(owner, { timeZone: 'Asia/Tokyo' });
    expect([refused.status, refused.json.code]).toEqual([409, 'merchant_has_facts']);
  });

  it('are fixed once money has been entered', async () => {
    for (const [path, day] of [
      ['/v1/costs', { type: 'fee', incurredOn: '2026-11-20' }],
      ['/v1/values', { type: 'content', on: '2026-11-20' }],
    ] as const) {
      const owner = await aMerchant(api);
      await owner.make(path, { ...day, amount: { amount: 100, currency: 'USD' } });
      expect((await move(owner, { currency: 'EUR' })).json.code).toBe('merchant_has_facts');
    }
  });
});
