// The soak: a plan's deliveries from many connections at once, to a server that is killed and started again meanwhile.
import { aStore } from '../e2e/campaign.ts';
import { aMerchant, type Call, client, listed, made, pause, performanceOf, rollUp } from '../e2e/client.ts';
import { aDataFolder, freePort, type RunningServer, startServer } from '../support/server.ts';
import { type ExpectedOrder, expectedOf } from './expected.ts';
import { ANSWERS, type Delivery, PLATFORMS, type SoakPlan, type SoakSize, soakPlan, wire } from './plan.ts';
import type { Platform } from './tellings.ts';

const CONNECTIONS = 16;
const PATIENCE_MS = 60_000;

interface Shop {
  readonly api: Call;
  readonly stores: ReadonlyMap<Platform, string>;
  readonly codes: readonly string[];
}

/** What a sender saw. */
interface Seen {
  /** Answers that were final, in ms. */
  readonly tookMs: number[];
  /** Sent again because the connection broke or the answer was none. */
  again: number;
  /** By what the answer should have been and was: empty when all is well. */
  readonly wrong: string[];
}

export interface SoakResult {
  readonly deliveries: number;
  readonly events: number;
  readonly kills: number;
  readonly sentAgain: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly worstMs: number;
  /** Net revenue by the independent sum, in cents, and every way in which the service differs from it. */
  readonly netRevenue: number;
  readonly differences: readonly string[];
}

const openShop = async (server: RunningServer): Promise<Shop> => {
  const { apiKey } = await aMerchant(server);
  const api = client(server.base, apiKey);
  const stores = new Map<Platform, string>();
  for (const platform of Object.keys(PLATFORMS) as Platform[]) {
    stores.set(platform, (await aStore(api, platform)).id);
  }
  const codes: string[] = [];
  for (const name of ['Sarah Lim', 'Mike Oz']) {
    const { id: creatorId } = await made(api, '/v1/creators', { name });
    const value = { type: 'percent', amount: 15 };
    const body = { creatorId, storeIds: [...stores.values()], value };
    codes.push((await made<{ code: string }>(api, '/v1/discount-codes', body)).code);
  }
  return { api, stores, codes };
};

const percentile = (sorted: readonly number[], of: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * of) / 100))] ?? 0;

/** Sends one delivery until it is answered for good: a shop repeats what breaks off and what is answered 5xx. */
const sendOut = async (base: string, shop: Shop, delivery: Delivery, seen: Seen): Promise<void> => {
  const storeId = shop.stores.get(delivery.telling.platform);
  const wanted = ANSWERS[delivery.fault ?? 'none'];
  for (const begun = Date.now(); Date.now() - begun < PATIENCE_MS; ) {
    const { headers, body } = wire(delivery);
    const sentAt = performance.now();
    try {
      const answer = await fetch(`${base}/webhooks/${storeId}`, { method: 'POST', headers, body });
      await answer.text();
      if (answer.status < 500) {
        seen.tookMs.push(performance.now() - sentAt);
        if (answer.status !== wanted) seen.wrong.push(`${delivery.fault ?? 'none'}: ${answer.status}, not ${wanted}`);
        return;
      }
    } catch (error) {
      // fetch reports a cut connection as a TypeError; anything else is a finding.
      if (!(error instanceof TypeError)) throw error;
    }
    seen.again += 1;
    await pause(100);
  }
  seen.wrong.push(`${delivery.fault ?? 'none'}: never answered`);
};

const untilApplied = async (api: Call): Promise<string[]> => {
  for (const begun = Date.now(); Date.now() - begun < PATIENCE_MS; await pause(200)) {
    if ((await listed(api, '/v1/webhook-events?state=received')).length === 0) return [];
  }
  return ['events were left unapplied'];
};

interface ShownOrder {
  readonly storeId: string;
  readonly externalId: string;
  readonly state: string;
  readonly grossRevenue: number;
  readonly discounts: number;
  readonly refunds: number;
  readonly netRevenue: number;
}

const figuresOf = (order: ExpectedOrder) =>
  `${order.state} ${order.gross} ${order.discounts} ${order.refunds} ${order.gross - order.discounts - order.refunds}`;
const shownFigures = (order: ShownOrder) =>
  `${order.state} ${order.grossRevenue} ${order.discounts} ${order.refunds} ${order.netRevenue}`;

/** Order by order: what the service says against the independent sum. */
const orderDifferences = async ({ api, stores }: Shop, { lives }: SoakPlan): Promise<string[]> => {
  const shown = await listed<ShownOrder>(api, '/v1/orders');
  const byName = new Map(shown.map((order) => [`${order.storeId} ${order.externalId}`, order]));
  const differences: string[] = [];
  let wanted = 0;
  for (const [platform, all] of lives) {
    for (const life of all) {
      wanted += 1;
      const externalId = platform === 'stripe' ? `pi_${life.number}` : String(life.number);
      const order = byName.get(`${stores.get(platform)} ${externalId}`);
      const [is, should] = [order ? shownFigures(order) : 'missing', figuresOf(expectedOf(life, PLATFORMS[platform]))];
      if (is !== should) differences.push(`${platform} order ${life.number}: ${is}, not ${should}`);
    }
  }
  if (shown.length !== wanted) differences.push(`${shown.length} orders, not ${wanted}`);
  return differences;
};

/** Day by day on both bases, in the roll-ups: the shop's own total and what is credited and not. */
const dayDifferences = async ({ api }: Shop, { lives }: SoakPlan, now: number): Promise<string[]> => {
  const day = (ago: number) => new Date(now - ago * 86_400_000).toISOString().slice(0, 10);
  const days = Array.from({ length: 9 }, (_, index) => day(6 - index)).sort();
  const [first, last] = [days[0] as string, days.at(-1) as string];
  await rollUp(api, first, day(0));
  const sums = { booked: new Map<string, number>(), settled: new Map<string, number>() };
  const add = (to: Map<string, number>, on: string, amount: number) => to.set(on, (to.get(on) ?? 0) + amount);
  const all = [...lives].flatMap(([platform, some]) => some.map((life) => expectedOf(life, PLATFORMS[platform])));
  for (const expected of all) {
    add(sums.booked, new Date(expected.placedAt).toISOString().slice(0, 10), expected.booked);
    for (const [on, amount] of expected.settled) add(sums.settled, on, amount);
  }
  const differences: string[] = [];
  for (const basis of ['booked', 'settled'] as const) {
    for (const on of days.filter((one) => one <= day(0))) {
      const { reconciliation } = await performanceOf(api, on, on, 'creator', `&basis=${basis}`);
      const { storeNetRevenue, credited, unattributed } = reconciliation;
      const should = sums[basis].get(on) ?? 0;
      if (storeNetRevenue !== should) differences.push(`${on} ${basis}: ${storeNetRevenue}, not ${should}`);
      if (credited + unattributed !== storeNetRevenue) differences.push(`${on} ${basis}: credits do not add up`);
    }
    for (const on of sums[basis].keys()) {
      if (on < first || on > last) differences.push(`${on} lies outside the days looked at`);
    }
  }
  return differences;
};

/** Runs a soak of that size; `say` is told how far it has come. */
export const soak = async (size: SoakSize, say: (text: string) => void): Promise<SoakResult> => {
  const now = Date.now();
  const env = { PORT: String(await freePort()) };
  const dataDir = aDataFolder();
  let server = await startServer({ dataDir, env });
  const { base, rootKey } = server;
  const shop = await openShop(server);
  const plan = soakPlan(size, now, shop.codes);
  const seen: Seen = { tookMs: [], again: 0, wrong: [] };
  const left = [...plan.deliveries];
  const begun = performance.now();
  const connection = async () => {
    for (let next = left.pop(); next; next = left.pop()) await sendOut(base, shop, next, seen);
  };
  const sending = Promise.all(Array.from({ length: CONNECTIONS }, connection));
  for (let kill = 1; kill <= size.kills; kill++) {
    const until = plan.deliveries.length * (1 - kill / (size.kills + 1));
    while (left.length > until) await pause(20);
    await server.stop('SIGKILL');
    server = await startServer({ dataDir, env: { ...env, ROOT_KEY: rootKey } });
    say(`killed and started again with ${left.length} deliveries left`);
  }
  await sending;
  const seconds = (performance.now() - begun) / 1000;
  say(`${plan.deliveries.length} deliveries in ${seconds.toFixed(0)} s; now the sums`);
  const differences = [
    ...seen.wrong,
    ...(await untilApplied(shop.api)),
    ...(await orderDifferences(shop, plan)),
    ...(await dayDifferences(shop, plan, now)),
  ];
  await server.stop();
  const sorted = seen.tookMs.toSorted((a, b) => a - b);
  return {
    ...{ deliveries: plan.deliveries.length, kills: size.kills, sentAgain: seen.again, seconds, differences },
    events: new Set(plan.deliveries.map(({ telling }) => telling)).size,
    ...{ p50Ms: percentile(sorted, 50), p99Ms: percentile(sorted, 99), worstMs: sorted.at(-1) ?? 0 },
    netRevenue: [...plan.lives]
      .flatMap(([platform, some]) => some.map((life) => expectedOf(life, PLATFORMS[platform]).booked))
      .reduce((sum, booked) => sum + booked, 0),
  };
};
