// Webhooks a second at the real server: signed orders of a standard shop, each answered only when it is applied.
import { aCampaign, type Campaign } from '../e2e/campaign.ts';
import { listed } from '../e2e/client.ts';
import { standardDelivery, standardOrder } from '../e2e/shop.ts';
import { startServer } from '../support/server.ts';
import type { BenchLine } from './line.ts';
import { type LoadRequest, type LoadResult, load } from './load.ts';
import { bestOf } from './rounds.ts';

const SENDERS_AT_ONCE = 16;
const WARM_UP = 64;
const ROUNDS = 2;
const ORDERS = 480;

/** Orders of different customers by one creator's code, signed now. */
const ordersFrom = (first: number, count: number, { storeId, sarah }: Campaign): LoadRequest[] =>
  Array.from({ length: count }, (_, i) => {
    const sale = { id: first + i, at: Date.now(), code: sarah.code.code };
    const { raw, headers } = standardDelivery('order.paid', standardOrder(sale));
    const sent = { 'content-type': 'application/json', ...headers } as Record<string, string>;
    return { method: 'POST', path: `/webhooks/${storeId}`, headers: sent, body: Buffer.from(raw) };
  });

const linesOf = (best: LoadResult, answered: number, applied: number): BenchLine[] => {
  const section = 'webhooks';
  return [
    { section, name: 'signed orders', value: best.perSecond, unit: 'webhooks/s', budget: { least: 40 } },
    { section, name: 'p50', value: best.p50Ms, unit: 'ms', budget: { most: 1_000 } },
    { section, name: 'p99', value: best.p99Ms, unit: 'ms', budget: { most: 3_000 } },
    {
      ...{ section, name: 'orders paid', value: applied, unit: 'orders', budget: { least: answered, most: answered } },
      note: `of ${answered} answered`,
    },
  ];
};

export const webhookLines = async (): Promise<BenchLine[]> => {
  const server = await startServer();
  const campaign = await aCampaign(server);
  let answered = 0;
  const round = async (count: number): Promise<LoadResult> => {
    const result = await load(server.base, SENDERS_AT_ONCE, ordersFrom(answered + 1, count, campaign), 200);
    answered += result.answered;
    return result;
  };
  await round(WARM_UP);
  const best = await bestOf(ROUNDS, () => round(ORDERS));
  const orders = await listed<{ state: string }>(campaign.api, '/v1/orders');
  await server.stop();
  return linesOf(best, answered, orders.filter(({ state }) => state === 'paid').length);
};
