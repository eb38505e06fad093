// One campaign from the first click to the report, over HTTP alone, for each platform that posts webhooks.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aShopifyRefund } from '../support/payloads/shopify.ts';
import { aServer, type ServerUnderTest } from '../support/server.ts';
import { aCampaign, type Campaign, type Creator, dayAt, daysAgo } from './campaign.ts';
import { listed, made, performanceOf, rollUp } from './client.ts';
import {
  CRAWLER,
  deliver,
  type Followed,
  follow,
  type Sale,
  shopifyDelivery,
  shopifyOrder,
  standardDelivery,
  standardOrder,
  UNFURLER,
} from './shop.ts';

const DAY_MS = 86_400_000;
const iso = (at: number) => new Date(at).toISOString();

/** How a platform tells of a sale, of half of it given back, and of its end. */
interface Shop {
  readonly sell: (sale: Sale, over?: Record<string, unknown>) => Promise<void>;
  readonly refundHalf: (orderId: number, at: number) => Promise<void>;
  readonly cancel: (sale: Sale, at: number) => Promise<void>;
}

const shops: Record<'shopify' | 'standard', (base: string, storeId: string) => Shop> = {
  shopify: (base, storeId) => {
    const post = async (topic: string, body: Record<string, unknown>) => {
      const delivery = shopifyDelivery(topic, body);
      for (const _ of [1, 2]) expect(await deliver(base, storeId, delivery)).toMatchObject({ status: 200 });
    };
    return {
      sell: async (sale, over) => {
        await post('orders/create', shopifyOrder(sale, over));
        await post('orders/paid', shopifyOrder(sale, over));
      },
      refundHalf: (id, at) => {
        const times = { created_at: iso(at), processed_at: iso(at) };
        return post('refunds/create', aShopifyRefund({ id: id + 70_000, order_id: id, ...times }));
      },
      cancel: (sale, at) =>
        post('orders/cancelled', shopifyOrder(sale, { cancelled_at: iso(at), updated_at: iso(at) })),
    };
  },
  standard: (base, storeId) => {
    const post = async (type: string, data: Record<string, unknown>) => {
      const delivery = standardDelivery(type, data);
      for (const _ of [1, 2]) expect(await deliver(base, storeId, delivery)).toMatchObject({ status: 200 });
    };
    return {
      sell: async (sale, over) => {
        await post('order.paid', standardOrder(sale, over));
        await post('order.updated', standardOrder(sale, over));
      },
      refundHalf: (id, at) =>
        post('refund.created', {
          ...{ externalId: `r${id}`, orderExternalId: String(id) },
          ...{ amount: 5_000, tax: 200, refundedAt: iso(at) },
        }),
      cancel: ({ id }, at) => post('order.cancelled', { externalId: String(id), cancelledAt: iso(at) }),
    };
  },
};

let server: ServerUnderTest;
beforeAll(async () => {
  server = await aServer();
});
afterAll(() => server?.stop());

describe.each(['shopify', 'standard'] as const)('a campaign sold through a %s store', (platform) => {
  let campaign: Campaign;
  let sarah: Creator;
  let mike: Creator;
  let first: Followed;
  let now = 0;
  const [from, to] = [daysAgo(3), daysAgo(-1)];
  const report = (groupBy: string, query = '') => performanceOf(campaign.api, from, to, groupBy, query);
  const orderIds = new Map<string, string>();
  const why = async (order: number) =>
    (await campaign.api('GET', `/v1/orders/${orderIds.get(String(order))}/attribution`)).json;

  beforeAll(async () => {
    campaign = await aCampaign(server, { platform, merchant: { customerHistoryFrom: '2020-01-01' } });
    ({ sarah, mike } = campaign);
    const { base } = server;
    first = await follow(base, sarah.link.slug, { query: '?foo=bar&utm_medium=evil' });
    await follow(base, sarah.link.slug.toUpperCase(), { headers: { cookie: first.cookie ?? '' } });
    await follow(base, sarah.link.slug, { headers: { 'user-agent': UNFURLER } });
    await follow(base, sarah.link.slug, { headers: { 'user-agent': CRAWLER } });
    await follow(base, sarah.link.slug, { headers: { 'sec-purpose': 'prefetch' } });
    await follow(base, sarah.link.slug, { headers: { 'sec-gpc': '1' } });
    await follow(base, sarah.link.slug, { method: 'HEAD' });
    await follow(base, mike.link.slug);

    // Shoppers buy after they have clicked.
    now = Date.now();
    const yesterday = now - DAY_MS;
    const shop = shops[platform](base, campaign.storeId);
    await shop.sell({ id: 1, at: now, clickId: first.clickId });
    await shop.sell({ id: 2, at: now, code: mike.code.code.toLowerCase() });
    await shop.refundHalf(2, now + 1000);
    await shop.refundHalf(3, now);
    await shop.sell({ id: 3, at: yesterday, code: ` ${mike.code.code} ` });
    await shop.sell({ id: 4, at: now + 2000, clickId: first.clickId, code: mike.code.code, customer: 'c2' });
    await shop.sell({ id: 5, at: now });
    await shop.sell({ id: 6, at: now, code: 'NOBODY10' });
    await shop.sell({ id: 7, at: now, code: mike.code.code }, { test: true });
    await shop.sell({ id: 8, at: now, clickId: `clk_${'A'.repeat(54)}` });
    const cancelled = { id: 9, at: yesterday, code: sarah.code.code };
    await shop.sell(cancelled);
    await shop.cancel(cancelled, now);
    await rollUp(campaign.api, from, to);
    const orders = await listed<{ id: string; externalId: string }>(campaign.api, '/v1/orders');
    for (const { id, externalId } of orders) orderIds.set(externalId, id);
  });

  it('sends the shopper to the shop with UTM, their own query and a click id', () => {
    expect(first.status).toBe(302);
    expect(first.headers.get('cache-control')).toBe('private, no-store');
    const sent = Object.fromEntries(first.location?.searchParams ?? []);
    expect(sent).toMatchObject({ ref: 'x', foo: 'bar', utm_source: 'instagram', utm_medium: 'creator' });
    expect(sent).toMatchObject({ utm_campaign: 'launch', utm_content: 'sarahlim', trb_click: first.clickId });
    expect(first.location?.hash).toBe('#top');
  });

  it('counts people, and shows bots, unfurlers, prefetches, probes and repeats apart', async () => {
    const { data } = await report('link');
    expect(data.find((row) => row.linkId === sarah.link.id)).toMatchObject({
      ...{ linkSlug: sarah.link.slug, clicks: 2, uniqueClicks: 2 },
      excludedClicks: { bot: 1, preview: 1, prefetch: 1, probe: 1, duplicate: 1, internal: 0 },
      ...{ orders: 1, netRevenue: 10_000, cvr: 0.5, revenuePerClick: 5_000, aov: 10_000 },
    });
    expect(data.find((row) => row.linkId === mike.link.id)).toMatchObject({ clicks: 1, uniqueClicks: 1, orders: 0 });
  });

  it('credits each creator by click and by code, each order once however often it was told', async () => {
    const { data, totals, reconciliation } = await report('creator');
    expect(data.map((row) => row.creatorName)).toEqual(['Mike Özil', 'Sarah Lim']);
    expect(data[0]).toMatchObject({
      ...{ creatorId: mike.id, orders: 3, codeOnlyOrders: 3, newCustomers: 2 },
      ...{ grossRevenue: 36_000, discounts: 6_000, refunds: 10_000, netRevenue: 20_000, cvr: 0 },
    });
    expect(data[1]).toMatchObject({
      ...{ creatorId: sarah.id, orders: 1, codeOnlyOrders: 0, newCustomers: 1 },
      ...{ grossRevenue: 12_000, discounts: 2_000, refunds: 0, netRevenue: 10_000 },
    });
    expect(totals).toMatchObject({ orders: 4, netRevenue: 30_000, clicks: 3 });
    expect(reconciliation).toEqual({
      ...{ storeNetRevenue: 60_000, credited: 30_000, unattributed: 30_000, storeOrders: 7, conflicts: 1 },
      fxMissingOrders: 0,
    });
  });

  it('books by the order’s day, or settles each refund and cancellation on its own day', async () => {
    const byDay = async (basis: string) => {
      const { data } = await report('day,creator', `&basis=${basis}`);
      return Object.fromEntries(
        data
          .filter((row) => row.orders !== 0 || row.netRevenue !== 0)
          .map((row) => [
            `${row.day === dayAt(now) ? 'today' : 'yesterday'} ${row.creatorName}`,
            [row.orders, row.refunds, row.netRevenue],
          ]),
      );
    };
    expect(await byDay('booked')).toEqual({
      'yesterday Mike Özil': [1, 5_000, 5_000],
      'today Mike Özil': [2, 5_000, 15_000],
      'today Sarah Lim': [1, 0, 10_000],
    });
    expect(await byDay('settled')).toEqual({
      'yesterday Mike Özil': [1, 0, 10_000],
      'yesterday Sarah Lim': [1, 0, 10_000],
      'today Mike Özil': [2, 10_000, 10_000],
    });
    const settled = await report('creator', '&basis=settled');
    expect(settled.reconciliation).toMatchObject({ storeNetRevenue: 60_000, credited: 30_000, unattributed: 30_000 });
  });

  it('groups by campaign, code and store, and the groups add up to the totals', async () => {
    const { totals } = await report('creator');
    for (const groupBy of ['creator', 'campaign', 'link', 'code', 'store', 'day', 'platform', 'placement']) {
      const { data } = await report(groupBy);
      const sum = (field: 'orders' | 'netRevenue') => data.reduce((total, row) => total + row[field], 0);
      expect([groupBy, sum('orders'), sum('netRevenue')]).toEqual([groupBy, totals.orders, totals.netRevenue]);
    }
    expect((await report('campaign')).data).toMatchObject([{ campaignId: campaign.id, netRevenue: 30_000 }]);
    const { data: codes } = await report('code');
    expect(codes.find((row) => row.codeId === mike.code.id)).toMatchObject({ code: mike.code.code, orders: 3 });
    const { data: stores } = await report('store');
    expect(stores).toMatchObject([{ storeId: campaign.storeId, orders: 4, clicks: null, cvr: null }]);
  });

  it('pages a report without changing its totals', async () => {
    const page = await campaign.api<{ data: unknown[]; nextCursor: string; totals: unknown }>(
      'GET',
      `/v1/reports/performance?from=${from}&to=${to}&groupBy=creator&limit=1`,
    );
    expect(page.json).toMatchObject({ data: [{ creatorId: mike.id }], totals: { netRevenue: 30_000 } });
    const next = await report('creator', `&limit=1&cursor=${encodeURIComponent(page.json.nextCursor)}`);
    expect(next).toMatchObject({ data: [{ creatorId: sarah.id }], nextCursor: null });
  });

  it('says the same in CSV, in major units', async () => {
    const path = `/v1/reports/performance?from=${from}&to=${to}&groupBy=creator`;
    const { headers, text } = await campaign.api('GET', path, undefined, { accept: 'text/csv' });
    expect(headers.get('content-type')).toMatch(/^text\/csv; charset=utf-8/);
    const [head, ...rows] = text
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(','));
    const column = (name: string) => rows.map((row) => row[head?.indexOf(name) ?? -1]);
    expect(column('creatorName')).toEqual(['Mike Özil', 'Sarah Lim']);
    expect(column('netRevenue')).toEqual(['200.00', '100.00']);
    expect(column('refunds')).toEqual(['100.00', '0.00']);
    expect(column('excludedClicks.probe')).toEqual(['0', '1']);
  });

  it('reports the return by campaign and by creator, in JSON and CSV', async () => {
    const cost = { incurredOn: dayAt(now), campaignId: campaign.id };
    const usd = (amount: number) => ({ amount, currency: 'USD' });
    await made(campaign.api, '/v1/costs', { ...cost, type: 'fee', amount: usd(5_000), creatorId: sarah.id });
    await made(campaign.api, '/v1/costs', { ...cost, type: 'product', amount: usd(3_000) });
    const path = `/v1/reports/roi?from=${from}&to=${to}&groupBy=`;
    const { json: byCampaign } = await campaign.api('GET', `${path}campaign`);
    const value = { direct: { amount: 30_000, kind: 'measured' }, total: 30_000 };
    const whole = { costs: { fee: 5_000, product: 3_000, total: 8_000 }, value, roi: 275, roas: 6, cpa: 2_000 };
    expect(byCampaign).toMatchObject({ view: 'period', data: [{ campaignId: campaign.id, ...whole }], totals: whole });
    const { json: byCreator } = await campaign.api('GET', `${path}creator`);
    expect(byCreator).toMatchObject({
      data: [
        { creatorId: mike.id, costs: { total: 0 }, value: { total: 20_000 }, roi: null },
        { creatorId: sarah.id, costs: { total: 5_000 }, value: { total: 10_000 }, roi: 100, discounts: 2_000 },
        { creatorId: null, costs: { total: 3_000 }, value: { total: 0 }, roi: -100 },
      ],
      totals: whole,
    });
    const { text } = await campaign.api('GET', `${path}campaign`, undefined, { accept: 'text/csv' });
    const [head, row] = text.split('\r\n').map((line) => line.split(','));
    const cells = Object.fromEntries((head ?? []).map((name, i) => [name, row?.[i]]));
    expect(cells).toMatchObject({ 'costs.total': '80.00', 'value.total': '300.00', roi: '275', cpa: '20.00' });
  });

  it('says why an order is credited', async () => {
    expect(await why(1)).toMatchObject({
      touches: [
        { type: 'click', clickId: first.clickId, creatorId: sarah.id, accepted: true, reason: 'in_window' },
        { type: 'click', accepted: false, reason: 'duplicate' },
      ],
      credits: { direct: [{ creatorId: sarah.id, linkId: sarah.link.id, netRevenue: 10_000 }] },
      ...{ conflict: false, unattributed: null },
    });
    const click = { type: 'click', creatorId: sarah.id, accepted: false, reason: 'beaten_by_code' };
    const code = { type: 'code', creatorId: mike.id, code: mike.code.code, accepted: true, reason: 'code_valid' };
    expect(await why(4)).toMatchObject({
      conflict: true,
      touches: expect.arrayContaining([expect.objectContaining(click), expect.objectContaining(code)]),
      credits: { direct: [{ creatorId: mike.id, linkId: null, codeId: mike.code.id }] },
    });
  });

  it('says why not', async () => {
    const nobody = { credits: { direct: [] }, touches: [] };
    expect(await why(5)).toMatchObject({ ...nobody, unattributed: { reason: 'no_touch' }, unknownCodes: [] });
    expect(await why(6)).toMatchObject({ ...nobody, unattributed: { reason: 'no_touch' }, unknownCodes: ['NOBODY10'] });
    expect(await why(7)).toMatchObject({ credits: { direct: [] }, unattributed: { reason: 'order_test' } });
    expect(await why(8)).toMatchObject({ ...nobody, unattributed: { reason: 'no_touch' } });
    expect(await why(9)).toMatchObject({ credits: { direct: [] }, unattributed: { reason: 'order_cancelled' } });
  });
});
