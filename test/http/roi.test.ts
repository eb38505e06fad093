// The ROI report: the worked example to the cent, over a campaign's life or a period, by campaign and by creator.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Json, type TestApi, testApi } from '../support/http.ts';
import { aMerchant, aWorld, deliver, placeOrder, rollUp, type World } from '../support/world.ts';

let api: TestApi;
let world: World;
const TODAY = '2026-11-20';
const USD = (amount: number) => ({ amount, currency: 'USD' });

beforeAll(async () => {
  api = await testApi();
});
beforeEach(async () => {
  world = await aWorld(api, { merchant: { grossMarginPct: 40 } });
});
afterAll(() => api.close());

const cost = (type: string, amount: number, over: Record<string, unknown> = {}) =>
  world.make('/v1/costs', { type, amount: USD(amount), incurredOn: TODAY, campaignId: world.campaign.id, ...over });
const value = (type: string, amount: number, over: Record<string, unknown> = {}) =>
  world.make('/v1/values', { type, amount: USD(amount), on: TODAY, campaignId: world.campaign.id, ...over });
const sale = (externalId: string, net: number, code: Json, over: Record<string, unknown> = {}) =>
  placeOrder(api, world.store, { externalId, itemsTotal: net, discounts: 0, discountCodes: [code.code], ...over });
const roi = (query: Record<string, string> = {}) => world.get('/v1/reports/roi', query);

/** The example of the domain's guide: 5,000 spent, 12,000 measured, 3,500 estimated. */
const workedExample = async () => {
  for (let i = 0; i < 7; i++) await cost('fee', 50_000);
  await cost('product', 30_000);
  await cost('agency', 120_000);
  await value('content', 200_000);
  await value('brand_search', 150_000);
  for (let i = 0; i < 12; i++) await sale(`w${i}`, 100_000, i % 2 ? world.sarah.code : world.mike.code);
  await rollUp(world, TODAY);
};

describe('the worked example', () => {
  it('returns 210 %, 140 % on measured revenue alone, and -4 % at a margin of 40 %', async () => {
    await workedExample();
    const report = await roi({ from: TODAY, to: TODAY, groupBy: 'campaign' });
    expect(report.data).toHaveLength(1);
    const [row] = report.data;
    expect(row).toMatchObject({
      campaignId: world.campaign.id,
      campaignName: 'Launch',
      costs: { fee: 350_000, product: 30_000, agency: 120_000, tools: 0, total: 500_000 },
      value: {
        direct: { amount: 1_200_000, kind: 'measured' },
        brandSearch: { amount: 150_000, kind: 'estimated' },
        content: { amount: 200_000, kind: 'estimated' },
        other: { amount: 0, kind: 'estimated' },
        total: 1_550_000,
      },
      orders: 12,
      roi: 210,
      roiMeasured: 140,
      roiMargin: -4,
      roas: 1_200_000 / 350_000,
      roasFullCost: 2.4,
      cpa: 500_000 / 12,
      cac: null,
      cpc: null,
    });
    expect(report.totals).toMatchObject({ roi: 210, roiMeasured: 140, roiMargin: -4 });
    expect(report.view).toBe('period');
  });

  it('has no margin ROI while the margin is unknown', async () => {
    await workedExample();
    await world.call('PATCH', '/v1/merchant', { body: { grossMarginPct: null } });
    expect((await roi()).data[0]).toMatchObject({ roi: 210, roiMargin: null });
  });
});

describe('views', () => {
  it('are the whole life unless days are given: all costs, revenue to date', async () => {
    await cost('fee', 10_000, { incurredOn: '2026-10-01' });
    await cost('fee', 20_000);
    await sale('s1', 60_000, world.sarah.code);
    await rollUp(world, TODAY);
    const life = await roi();
    expect(life).toMatchObject({ view: 'life', from: '2026-10-01', to: TODAY });
    expect(life.totals).toMatchObject({ costs: { total: 30_000 }, value: { total: 60_000 }, roi: 100 });
    const period = await roi({ from: TODAY, to: TODAY });
    expect(period.totals).toMatchObject({ costs: { total: 20_000 }, roi: 200 });
    expect((await roi({ to: '2026-10-31' })).view).toBe('period');
  });

  it('of a life reach back to costs of long ago, and forward to costs to come', async () => {
    await cost('fee', 10_000, { incurredOn: '2009-05-01' });
    await cost('fee', 10_000, { incurredOn: '2027-05-01' });
    await sale('s1', 60_000, world.sarah.code);
    await rollUp(world, TODAY);
    expect((await roi()).totals).toMatchObject({ costs: { total: 20_000 }, value: { total: 60_000 }, roi: 200 });
  });

  it('refuse a period that runs backwards', async () => {
    const refused = await world.call('GET', '/v1/reports/roi', { query: { from: TODAY, to: '2026-11-01' } });
    expect(refused.json.errors).toMatchObject([{ pointer: '/query/to', code: 'ends_before_start' }]);
  });
});

describe('rows', () => {
  it("are campaigns, creators or both; what is nobody's own stands on its own line", async () => {
    await cost('fee', 1_000, { creatorId: world.sarah.creator.id });
    await cost('tools', 2_000);
    await cost('tools', 4_000, { campaignId: null });
    await sale('s1', 9_000, world.sarah.code);
    await sale('s2', 8_000, world.mike.code);
    await rollUp(world, TODAY);
    const rows = async (groupBy: string) =>
      Object.fromEntries(
        (await roi({ groupBy })).data.map((row: Json) => [
          [row.campaignName, row.creatorName].filter((name) => name !== undefined).join('/'),
          [row.costs.total, row.value.total],
        ]),
      );
    expect(await rows('campaign')).toEqual({ Launch: [3_000, 17_000], '': [4_000, 0] });
    expect(await rows('creator')).toEqual({ 'Sarah Lim': [1_000, 9_000], 'Mike Özil': [0, 8_000], '': [6_000, 0] });
    expect(await rows('campaign,creator')).toEqual({
      'Launch/Sarah Lim': [1_000, 9_000],
      'Launch/Mike Özil': [0, 8_000],
      'Launch/': [2_000, 0],
      '/': [4_000, 0],
    });
    const { totals } = await roi({ groupBy: 'creator' });
    expect(totals).toMatchObject({ costs: { total: 7_000 }, value: { total: 17_000 } });
    expect((await world.call('GET', '/v1/reports/roi', { query: { groupBy: 'link' } })).status).toBe(422);
  });

  it('are narrowed by campaign and creator', async () => {
    await cost('fee', 1_000, { creatorId: world.sarah.creator.id });
    await cost('fee', 500, { campaignId: null });
    await sale('s1', 9_000, world.sarah.code);
    await sale('s2', 8_000, world.mike.code);
    await rollUp(world, TODAY);
    const byCampaign = await roi({ campaignId: world.campaign.id });
    expect(byCampaign.totals).toMatchObject({ costs: { total: 1_000 }, value: { total: 17_000 } });
    const byCreator = await roi({ creatorId: world.sarah.creator.id });
    expect(byCreator.totals).toMatchObject({ costs: { total: 1_000 }, value: { total: 9_000 }, roi: 800 });
  });

  it('leave out archived costs, and count discounts as no cost', async () => {
    const wrong = await cost('fee', 99_000);
    await cost('fee', 1_000);
    await world.call('DELETE', `/v1/costs/${wrong.id}`);
    await sale('s1', 9_000, world.sarah.code, { itemsTotal: 10_000, discounts: 1_000 });
    await rollUp(world, TODAY);
    expect((await roi()).data[0]).toMatchObject({
      costs: { total: 1_000 },
      discounts: 1_000,
      value: { total: 9_000 },
      roi: 800,
    });
  });

  it('have ratios of null where there is nothing to divide by', async () => {
    await sale('s1', 9_000, world.sarah.code);
    await rollUp(world, TODAY);
    expect((await roi()).data[0]).toMatchObject({
      roi: null,
      roiMeasured: null,
      roas: null,
      roasFullCost: null,
      cpa: 0,
      cpc: null,
    });
    const empty = await aMerchant(api);
    expect(await empty.get('/v1/reports/roi')).toMatchObject({ data: [], totals: { roi: null, costs: { total: 0 } } });
  });
});

describe('customer acquisition', () => {
  it('counts new customers alone, those of unknown history beside them', async () => {
    await world.call('PATCH', '/v1/merchant', { body: { customerHistoryFrom: '2026-11-01' } });
    await cost('fee', 30_000);
    await sale('s1', 1_000, world.sarah.code, { customer: { id: 'a' } });
    await sale('s2', 1_000, world.sarah.code, {
      customer: { id: 'a' },
      placedAt: new Date(api.clock.now + 1000).toISOString(),
    });
    await sale('s3', 1_000, world.sarah.code, { customer: { id: 'b' } });
    await sale('s4', 1_000, world.sarah.code);
    await rollUp(world, TODAY);
    expect((await roi()).totals).toMatchObject({ orders: 4, newCustomers: 2, unknownCustomers: 1, cac: 15_000 });
  });

  it('takes back the value of what was refunded later', async () => {
    await cost('fee', 1_000);
    await sale('s1', 5_000, world.sarah.code);
    await deliver(api, world.store, 'refund.created', { externalId: 'r', orderExternalId: 's1', amount: 3_000 });
    await rollUp(world, TODAY);
    expect((await roi()).totals).toMatchObject({ value: { direct: { amount: 2_000 } }, roi: 100 });
  });
});
