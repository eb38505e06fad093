// Many at once: no two the same where they must differ, one thing where they must be one.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Delivery } from '../../lib/connectors/connector.ts';
import { aServer, type ServerUnderTest } from '../support/server.ts';
import { aCampaign, aStore, type Campaign, daysAgo } from './campaign.ts';
import { listed, performanceOf, rollUp } from './client.ts';
import { deliver, follow, standardDelivery, standardOrder } from './shop.ts';

/** On an idle machine; a busy one gets time. */
const BATCH_MS = 5_000;
const BUSY_MACHINE = 4;

let server: ServerUnderTest;
let campaign: Campaign;
beforeAll(async () => {
  server = await aServer();
  campaign = await aCampaign(server);
});
afterAll(() => server?.stop());

const times = <T>(count: number, work: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => work(n));

/** The same in an order that differs from run to run. */
const shuffled = <T>(all: readonly T[]): T[] =>
  all
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);

describe('at the same moment', () => {
  it('200 codes of one name are all different, readable, and each is findable', async () => {
    const { api, storeId, sarah } = campaign;
    const body = { creatorId: sarah.id, storeId, value: { type: 'percent', amount: 20 } };
    const replies = await Promise.all(times(200, () => api<{ code: string }>('POST', '/v1/discount-codes', body)));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([201]));
    const codes = replies.map(({ json }) => json.code);
    expect(new Set(codes).size).toBe(200);
    expect(codes).toContain('SARAH20');
    for (const code of codes) expect(code).toMatch(/^SARAH20[A-Z0-9]{0,2}$/);
    const kept = await listed<{ code: string }>(api, `/v1/discount-codes?creatorId=${sarah.id}`);
    expect(new Set(kept.map(({ code }) => code))).toEqual(new Set([...codes, sarah.code.code]));
  });

  it('20 claims of one slug have one winner', async () => {
    const { api, sarah, mike, id } = campaign;
    // Another at each run: slugs are everybody's on a deployment.
    const slug = `wanted-${randomUUID().slice(0, 13)}`;
    const claim = (n: number) => ({ creatorId: n % 2 ? sarah.id : mike.id, campaignId: id, slug });
    const replies = await Promise.all(times(20, (n) => api<{ code: string }>('POST', '/v1/links', claim(n))));
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(replies.filter(({ json }) => json.code === 'slug_taken')).toHaveLength(19);
    expect(await follow(server.base, slug.toUpperCase())).toMatchObject({ status: 302 });
  });

  it('20 requests with one Idempotency-Key make one thing', async () => {
    const { api } = campaign;
    const headers = { 'idempotency-key': randomUUID() };
    const ask = (name: string) => api<{ id: string; code: string }>('POST', '/v1/creators', { name }, headers);
    const replies = await Promise.all(times(20, () => ask('Ida Once')));
    for (const { status, json } of replies) {
      expect([status, json.code]).toEqual(status === 201 ? [201, undefined] : [409, 'idempotency_in_progress']);
    }
    const made = new Set(replies.filter(({ status }) => status === 201).map(({ json }) => json.id));
    expect(made.size).toBe(1);
    const replay = await ask('Ida Once');
    expect(replay).toMatchObject({ status: 201, json: { id: [...made][0] } });
    expect(replay.headers.get('idempotency-replayed')).toBe('true');
    expect(await ask('Ida Twice')).toMatchObject({ status: 409, json: { code: 'idempotency_key_reused' } });
    expect(await listed(api, '/v1/creators?q=Ida')).toHaveLength(1);
  });

  it('50 deliveries about one order, in any order and some twice, are one order', async () => {
    const { api, mike, today } = campaign;
    const { id: storeId } = await aStore(api, 'standard', { domain: 'second.example.com' });
    const at = Date.parse(`${today}T00:00:00Z`);
    const sale = { id: 5_000, at, code: mike.code.code };
    const edited = (n: number) => {
      const money = { itemsTotal: 12_000 + n * 100, discounts: 2_000, lines: [] };
      return standardOrder(sale, { ...money, updatedAt: new Date(at + n * 1_000).toISOString() });
    };
    const refund = (n: number) => ({ externalId: `r${n}`, orderExternalId: '5000', amount: 100 * n });
    const told: Delivery[] = [
      standardDelivery('order.paid', edited(0)),
      ...times(20, (n) => standardDelivery('order.updated', edited(n + 1))),
      ...times(9, (n) => standardDelivery('refund.created', refund(n + 1))),
    ];
    const sent = shuffled([...told, ...told.slice(0, 20)]);
    expect(sent).toHaveLength(50);
    const replies = await Promise.all(sent.map((delivery) => deliver(server.base, storeId, delivery)));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(replies.map(({ json }) => json.id)).size).toBe(told.length);

    const orders = await listed<{ id: string }>(api, `/v1/orders?storeId=${storeId}`);
    expect(orders).toHaveLength(1);
    const { json } = await api<{ history: unknown[] }>('GET', `/v1/orders/${orders[0]?.id}`);
    // The last edit stands: 140.00 less 20.00, less refunds of 1.00 to 9.00.
    const money = { grossRevenue: 14_000, discounts: 2_000, refunds: 4_500, netRevenue: 7_500 };
    expect(json).toMatchObject({ state: 'paid', ...money });
    expect(json.history).toHaveLength(told.length);
    const events = await listed<{ state: string }>(api, `/v1/webhook-events?storeId=${storeId}`);
    expect(events.map(({ state }) => state)).toEqual(told.map(() => 'applied'));

    await rollUp(api, daysAgo(1), daysAgo(-1));
    for (const basis of ['booked', 'settled']) {
      const report = await performanceOf(api, daysAgo(1), daysAgo(-1), 'day', `&storeId=${storeId}&basis=${basis}`);
      expect(report.reconciliation).toMatchObject({ storeNetRevenue: 7_500, storeOrders: 1 });
    }
  });

  it('100 clicks of one visitor are one click and 99 repeats', async () => {
    const { api, mike, today } = campaign;
    const first = await follow(server.base, mike.link.slug);
    const headers = { cookie: first.cookie ?? '' };
    const again = await Promise.all(times(99, () => follow(server.base, mike.link.slug, { headers })));
    expect(new Set([first, ...again].map(({ clickId }) => clickId)).size).toBe(100);
    await rollUp(api, daysAgo(1), daysAgo(-1));
    const { data } = await performanceOf(api, today, daysAgo(-1), 'link');
    const counted = { clicks: 1, uniqueClicks: 1, excludedClicks: { duplicate: 99 } };
    expect(data.find((row) => row.linkId === mike.link.id)).toMatchObject(counted);
  });

  it('two roll-ups of the same days give the rows of one', async () => {
    const { api } = campaign;
    const rows = async () => (await performanceOf(api, daysAgo(1), daysAgo(-1), 'day,creator,link,code')).data;
    await rollUp(api, daysAgo(1), daysAgo(-1));
    const before = await rows();
    await Promise.all(times(4, () => rollUp(api, daysAgo(1), daysAgo(-1))));
    expect(before.length).toBeGreaterThan(0);
    expect(await rows()).toEqual(before);
  });
});

describe('a batch of 1,000 links', () => {
  it('is made in seconds, each with a slug of its own', async () => {
    const { api, sarah, id } = campaign;
    const item = { creatorId: sarah.id, campaignId: id, placement: 'feed' };
    const begun = performance.now();
    const { status, json } = await api<{ data: { status: number; link: { slug: string } }[] }>(
      'POST',
      '/v1/links/batch',
      { items: times(1_000, () => item) },
    );
    const took = performance.now() - begun;
    console.log(`1,000 links in ${Math.round(took)} ms`);
    expect(status).toBe(200);
    expect(json.data.map((made) => made.status)).toEqual(Array(1_000).fill(201));
    expect(new Set(json.data.map(({ link }) => link.slug)).size).toBe(1_000);
    expect(took).toBeLessThan(BATCH_MS * BUSY_MACHINE);
    expect(await follow(server.base, json.data.at(-1)?.link.slug ?? '')).toMatchObject({ status: 302 });
  });
});
