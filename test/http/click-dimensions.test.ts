// The performance report by where clicks came from and on what: told apart, adding up to the clicks, never to the orders.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keys } from '../../lib/table/keys.ts';
import { getItem, putItem } from '../../lib/table/table.ts';
import { type Json, type TestApi, testApi } from '../support/http.ts';
import { aWorld, follow, placeOrder, rollUp, type World } from '../support/world.ts';

const DAY = '2026-11-20';
const DIMENSIONS = ['device', 'os', 'app', 'referrerHost', 'language', 'country'];
const INSTAGRAM =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 13_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 123.1.0.26.115 (iPhone11,8; iOS 13_3; en_US; en-US; scale=2.00; 828x1792; 190542906)';
const DESKTOP =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/112.0.0.0 Safari/537.36';

let api: TestApi;
let world: World;

/** Two people of Sarah's from Instagram in Germany, one on a desktop without a word on where from; a bot of Mike's; an order. */
beforeAll(async () => {
  api = await testApi();
  world = await aWorld(api);
  const german = {
    ...{ 'user-agent': INSTAGRAM, referer: 'https://l.instagram.com/?u=x', 'accept-language': 'de-DE,de;q=0.9,en' },
    'cloudfront-viewer-country': 'DE',
  };
  const { sarah, mike, store } = world;
  await follow(api, sarah.link.slug, { headers: german });
  await follow(api, sarah.link.slug, { headers: german });
  await follow(api, sarah.link.slug, { headers: { 'user-agent': DESKTOP, 'accept-language': '*' } });
  await follow(api, mike.link.slug, { headers: { 'user-agent': 'Googlebot/2.1 (+http://www.google.com/bot.html)' } });
  await placeOrder(api, store, { itemsTotal: 5_000, discounts: 0, discountCodes: [sarah.code.code] });
  await rollUp(world, DAY);
});
afterAll(() => api.close());

const report = (query: Record<string, string | number> = {}) =>
  world.get('/v1/reports/performance', { from: DAY, to: DAY, ...query });

const valuesBy = async (groupBy: string, field = groupBy) =>
  ((await report({ groupBy })).data as Json[]).map((row) => [row[field], row.clicks, row.excludedClicks.bot]);

describe('clicks by', () => {
  it.each([
    [
      'device',
      [
        ['mobile', 2, 0],
        ['desktop', 1, 0],
        ['other', 0, 1],
      ],
    ],
    [
      'os',
      [
        ['iOS', 2, 0],
        ['Windows', 1, 0],
        ['other', 0, 1],
      ],
    ],
    [
      'app',
      [
        ['instagram', 2, 0],
        [null, 1, 1],
      ],
    ],
    [
      'referrerHost',
      [
        ['l.instagram.com', 2, 0],
        [null, 1, 1],
      ],
    ],
    [
      'language',
      [
        ['de', 2, 0],
        [null, 1, 1],
      ],
    ],
  ])('%s are told apart', async (groupBy, rows) => {
    expect(await valuesBy(groupBy)).toEqual(rows);
  });

  it('country stand beside the orders sent there, without a ratio of the two', async () => {
    const { data, totals } = await report({ groupBy: 'country' });
    expect(data.map((row: Json) => [row.country, row.clicks, row.orders, row.cvr])).toEqual([
      [null, 1, 1, null],
      ['DE', 2, 0, null],
    ]);
    expect(totals).toMatchObject({ clicks: 3, orders: 1, cvr: null, revenuePerClick: null, aov: 5_000 });
    const ofGermany = await report({ groupBy: 'creator', country: 'DE' });
    expect(ofGermany.totals).toMatchObject({ clicks: 2, orders: 0 });
  });

  it.each(DIMENSIONS)('%s add up to all clicks, also by creator, campaign, size and time', async (dimension) => {
    const { totals: whole } = await report();
    for (const groupBy of [dimension, `creator,campaign,sizeTier,${dimension},day,week,month`]) {
      const { data, totals } = await report({ groupBy });
      const sum = (figure: string) => data.reduce((all: number, row: Json) => all + row[figure], 0);
      expect([sum('clicks'), sum('uniqueClicks')]).toEqual([whole.clicks, whole.uniqueClicks]);
      expect(totals).toMatchObject({
        ...{ clicks: whole.clicks, uniqueClicks: whole.uniqueClicks, excludedClicks: whole.excludedClicks },
      });
    }
  });

  it('a device have no orders: none is nobody’s, and not 0', async () => {
    const { data, totals, reconciliation } = await report({ groupBy: 'device' });
    const none = { orders: null, netRevenue: null, renewals: null, aov: null, cvr: null, revenuePerClick: null };
    for (const row of [...data, totals]) expect(row).toMatchObject(none);
    expect(reconciliation).toEqual((await report()).reconciliation);
  });

  it('a creator alone are as they were', async () => {
    expect((await report({ groupBy: 'creator' })).data[0]).toMatchObject({ clicks: 3, orders: 1, cvr: 0 });
  });

  it('device come as CSV', async () => {
    const answer = await world.call('GET', '/v1/reports/performance', {
      query: { from: DAY, to: DAY, groupBy: 'device' },
      headers: { accept: 'text/csv' },
    });
    expect(answer.text.split('\r\n').slice(0, 2)).toEqual([
      expect.stringMatching(/^device,clicks,uniqueClicks,/),
      expect.stringMatching(/^mobile,2,2,/),
    ]);
  });
});

describe('a day computed before clicks were told apart', () => {
  it('is missing from a report that asks for it and from no other, until it is computed again', async () => {
    const place = keys.rollupHeader(world.merchant.id, DAY);
    const item = await getItem(api.service.table, place);
    if (!item) throw new Error('The day is computed');
    const { narrow, ...header } = item.header as Json;
    const { device: _device, clickCountry: _country, ...others } = narrow;
    await putItem(api.service.table, { ...item, header: { ...header, narrow: others } });
    for (const groupBy of ['device', 'country']) expect((await report({ groupBy })).missingDays).toEqual([DAY]);
    for (const groupBy of ['creator', 'sku', 'os']) expect((await report({ groupBy })).missingDays).toEqual([]);
    await rollUp(world, DAY);
    expect(await report({ groupBy: 'device' })).toMatchObject({ missingDays: [], totals: { clicks: 3 } });
  });
});
