// A server killed in the middle of its work: what it answered for is there afterwards, and counted once.
import { cpSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import type { Delivery } from '../../lib/connectors/connector.ts';
import { aDataFolder, type RunningServer, startServer } from '../support/server.ts';
import { aCampaign, type Campaign, daysAgo } from './campaign.ts';
import { type Call, client, listed, pause, performanceOf, rollUp } from './client.ts';
import { deliver, follow, standardDelivery, standardOrder } from './shop.ts';

const CONNECTIONS = 16;
const ROUNDS = 3;
/** Webhooks answered in each round before the kill. */
const ANSWERED = 50;

const started: RunningServer[] = [];
const start = async (dataDir: string, rootKey?: string): Promise<RunningServer> => {
  const server = await startServer({ dataDir, env: { ROOT_KEY: rootKey } });
  started.push(server);
  return server;
};
afterAll(() => Promise.all(started.map((server) => server.stop('SIGKILL'))));

/** Order n sells for 10.00 and n cents by one creator's code; every third one is refunded 5.00. */
const netOf = (n: number, refunded: boolean) => 1_000 + n - (refunded ? 500 : 0);
const isRefunded = (n: number) => n % 3 === 0;

interface Sent {
  readonly n: number;
  readonly what: 'order' | 'refund';
  readonly delivery: Delivery;
  answered: boolean;
}

interface Load {
  readonly sent: Sent[];
  clicksTried: number;
  clicksAnswered: number;
}

const answeredOf = ({ sent }: Load) => sent.filter(({ answered }) => answered);

const orderOf = (n: number, code: string): Delivery => {
  const money = { itemsTotal: 1_000 + n, discounts: 0, lines: [] };
  return standardDelivery('order.paid', standardOrder({ id: n, at: Date.now(), code }, money));
};
const refundOf = (n: number): Delivery =>
  standardDelivery('refund.created', { externalId: `r${n}`, orderExternalId: String(n), amount: 500 });

/** Posts it and notes whether it was answered for; a connection cut off is no answer. */
const post = async (base: string, storeId: string, load: Load, item: Omit<Sent, 'answered'>): Promise<void> => {
  const sent: Sent = { ...item, answered: false };
  load.sent.push(sent);
  const reply = await deliver(base, storeId, item.delivery);
  expect(reply.status).toBe(200);
  sent.answered = true;
};

const shopUntilCutOff = async (base: string, campaign: Campaign, load: Load): Promise<void> => {
  try {
    for (;;) {
      load.clicksTried += 1;
      const { status } = await follow(base, campaign.sarah.link.slug);
      expect(status).toBe(302);
      load.clicksAnswered += 1;
      const n = load.sent.length + 1;
      const delivery = orderOf(n, campaign.mike.code.code);
      await post(base, campaign.storeId, load, { n, what: 'order', delivery });
      if (isRefunded(n)) await post(base, campaign.storeId, load, { n, what: 'refund', delivery: refundOf(n) });
    }
  } catch (error) {
    // fetch reports a cut connection as a TypeError; anything else is a finding.
    if (!(error instanceof TypeError)) throw error;
  }
};

const untilNothingIsLeft = async (api: Call): Promise<void> => {
  for (let waited = 0; waited < 20_000; waited += 100) {
    if ((await listed(api, '/v1/webhook-events?state=received')).length === 0) return;
    await pause(100);
  }
  throw new Error('events were left unapplied');
};

interface Order {
  readonly externalId: string;
  readonly state: string;
  readonly netRevenue: number;
  readonly refunds: number;
}

describe('a server killed under load', () => {
  const dataDir = aDataFolder();
  const load: Load = { sent: [], clicksTried: 0, clicksAnswered: 0 };
  const range = [daysAgo(1), daysAgo(-1)] as const;
  let server: RunningServer;
  let campaign: Campaign;
  let api: Call;

  const restart = async () => {
    server = await start(dataDir, server.rootKey);
    api = client(server.base, campaign.apiKey);
  };
  const factsNow = async () => {
    await rollUp(api, ...range);
    const { data, totals, reconciliation } = await performanceOf(api, ...range, 'creator');
    const orders = await listed<Order>(api, '/v1/orders');
    const events = await listed<{ id: string }>(api, '/v1/webhook-events');
    return { data, totals, reconciliation, orders, events: events.map(({ id }) => id).sort() };
  };

  it('finds everything it answered for, and applies what it had only kept', { timeout: 90_000 }, async () => {
    server = await start(dataDir);
    campaign = await aCampaign(server);
    for (let round = 0; round < ROUNDS; round++) {
      const shopping = Array.from({ length: CONNECTIONS }, () => shopUntilCutOff(server.base, campaign, load));
      const enough = answeredOf(load).length + ANSWERED;
      while (answeredOf(load).length < enough) await pause(20);
      expect(await server.stop('SIGKILL')).toMatchObject({ signal: 'SIGKILL' });
      await Promise.all(shopping);
      await restart();
      await untilNothingIsLeft(api);
    }
    const { totals, reconciliation, orders } = await factsNow();
    const answered = answeredOf(load);
    console.log(
      `${ROUNDS} kills, ${answered.length} webhooks of ${load.sent.length} and ${load.clicksAnswered} clicks answered`,
    );
    expect(answered.length).toBeLessThan(load.sent.length);

    const known = new Map(orders.map((order) => [Number(order.externalId), order]));
    expect(known.size).toBe(orders.length);
    for (const { n, what } of answered) {
      const order = known.get(n);
      expect(order?.state).toBe('paid');
      if (what === 'refund') expect(order?.refunds).toBe(500);
    }
    const sum = orders.reduce((total, { externalId, refunds }) => total + netOf(Number(externalId), refunds > 0), 0);
    expect(reconciliation).toMatchObject({ storeNetRevenue: sum, credited: sum, storeOrders: orders.length });

    const excluded = Object.values(totals.excludedClicks ?? {}).reduce((total, count) => total + count, 0);
    expect((totals.clicks ?? 0) + excluded).toBeGreaterThanOrEqual(load.clicksAnswered);
    expect((totals.clicks ?? 0) + excluded).toBeLessThanOrEqual(load.clicksTried);
  });

  it('takes everything again, completes what was cut off, and counts nothing twice', { timeout: 60_000 }, async () => {
    const sendAll = async () => {
      const left = [...load.sent].reverse();
      const worker = async () => {
        for (let item = left.pop(); item; item = left.pop()) {
          expect((await deliver(server.base, campaign.storeId, item.delivery)).status).toBe(200);
        }
      };
      await Promise.all(Array.from({ length: CONNECTIONS }, worker));
    };
    await sendAll();
    const once = await factsNow();
    const sales = load.sent.filter(({ what }) => what === 'order');
    const refunded = new Set(load.sent.filter(({ what }) => what === 'refund').map(({ n }) => n));
    const sum = sales.reduce((total, { n }) => total + netOf(n, refunded.has(n)), 0);
    expect(once.reconciliation).toMatchObject({ storeNetRevenue: sum, credited: sum, storeOrders: sales.length });
    expect(once.events).toHaveLength(load.sent.length);
    await sendAll();
    expect(await factsNow()).toEqual(once);
  });
});

describe('a roll-up that was killed', () => {
  it('is finished by the next start, with the rows of one that was never interrupted', async () => {
    const days = 24;
    const [from, to] = [daysAgo(days), daysAgo(-1)];
    const seeded = aDataFolder();
    const first = await start(seeded);
    const campaign = await aCampaign(first);
    for (let age = 0; age < days; age++) {
      const sale = { id: age + 1, at: Date.now() - age * 86_400_000, code: campaign.sarah.code.code };
      const sold = await deliver(first.base, campaign.storeId, standardDelivery('order.paid', standardOrder(sale)));
      expect(sold.json.state).toBe('applied');
    }
    for (let click = 0; click < 20; click++) await follow(first.base, campaign.mike.link.slug);
    await first.stop();

    const rowsAfter = async (disturb: (api: Call, rollupId: string, server: RunningServer) => Promise<Call>) => {
      const folder = aDataFolder();
      cpSync(seeded, folder, { recursive: true });
      const server = await start(folder, first.rootKey);
      const api = client(server.base, campaign.apiKey);
      const { json } = await api<{ id: string }>('POST', '/v1/rollups', { from, to });
      const after = await disturb(api, json.id, server);
      for (let waited = 0; waited < 15_000; waited += 50) {
        const { json: rollup } = await after<{ state: string }>('GET', `/v1/rollups/${json.id}`);
        expect(rollup.state).not.toBe('failed');
        if (rollup.state === 'done') break;
        await pause(50);
      }
      const { data, totals, reconciliation, missingDays } = await performanceOf(after, from, to, 'day,creator,link');
      return { data, totals, reconciliation, missingDays };
    };

    const whole = await rowsAfter(async (api) => api);
    expect(whole.reconciliation).toMatchObject({ storeOrders: days, storeNetRevenue: days * 10_000 });
    expect(whole.totals).toMatchObject({ clicks: 20, orders: days });
    const resumed = await rowsAfter(async (api, id, server) => {
      let state = '';
      while (state !== 'running') {
        state = (await api<{ state: string }>('GET', `/v1/rollups/${id}`)).json.state;
        expect(state).not.toBe('done');
      }
      await server.stop('SIGKILL');
      return client((await start(server.dataDir, first.rootKey)).base, campaign.apiKey);
    });
    expect(resumed).toEqual(whole);
  }, 60_000);
});
