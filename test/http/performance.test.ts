// The performance report: grouped by anything, on either basis, and always adding up to the shop.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, type TestApi, testApi } from '../support/http.ts';
import { aStore, aWorld, clickIdOf, deliver, follow, placeOrder, rollUp, type World } from '../support/world.ts';

let api: TestApi;
let world: World;
let second: Json;
const DAY = 86_400_000;
const WHOLE = { from: '2026-11-18', to: '2026-11-20' };
const iso = (instant: number) => new Date(instant).toISOString();

/**
 * Wednesday: a click of Sarah's that buys for 100.00, a code-only order of Mike's for 50.00, one of nobody's for 25.00.
 * Thursday: half of Sarah's order is refunded. Friday: Mike sells 10.00 in the second store, and an order is cancelled.
 */
beforeAll(async () => {
  api = await testApi({ clock: Date.parse('2026-11-18T12:00:00Z') });
  world = await aWorld(api);
  second = await aStore(world, { domain: 'second.example.com', name: 'Second shop' });
  const { sarah, mike } = world;
  const order = (externalId: string, net: number, over: Json = {}, store = world.store) =>
    placeOrder(api, store, { externalId, itemsTotal: net, discounts: 0, shipping: 0, tax: 0, ...over });
  const clickId = clickIdOf(await follow(api, sarah.link.slug));
  await follow(api, mike.link.slug, { headers: { 'user-agent': 'Googlebot/2.1 (+http://www.google.com/bot.html)' } });
  await order('1', 12_000, { clickId, discounts: 2_000 });
  await order('2', 5_000, { discountCodes: [mike.code.code] });
  await order('3', 2_500);
  await order('renewal', 900, { kind: 'renewal', clickId });
  api.clock.advance(DAY);
  await deliver(api, world.store, 'refund.created', {
    externalId: 'r1',
    orderExternalId: '1',
    amount: 5_000,
    refundedAt: iso(api.clock.now),
  });
  api.clock.advance(DAY);
  const value = { type: 'percent', amount: 15 };
  const code = await world.make('/v1/discount-codes', { creatorId: mike.creator.id, storeId: second.id, value });
  await order('4', 1_000, { discountCodes: [code.code] }, second);
  await order('5', 7_700, { placedAt: iso(api.clock.now - 2 * DAY), discountCodes: [mike.code.code] });
  await deliver(api, world.store, 'order.cancelled', { externalId: '5', cancelledAt: iso(api.clock.now) });
  // Marks of the last minute are not trusted: whoever set them may still be writing.
  api.clock.advance(100_000);
  await rollUp(world, WHOLE.from, WHOLE.to);
});
afterAll(() => api.close());

const report = (query: Record<string, string | number> = {}) =>
  world.get('/v1/reports/performance', { ...WHOLE, ...query });
const refused = (query: Record<string, string | number>) =>
  world.call('GET', '/v1/reports/performance', { query: { ...WHOLE, ...query } });

describe('the report', () => {
  it('names its range, zone, currency, model, basis and how current it is', async () => {
    expect(await report()).toMatchObject({
      ...WHOLE,
      timeZone: 'UTC',
      currency: 'USD',
      model: 'direct',
      basis: 'booked',
      computedAt: iso(api.clock.now),
      missingDays: [],
      staleDays: [],
      nextCursor: null,
    });
  });

  it('by creator has figures, ratios and traffic told apart', async () => {
    const { data } = await report({ groupBy: 'creator' });
    expect(data.map(({ creatorName }: Json) => creatorName)).toEqual(['Mike Özil', 'Sarah Lim']);
    const [mike, sarah] = data;
    expect(sarah).toMatchObject({
      creatorId: world.sarah.creator.id,
      clicks: 1,
      uniqueClicks: 1,
      orders: 1,
      codeOnlyOrders: 0,
      grossRevenue: 12_000,
      discounts: 2_000,
      refunds: 5_000,
      netRevenue: 5_000,
      renewals: { orders: 1, netRevenue: 900 },
      aov: 5_000,
      cvr: 1,
      revenuePerClick: 5_000,
    });
    expect(mike).toMatchObject({
      orders: 2,
      codeOnlyOrders: 2,
      clicks: 0,
      netRevenue: 6_000,
      cvr: null,
      revenuePerClick: null,
    });
    expect(mike.excludedClicks).toMatchObject({ bot: 1, preview: 0 });
  });

  it('adds up to the shop to the minor unit, on both bases and whatever it is grouped by', async () => {
    for (const basis of ['booked', 'settled']) {
      for (const groupBy of ['creator', 'campaign', 'link', 'code', 'store', 'day', 'creator,day', 'week,store,code']) {
        const { data, totals, reconciliation } = await report({ basis, groupBy });
        const { storeNetRevenue, credited, unattributed } = reconciliation;
        expect(credited + unattributed).toBe(storeNetRevenue);
        expect(data.reduce((sum: number, row: Json) => sum + row.netRevenue, 0)).toBe(credited);
        expect(totals.netRevenue).toBe(credited);
      }
    }
    expect((await report()).reconciliation).toEqual({
      storeNetRevenue: 13_500,
      credited: 11_000,
      unattributed: 2_500,
      storeOrders: 4,
      conflicts: 0,
      fxMissingOrders: 0,
    });
  });

  it('books a refund on its order’s day, and settles it on its own', async () => {
    const byDay = async (basis: string) =>
      (await report({ basis, groupBy: 'day', creatorId: world.sarah.creator.id })).data.map((row: Json) => [
        row.day,
        row.orders,
        row.refunds,
        row.netRevenue,
      ]);
    expect(await byDay('booked')).toEqual([['2026-11-18', 1, 5_000, 5_000]]);
    expect(await byDay('settled')).toEqual([
      ['2026-11-18', 1, 0, 10_000],
      ['2026-11-19', 0, 5_000, -5_000],
    ]);
  });

  it('lets a cancelled order leave its day when booked, and reverses it on its day when settled', async () => {
    const mikes = async (basis: string) =>
      (await report({ basis, groupBy: 'day', creatorId: world.mike.creator.id })).data.map((row: Json) => [
        row.day,
        row.orders,
        row.netRevenue,
      ]);
    expect(await mikes('booked')).toEqual([
      ['2026-11-18', 1, 5_000],
      ['2026-11-20', 1, 1_000],
    ]);
    expect(await mikes('settled')).toEqual([
      ['2026-11-18', 2, 12_700],
      ['2026-11-20', 0, 1_000 - 7_700],
    ]);
  });
});

describe('group keys', () => {
  it.each([
    ['creator', ['creatorId', 'creatorName']],
    ['campaign', ['campaignId', 'campaignName']],
    ['link', ['linkId', 'linkSlug']],
    ['code', ['codeId', 'code']],
    ['store', ['storeId', 'storeName']],
    ['placement', ['placement']],
    ['platform', ['platform']],
    ['sizeTier', ['sizeTier']],
    ['day', ['day']],
    ['week', ['week']],
    ['month', ['month']],
  ])('of %s are %j, and no others', async (groupBy, fields) => {
    const { data } = await report({ groupBy });
    const plain = Object.keys((await report({ groupBy: 'day' })).data[0]).filter((name) => name !== 'day');
    expect(data.length).toBeGreaterThan(0);
    for (const row of data) expect(Object.keys(row).sort()).toEqual([...fields, ...plain].sort());
  });

  it('hold what they say', async () => {
    const keyed = async (groupBy: string, field: string) =>
      (await report({ groupBy })).data.map((row: Json) => row[field]).sort();
    expect(await keyed('sizeTier', 'sizeTier')).toEqual(['micro']);
    expect(await keyed('platform', 'platform')).toEqual(['instagram', null]);
    expect(await keyed('placement', 'placement')).toEqual([null, 'story']);
    expect(await keyed('week', 'week')).toEqual(['2026-W47']);
    expect(await keyed('month', 'month')).toEqual(['2026-11']);
    expect(await keyed('code', 'code')).toEqual([world.mike.code.code, world.mike.code.code, null]);
    expect(await keyed('store', 'storeName')).toEqual(['Second shop', 'shop.example.com']);
    expect(await keyed('campaign', 'campaignName')).toEqual(['Launch', null]);
  });

  it('come one after another, each once', async () => {
    const { data } = await report({ groupBy: 'day, creator' });
    expect(data.map(({ day }: Json) => day)).toEqual(['2026-11-18', '2026-11-18', '2026-11-20']);
    for (const groupBy of ['creator,creator', 'planet', '', 'creator,,day']) {
      expect((await refused({ groupBy })).json.errors[0].pointer).toMatch(/^\/query\/groupBy/);
    }
  });

  it('of stores leave clicks and what divides by them null', async () => {
    const { data, totals } = await report({ groupBy: 'store' });
    for (const row of [...data, totals]) {
      expect(row).toMatchObject({
        clicks: null,
        uniqueClicks: null,
        excludedClicks: null,
        cvr: null,
        revenuePerClick: null,
      });
    }
  });
});

describe('filters', () => {
  it('narrow rows and totals to a creator, a campaign or a store; the reconciliation stays whole', async () => {
    const whole = (await report()).reconciliation;
    const sarahs = await report({ creatorId: world.sarah.creator.id });
    expect(sarahs).toMatchObject({ totals: { netRevenue: 5_000, orders: 1 }, reconciliation: whole });
    expect((await report({ campaignId: world.campaign.id })).totals.netRevenue).toBe(10_000);
    const one = await report({ storeId: second.id });
    expect(one).toMatchObject({
      totals: { netRevenue: 1_000, clicks: null },
      reconciliation: { storeNetRevenue: 1_000, credited: 1_000, unattributed: 0, storeOrders: 1 },
    });
  });

  it('that lead nowhere find nothing', async () => {
    expect((await report({ creatorId: 'crt_000000000000000000' })).data).toEqual([]);
    expect((await refused({ creatorId: 'sarah' })).status).toBe(422);
  });
});

describe('pages', () => {
  it('of rows add up to the whole, whose totals every page carries', async () => {
    const whole = await report({ groupBy: 'creator,day' });
    const rows: Json[] = [];
    let cursor: string | null = null;
    do {
      const page = await report({ groupBy: 'creator,day', limit: 1, ...(cursor && { cursor }) });
      expect([page.data.length, page.totals]).toEqual([1, whole.totals]);
      rows.push(...page.data);
      cursor = page.nextCursor;
    } while (cursor);
    expect(rows).toEqual(whole.data);
    const { nextCursor } = await report({ groupBy: 'creator,day', limit: 1 });
    expect((await refused({ groupBy: 'creator', limit: 1, cursor: nextCursor })).json.code).toBe('invalid_cursor');
  });

  it('have 1 to 1,000 rows', async () => {
    for (const limit of [0, 1001]) expect((await refused({ limit })).status).toBe(422);
    expect((await report({ limit: 1000 })).data).toHaveLength(2);
  });
});

describe('a range', () => {
  it('must be two days that exist, in order and not too far apart', async () => {
    for (const [query, pointer] of [
      [{ from: '2026-11-20', to: '2026-11-19' }, '/query/to'],
      [{ from: '2020-01-01', to: '2026-11-20' }, '/query/to'],
      [{ from: '1900-01-01', to: '2999-12-31' }, '/query/to'],
      [{ from: 'x' }, '/query/from'],
      [{ to: '2026-11-31' }, '/query/to'],
    ] as const) {
      expect((await refused(query as never)).json.errors).toMatchObject([{ pointer }]);
    }
    const missing = await world.call('GET', '/v1/reports/performance');
    expect(missing.json.errors.map(({ pointer, code }: Json) => [pointer, code])).toEqual([
      ['/query/from', 'required'],
      ['/query/to', 'required'],
    ]);
    expect((await refused({ model: 'astrology' })).json.errors).toMatchObject([{ pointer: '/query/model' }]);
  });

  it('says which days nothing has computed yet, and which have changed since', async () => {
    const shop = await aWorld(api);
    const get = () => shop.get('/v1/reports/performance', { from: '2026-11-19', to: '2026-11-21' });
    expect(await get()).toMatchObject({ computedAt: null, missingDays: ['2026-11-20'], data: [] });
    await rollUp(shop, '2026-11-20');
    expect(await get()).toMatchObject({ missingDays: [], staleDays: [] });
    api.clock.advance(100_000);
    await placeOrder(api, shop.store);
    expect(await get()).toMatchObject({ staleDays: ['2026-11-20'], reconciliation: { storeOrders: 0 } });
    api.clock.advance(100_000);
    await rollUp(shop, '2026-11-20');
    expect(await get()).toMatchObject({ staleDays: [], reconciliation: { storeOrders: 1 } });
  });
});

describe('a roll-up', () => {
  it('is queued with 202, and refused for days to come or backwards', async () => {
    const begun = await world.call('POST', '/v1/rollups', { body: { from: '2026-11-18', to: '2026-11-18' } });
    expect([begun.status, begun.json.state]).toEqual([202, 'queued']);
    await api.settled();
    expect(await world.get(`/v1/rollups/${begun.json.id}`)).toMatchObject({ state: 'done', daysDone: 1, error: null });
    for (const body of [
      { from: '2026-11-20', to: '2026-11-22' },
      { from: '2026-11-20', to: '2026-11-19' },
      { from: '2020-01-01', to: '2026-11-20' },
    ]) {
      expect((await world.call('POST', '/v1/rollups', { body })).json.errors).toMatchObject([{ pointer: '/to' }]);
    }
  });
});
