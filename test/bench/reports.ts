// How long a performance report takes over HTTP: a quarter of a merchant with many creators, all days rolled up.
import { join } from 'node:path';
import { startEngine } from '../../infra/local/engine.ts';
import { CLICK_RULES_VERSION } from '../../lib/domain/clicks/classify.ts';
import { addDays, daysFrom } from '../../lib/domain/days.ts';
import { emptySales, emptyTraffic } from '../../lib/domain/report-rows.ts';
import type { ComputedDay, RollupRow } from '../../lib/domain/rollup.ts';
import { systemClock } from '../../lib/platform/clock.ts';
import { writeRollup } from '../../lib/table/rollups.ts';
import { dayAt } from '../e2e/campaign.ts';
import { aMerchant, client, made, performanceOf } from '../e2e/client.ts';
import { startServer } from '../support/server.ts';
import type { BenchLine } from './line.ts';
import { type LoadResult, load } from './load.ts';
import { bestOf } from './rounds.ts';

const DAYS = 90;
const CREATORS = 50;
/** One caller at a time: what is wanted is how long somebody waits, not how many do. */
const READERS_AT_ONCE = 1;
const WARM_UP = 20;
const ROUNDS = 2;
const REPORTS = 100;

const ORDER = { netRevenue: 10_000, grossRevenue: 12_000, discounts: 2_000 };

/** A creator's day: ten clicks and two orders. */
const rowOf = (creatorId: string): RollupRow => {
  const sales = { ...emptySales(), orders: 2, clickOrders: 2, units: 4, netRevenue: 2 * ORDER.netRevenue };
  const booked = { ...sales, grossRevenue: 2 * ORDER.grossRevenue, discounts: 2 * ORDER.discounts };
  const traffic = { ...emptyTraffic(), clicks: 10, uniqueClicks: 10 };
  return {
    ...{ creatorId, campaignId: null, linkId: null, codeId: null, storeId: 'sto_bench' },
    ...{ traffic, booked, settled: booked },
  };
};

const SKUS = 4;

/** What each creator sold, by SKU: what an ordinary report must not pay for. */
const narrowOf = (creatorIds: readonly string[]): ComputedDay['narrow'] => {
  const about = {
    campaignId: null,
    storeId: 'sto_bench',
    customerType: 'unknown',
    country: 'US',
    channel: 'web',
  } as const;
  const lines = Array.from({ length: SKUS }, (_, i) => `SKU-${i}`);
  const rowsOf = (names: readonly (string | null)[]) =>
    creatorIds.flatMap((creatorId) => {
      const { booked, settled } = rowOf(creatorId);
      return names.map((line) => ({ ...about, creatorId, line, booked, settled }));
    });
  return { order: rowsOf([null]), sku: rowsOf(lines), product: rowsOf(lines), collection: rowsOf(lines) };
};

const dayOfAll = (creatorIds: readonly string[]): ComputedDay => {
  const [orders, revenue] = [2 * creatorIds.length, 2 * creatorIds.length * ORDER.netRevenue];
  const store = { storeId: 'sto_bench', bookedNetRevenue: revenue, bookedOrders: orders, conflicts: 0 };
  return {
    rows: creatorIds.map(rowOf),
    credits: [],
    stores: [{ ...store, settledNetRevenue: revenue, settledOrders: orders }],
    narrow: narrowOf(creatorIds),
    clicks: { device: [], os: [], app: [], referrerHost: [], clickCountry: [], language: [] },
  };
};

const writeQuarter = async (dataDir: string, merchantId: string, creatorIds: readonly string[], to: string) => {
  const engine = await startEngine(join(dataDir, 'table'));
  const now = systemClock();
  for (const day of daysFrom(addDays(to, 1 - DAYS), to)) {
    const header = { day, startedAt: now, computedAt: now, clickRules: CLICK_RULES_VERSION, attributionRules: 'rul_1' };
    await writeRollup(engine.table, merchantId, header, dayOfAll(creatorIds), 'bench', systemClock);
  }
  await engine.close();
};

const linesOf = (name: string, { p50Ms, p99Ms }: LoadResult, most: number): BenchLine[] => [
  { section: 'reports', name: `${name}, p50`, value: p50Ms, unit: 'ms', budget: { most: most / 2 } },
  { section: 'reports', name: `${name}, p99`, value: p99Ms, unit: 'ms', budget: { most } },
];

/** Makes the merchant with its creators and writes their days, with no server running afterwards. */
const aQuarter = async () => {
  const server = await startServer();
  const { id, apiKey } = await aMerchant(server);
  const api = client(server.base, apiKey);
  const creatorIds: string[] = [];
  for (let i = 0; i < CREATORS; i++) {
    creatorIds.push((await made(api, '/v1/creators', { name: `Creator ${i}`, handle: `creator${i}` })).id);
  }
  await server.stop();
  const to = dayAt(systemClock());
  await writeQuarter(server.dataDir, id, creatorIds, to);
  return { dataDir: server.dataDir, apiKey, from: addDays(to, 1 - DAYS), to };
};

export const reportLines = async (): Promise<BenchLine[]> => {
  const { dataDir, apiKey, from, to } = await aQuarter();
  const server = await startServer({ dataDir });
  const { totals } = await performanceOf(client(server.base, apiKey), from, to, 'creator');
  if (totals.orders !== 2 * CREATORS * DAYS) throw new Error(`${totals.orders} orders in the report`);
  const measured = async (groupBy: string): Promise<LoadResult> => {
    const path = `/v1/reports/performance?from=${from}&to=${to}&groupBy=${groupBy}`;
    const headers = { authorization: `Bearer ${apiKey}` };
    const round = (count: number) =>
      load(
        server.base,
        READERS_AT_ONCE,
        Array.from({ length: count }, () => ({ method: 'GET' as const, path, headers })),
        200,
      );
    await round(WARM_UP);
    return bestOf(ROUNDS, () => round(REPORTS));
  };
  const byCreator = await measured('creator');
  const byDay = await measured('day,creator');
  const bySku = await measured('creator,sku');
  await server.stop();
  return [
    ...linesOf(`${DAYS} days by creator`, byCreator, 1_000),
    ...linesOf(`${DAYS} days by day and creator`, byDay, 1_000),
    ...linesOf(`${DAYS} days by creator and SKU`, bySku, 1_000),
  ];
};
