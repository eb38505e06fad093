// Redirects a second at the real server, with every answered click stored: counted after the server was killed.
import { join } from 'node:path';
import { startEngine } from '../../infra/local/engine.ts';
import { daysFrom } from '../../lib/domain/days.ts';
import { hitsOfShard } from '../../lib/table/clicks.ts';
import { dayAt } from '../e2e/campaign.ts';
import { startServer } from '../support/server.ts';
import { baseline } from './baseline.ts';
import type { BenchLine } from './line.ts';
import { type LoadResult, load } from './load.ts';
import { bestOf } from './rounds.ts';
import { aMerchantWithLinks, heldMb, hitsOn, SHOPPERS_AT_ONCE } from './shoppers.ts';

const WARM_UP = 5_000;
const ROUNDS = 3;
const REQUESTS = 20_000;
/** With `--full`: as many as a busy day has. */
const MANY = 2_000_000;

/** A merchant's shards per day unless it asks for others. */
const SHARDS = 8;

/** Clicks in the folder's table, read past the server, which must be gone. */
const storedClicks = async (dataDir: string, merchantId: string, since: number): Promise<number> => {
  const engine = await startEngine(join(dataDir, 'table'));
  let stored = 0;
  for (const day of daysFrom(dayAt(since), dayAt(Date.now()))) {
    for (let shard = 0; shard < SHARDS; shard++) {
      for await (const hits of hitsOfShard(engine.table, merchantId, day, shard)) stored += hits.length;
    }
  }
  await engine.close();
  return stored;
};

interface Measured {
  readonly best: LoadResult;
  readonly bare: LoadResult;
  /** The same load on one link alone. */
  readonly viral: LoadResult;
  readonly answered: number;
  readonly stored: number;
  readonly mostMb: number;
}

const linesOf = ({ best, bare, viral, answered, stored, mostMb }: Measured): BenchLine[] => {
  const section = 'redirect';
  const budget = { least: answered, most: answered };
  return [
    { section, name: 'redirects', value: best.perSecond, unit: 'requests/s', budget: { least: 7_000 } },
    { section, name: 'p50', value: best.p50Ms, unit: 'ms', budget: { most: 10 } },
    { section, name: 'p99', value: best.p99Ms, unit: 'ms', budget: { most: 20 } },
    {
      section,
      name: 'share of the baseline',
      value: best.perSecond / bare.perSecond,
      unit: '',
      budget: { least: 0.1 },
    },
    {
      ...{ section, name: 'one link over 1,000 links', value: viral.perSecond / best.perSecond, unit: '' },
      budget: { least: 0.9 },
    },
    {
      ...{ section, name: 'memory', value: mostMb, unit: 'MB', budget: { most: 600 } },
      note: `the most the server held, engine included, over ${answered.toLocaleString('en')} clicks; less by start:small`,
    },
    {
      ...{ section, name: 'clicks stored', value: stored, unit: 'clicks', budget },
      note: `of ${answered} answered, the server killed after the last`,
    },
  ];
};

export const redirectLines = async (full: boolean): Promise<BenchLine[]> => {
  const bare = await baseline();
  const since = Date.now();
  const server = await startServer();
  const { id, slugs } = await aMerchantWithLinks(server);
  let answered = 0;
  let mostMb = 0;
  const round = async (links: readonly string[], count = REQUESTS): Promise<LoadResult> => {
    const result = await load(server.base, SHOPPERS_AT_ONCE, hitsOn(links, count), 302);
    answered += result.answered;
    mostMb = Math.max(mostMb, heldMb(server.pid));
    return result;
  };
  await round(slugs, WARM_UP);
  const best = await bestOf(ROUNDS, () => round(slugs));
  const viral = await bestOf(ROUNDS, () => round(slugs.slice(0, 1)));
  while (full && answered < MANY) await round(slugs, 100_000);
  await server.stop('SIGKILL');
  const stored = await storedClicks(server.dataDir, id, since);
  return linesOf({ best, bare, viral, answered, stored, mostMb });
};
