// Who a click is of: consent waited for, repeats without a cookie, the merchant's own visitors.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Answered, type Json, type TestApi, testApi } from '../support/http.ts';
import { aWorld, clickIdOf, follow, itemsIn, placeOrder, rollUp, type World } from '../support/world.ts';

const DAY = '2026-11-20';
const ADDRESS = '203.0.113.77';

let api: TestApi;
let world: World;
beforeAll(async () => {
  api = await testApi();
});
beforeEach(async () => {
  world = await aWorld(api);
});
afterAll(() => api.close());

const patch = (body: object) => world.call('PATCH', '/v1/merchant', { body });
const cookieOf = (answer: Answered) => /^trb_v=([^;]+)/.exec(answer.cookies[0] ?? '')?.[1] as string;
const followed = (options: Parameters<typeof follow>[2] = {}, link = world.sarah.link) =>
  follow(api, link.slug, options);
const stored = async (): Promise<Json[]> =>
  (await itemsIn(api)).filter(({ pk }) => pk.startsWith(`CLK#${world.merchant.id}#`));
const totals = async () => {
  await rollUp(world, DAY);
  return (await world.get('/v1/reports/performance', { from: DAY, to: DAY })).totals;
};
const clicks = async (query: Record<string, string | number> = {}): Promise<Json[]> =>
  (await world.get('/v1/clicks', { day: DAY, ...query })).data;

describe('consentMode', () => {
  it('is gpc until it is chosen, and reaches the links there are', async () => {
    expect((await world.get('/v1/merchant')).consentMode).toBe('gpc');
    expect((await patch({ consentMode: 'required' })).json.consentMode).toBe('required');
    expect((await world.get(`/v1/links/${world.sarah.link.id}`)).consentMode).toBeUndefined();
    expect((await followed()).cookies).toEqual([]);
    const minted = await world.make('/v1/links', { creatorId: world.sarah.creator.id, campaignId: world.campaign.id });
    expect((await followed({}, minted)).cookies).toEqual([]);
    api.clock.advance(61_000);
    await patch({ consentMode: 'off' });
    expect((await followed({}, world.mike.link)).cookies).toHaveLength(1);
    expect((await patch({ consentMode: 'ask' })).status).toBe(422);
  });

  it('required: before consent no cookie is set or read, and the click counts with an id of its own', async () => {
    const known = cookieOf(await followed());
    await patch({ consentMode: 'required' });
    api.clock.advance(61_000);
    const answers = [await followed({ cookies: [`trb_v=${known}`] }), await followed({ cookies: ['trb_consent=0'] })];
    for (const answer of answers) {
      expect(answer.cookies).toEqual([]);
      expect(clickIdOf(answer)).toMatch(/^clk_/);
    }
    const visitors = (await clicks()).map(({ visitorId }) => visitorId);
    expect(new Set(visitors).size).toBe(3);
    expect(await totals()).toMatchObject({ clicks: 3, uniqueClicks: 3 });
  });

  it('required: an order finds the click that led to it', async () => {
    await patch({ consentMode: 'required' });
    api.clock.advance(61_000);
    const clickId = clickIdOf(await followed());
    await placeOrder(api, world.store, { clickId });
    expect(await totals()).toMatchObject({ clicks: 1, orders: 1, cvr: 1 });
  });

  it('required: with consent the cookie is set and kept', async () => {
    await patch({ consentMode: 'required' });
    api.clock.advance(61_000);
    const cookie = cookieOf(await followed({ cookies: ['trb_consent=1'] }));
    expect(cookie).toMatch(/^20261120\./);
    expect(cookieOf(await followed({ cookies: ['trb_consent=1', `trb_v=${cookie}`] }))).toBe(cookie);
  });

  it.each(['off', 'gpc', 'required'])('%s: GPC and Do Not Track are honoured, consent or not', async (consentMode) => {
    await patch({ consentMode });
    api.clock.advance(61_000);
    for (const headers of [{ 'sec-gpc': '1' }, { dnt: '1' }] as Record<string, string>[]) {
      const answer = await followed({ headers, cookies: ['trb_consent=1'] });
      expect([answer.cookies, clickIdOf(answer)]).toEqual([[], null]);
    }
    expect((await clicks()).map(({ visitorId }) => visitorId)).toEqual([null, null]);
  });
});

describe('a repeat without a cookie', () => {
  it('within 10 s from one address and browser is a duplicate, by a mark that says no more', async () => {
    await followed({ from: ADDRESS });
    await followed({ from: ADDRESS });
    await followed({ from: ADDRESS, headers: { 'sec-gpc': '1' } });
    expect((await stored()).map(({ d }) => d).sort()).toEqual([1, 1, undefined]);
    expect(JSON.stringify(await itemsIn(api))).not.toContain(ADDRESS);
    expect(await totals()).toMatchObject({ clicks: 1, uniqueClicks: 1, excludedClicks: { duplicate: 2 } });
    const kinds = (await clicks()).map(({ kind, reason }) => `${kind} ${reason}`).sort();
    expect(kinds).toEqual(['duplicate repeat_without_cookie', 'duplicate repeat_without_cookie', 'human browser']);
  });

  it('is none after 10 s, of another link, address, browser or language, or where the address is not known', async () => {
    await followed({ from: ADDRESS });
    await followed({ from: '203.0.113.78' });
    await followed({ from: ADDRESS, headers: { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Gecko Firefox/131.0' } });
    await followed({ from: ADDRESS, headers: { 'accept-language': 'de' } });
    await followed({ from: ADDRESS, headers: { 'x-forwarded-for': '198.51.100.1' } });
    await followed({ from: ADDRESS }, world.mike.link);
    await followed({ from: '127.0.0.1' });
    await followed({ from: '127.0.0.1' });
    await followed();
    await followed();
    api.clock.advance(10_001);
    await followed({ from: ADDRESS });
    expect(await totals()).toMatchObject({ clicks: 11, excludedClicks: { duplicate: 0 } });
  });

  it.each(['172.17.0.1', '10.0.0.7', '192.168.1.1', '169.254.1.1', 'fd00::7', 'fe80::1', '::ffff:172.17.0.1'])(
    'is none from %s, which speaks for a network, unless the proxy there says for whom',
    async (from) => {
      await followed({ from });
      await followed({ from });
      await followed({ from, headers: { 'x-forwarded-for': '10.1.1.1' } });
      await followed({ from, headers: { 'x-forwarded-for': '10.1.1.1' } });
      expect(await totals()).toMatchObject({ clicks: 4, excludedClicks: { duplicate: 0 } });
      await followed({ from, headers: { 'x-real-ip': ADDRESS } });
      await followed({ from, headers: { 'x-real-ip': ADDRESS } });
      expect(await totals()).toMatchObject({ clicks: 5, excludedClicks: { duplicate: 1 } });
    },
  );

  it('is found by the address, in whatever form it is told: with a port, in brackets, as IPv6', async () => {
    for (const told of [`${ADDRESS}:51234`, `::ffff:${ADDRESS}`, `[::ffff:${ADDRESS}]:80`, ADDRESS]) {
      await followed({ from: '::1', headers: { 'x-forwarded-for': told } });
    }
    for (const told of ['[2001:DB8::7]:443', '2001:db8::7']) {
      await followed({ from: '::1', headers: { 'x-forwarded-for': told } });
    }
    expect(await totals()).toMatchObject({ clicks: 2, excludedClicks: { duplicate: 4 } });
  });

  it('is none of a probe or a prefetch, which are no click to repeat', async () => {
    await followed({ from: ADDRESS, method: 'HEAD' });
    await followed({ from: ADDRESS, headers: { 'sec-purpose': 'prefetch' } });
    await followed({ from: ADDRESS });
    expect(await totals()).toMatchObject({ clicks: 1, excludedClicks: { duplicate: 0, probe: 1, prefetch: 1 } });
  });

  it('is found behind a proxy on this machine by the address the proxy tells', async () => {
    const headers = { 'x-forwarded-for': '198.51.100.9' };
    await followed({ from: '::1', headers });
    await followed({ from: '::1', headers });
    expect((await stored()).filter(({ d }) => d === 1)).toHaveLength(1);
  });

  it('is credited all the same, when the order comes back with it', async () => {
    await followed({ from: ADDRESS });
    const clickId = clickIdOf(await followed({ from: ADDRESS }));
    await placeOrder(api, world.store, { clickId });
    expect(await totals()).toMatchObject({ clicks: 1, orders: 1 });
  });

  it('leaves no address in what is stored, though a client writes it into its name', async () => {
    const headers = {
      'user-agent': `axios/0.21.4, XFF:${ADDRESS}`,
      'x-forwarded-for': `${ADDRESS}, 2001:db8::7`,
      referer: 'http://198.51.100.3:8080/page',
      purpose: `from 2001:db8::7`,
    };
    await followed({ from: ADDRESS, headers });
    const [click] = await stored();
    expect(click).toMatchObject({ u: 'axios/0.21.4, XFF:-', p: 'from -' });
    expect(click?.r).toBeUndefined();
  });

  it.each<[string, Record<string, string>, string]>([
    [`::ffff:${ADDRESS}`, {}, ADDRESS],
    ['::1', { 'x-forwarded-for': `${ADDRESS}:51234` }, `/${ADDRESS}`],
    ['::1', { 'x-forwarded-for': '[2001:db8::7]:443' }, '2001:DB8:0::7'],
    ['::1', { 'x-real-ip': ADDRESS }, `Foo/${ADDRESS}`],
    ['127.0.0.1', {}, '2001:db8::7'],
  ])('leaves none, told by %s with %o, of a user agent with %s', async (from, told, address) => {
    await followed({ from, headers: { ...told, 'user-agent': `Mozilla/5.0 (${address}) Chrome/120.0.0.0` } });
    const [click] = await stored();
    expect(click?.u).toMatch(/^Mozilla\/5\.0 \((?:Foo\/|\/)?-\) Chrome\/120\.0\.0\.0$/);
  });
});

describe('internalVisitors', () => {
  it('relabel what their visitors did, past days too, and take credit from their clicks', async () => {
    const answer = await followed();
    await placeOrder(api, world.store, { clickId: clickIdOf(answer) });
    await followed({}, world.mike.link);
    expect(await totals()).toMatchObject({ clicks: 2, orders: 1 });
    const [own] = await clicks({ linkId: world.sarah.link.id });
    api.clock.advance(2 * 86_400_000);
    await rollUp(world, DAY, '2026-11-22');
    expect((await patch({ internalVisitors: [own?.visitorId, own?.visitorId] })).json.internalVisitors).toEqual([
      own?.visitorId,
    ]);
    expect((await world.get('/v1/reports/performance', { from: DAY, to: '2026-11-22' })).staleDays).toEqual([
      ...[DAY, '2026-11-21', '2026-11-22'],
    ]);
    expect(await totals()).toMatchObject({ clicks: 1, orders: 0, excludedClicks: { internal: 1 } });
    expect(await clicks({ kind: 'internal' })).toMatchObject([{ id: own?.id, reason: 'internal_visitor' }]);
    await patch({ internalVisitors: [] });
    expect(await totals()).toMatchObject({ clicks: 2, orders: 1, excludedClicks: { internal: 0 } });
  });

  it.each([['20261120abc'], ['vis_2026'], [`vis_20261120${'<'.repeat(22)}`]])(
    'refuse %s, which is no visitor’s id',
    async (id) => {
      const { status, json } = await patch({ internalVisitors: [id] });
      expect([status, json.errors[0].pointer]).toEqual([422, '/internalVisitors/0']);
    },
  );

  it('leave days alone that a change does not reach', async () => {
    await rollUp(world, '2026-11-18', DAY);
    const visitor = `vis_20261119${'a'.repeat(22)}`;
    await patch({ internalVisitors: [visitor] });
    const { staleDays } = await world.get('/v1/reports/performance', { from: '2026-11-16', to: DAY });
    expect(staleDays).toEqual(['2026-11-18', '2026-11-19', DAY]);
    await patch({ internalVisitors: [`vis_x${'a'.repeat(22)}`, visitor] });
  });
});
