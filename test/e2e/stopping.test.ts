// Told to stop, the server finishes what it has begun and leaves the folder to the next one.
import { connect } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../support/server.ts';
import { aCampaign, type Campaign, daysAgo } from './campaign.ts';
import { type Call, client, listed, pause, performanceOf, rollUp } from './client.ts';
import { deliver, follow, standardDelivery, standardOrder } from './shop.ts';

const LINKS = 200;
const ORDERS = 30;

const started: RunningServer[] = [];
const start = async (from?: RunningServer): Promise<RunningServer> => {
  const same = from && { dataDir: from.dataDir, env: { ROOT_KEY: from.rootKey } };
  const server = await startServer(same);
  started.push(server);
  return server;
};
afterAll(() => Promise.all(started.map((server) => server.stop('SIGKILL'))));

/** Long and short requests, all of them with the server when this resolves, most of them unanswered. */
const requestsInFlight = async (server: RunningServer, { api, storeId, id, sarah }: Campaign) => {
  const item = { creatorId: sarah.id, campaignId: id };
  const answers = [api('POST', '/v1/links/batch', { items: Array.from({ length: LINKS }, () => item) })];
  for (let n = 1; n <= ORDERS; n++) {
    const sale = { id: n, at: Date.now(), code: sarah.code.code };
    answers.push(deliver(server.base, storeId, standardDelivery('order.paid', standardOrder(sale))));
  }
  let early = 0;
  const noted = answers.map(async (answer) => {
    await answer;
    early += 1;
  });
  // The first answer shows that the others, sent with it, have arrived too.
  await Promise.any(noted);
  for (const note of noted) note.catch(() => undefined);
  expect(early).toBeLessThan(answers.length);
  return answers;
};

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  it('lets requests in flight finish, exits 0, and leaves everything to the next start', async () => {
    const server = await start();
    const campaign = await aCampaign(server);
    const { clickId } = await follow(server.base, campaign.mike.link.slug);
    const answers = await requestsInFlight(server, campaign);
    server.signal(signal);
    await pause(20);
    // Pressing again changes nothing: what is running is still finished.
    server.signal(signal);
    const [batch, ...orders] = await Promise.all(answers);
    expect(batch?.json.data).toHaveLength(LINKS);
    expect(orders.map(({ status }) => status)).toEqual(Array(ORDERS).fill(200));
    expect(await server.ended).toMatchObject({ code: 0, signal: null });

    const next = await start(server);
    const api: Call = client(next.base, campaign.apiKey);
    expect(await listed(api, '/v1/orders')).toHaveLength(ORDERS);
    const made = batch?.json.data as readonly { readonly link: { readonly slug: string } }[];
    expect(await follow(next.base, made[LINKS - 1]?.link.slug ?? '')).toMatchObject({ status: 302 });
    const sale = standardOrder({ id: 99, at: Date.now(), clickId });
    await deliver(next.base, campaign.storeId, standardDelivery('order.paid', sale));
    await rollUp(api, daysAgo(1), daysAgo(-1));
    const { data } = await performanceOf(api, daysAgo(1), daysAgo(-1), 'creator');
    expect(data.find((row) => row.creatorId === campaign.sarah.id)).toMatchObject({ orders: ORDERS, clicks: 1 });
    // The click of the earlier process is still found behind its id.
    expect(data.find((row) => row.creatorId === campaign.mike.id)).toMatchObject({ orders: 1, clicks: 1 });
    expect(await next.stop(signal)).toMatchObject({ code: 0 });
  }, 40_000);
});

describe.concurrent('a stop', () => {
  it('is quick, whoever keeps a connection open', async () => {
    const server = await start();
    const { port, hostname } = new URL(server.base);
    const idle = connect(Number(port), hostname);
    idle.on('error', () => undefined);
    await new Promise<void>((done) => {
      idle.on('data', () => done());
      idle.write('GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n');
    });
    const begun = performance.now();
    expect(await server.stop()).toMatchObject({ code: 0 });
    expect(performance.now() - begun).toBeLessThan(4_000);
    idle.destroy();
  });

  it('does not wait for a sender that never ends', async () => {
    const server = await start();
    const { port, hostname } = new URL(server.base);
    const endless = connect(Number(port), hostname);
    endless.on('error', () => undefined);
    endless.write('POST /webhooks/sto_x HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n{"a":');
    await pause(100);
    expect(await server.stop()).toMatchObject({ code: 0 });
    endless.destroy();
  });

  it('ends the night’s work in between without losing a day', async () => {
    const server = await start();
    const campaign = await aCampaign(server, { merchant: { customerHistoryFrom: '2020-01-01' } });
    const at = Date.parse(`${daysAgo(2)}T12:00:00Z`);
    const sale = standardOrder({ id: 1, at, code: campaign.sarah.code.code });
    await deliver(server.base, campaign.storeId, standardDelivery('order.paid', sale));
    const before = await performanceOf(campaign.api, daysAgo(2), daysAgo(2), 'creator');
    expect(before).toMatchObject({ data: [], missingDays: [daysAgo(2)] });
    expect(await server.stop()).toMatchObject({ code: 0 });
    // A start runs the night that is due: the day is there without anybody asking for a roll-up.
    const next = await start(server);
    const api = client(next.base, campaign.apiKey);
    let rows = before.data;
    for (let waited = 0; rows.length === 0 && waited < 15_000; waited += 100) {
      await pause(100);
      rows = (await performanceOf(api, daysAgo(2), daysAgo(2), 'creator')).data;
    }
    expect(rows).toMatchObject([{ creatorId: campaign.sarah.id, orders: 1, netRevenue: 10_000, newCustomers: 1 }]);
  });
});
