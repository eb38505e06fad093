// Redirects a second at the real server, with every answered click stored: counted after the server was killed.
import { join } from 'node:path';
import { startEngine } from '../../infra/local/engine.ts';
import { daysFrom } from '../../lib/domain/days.ts';
import { hitsOfShard } from '../../lib/table/clicks.ts';
import { dayAt } from '../e2e/campaign.ts';
import { aMerchant, client, made } from '../e2e/client.ts';
import { inTurns } from '../support/engine.ts';
import { type Reachable, startServer } from '../support/server.ts';
import { baseline } from './baseline.ts';
import type { BenchLine } from './line.ts';
import { type LoadResult, load } from './load.ts';
import { bestOf } from './rounds.ts';
import { hitsOn, SHOPPERS_AT_ONCE } from './shoppers.ts';

const LINKS = 1_000;
const WARM_UP = 5_000;
const ROUNDS = 3;
const REQUESTS = 20_000;

/** A merchant's shards per day unless it asks for others. */
const SHARDS = 8;

/** A merchant with a thousand links, made by the API alone. */
const aMerchantWithLinks = async (server: Reachable) => {
  const { id, apiKey } = await aMerchant(server);
  const api = client(server.base, apiKey);
  const { id: creatorId } = await made(api, '/v1/creators', { name: 'Sarah Lim', handle: 'sarahlim' });
  const slugs = Array.from({ length: LINKS }, (_, i) => `bench-${i}`);
  await inTurns(slugs, (slug) =>
    made(api, '/v1/links', { creatorId, slug, destinationUrl: 'https://shop.example.com/p/protein' }),
  );
  return { id, slugs };
};

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

const linesOf = (best: LoadResult, bare: LoadResult, answered: number, stored: number): BenchLine[] => {
  const section = 'redirect';
  const share = best.perSecond / bare.perSecond;
  return [
    { section, name: 'redirects', value: best.perSecond, unit: 'requests/s', budget: { least: 3_000 } },
    { section, name: 'p50', value: best.p50Ms, unit: 'ms', budget: { most: 100 } },
    { section, name: 'p99', value: best.p99Ms, unit: 'ms', budget: { most: 250 } },
    { section, name: 'share of the baseline', value: share, unit: '', budget: { least: 0.05 } },
    {
      ...{ section, name: 'clicks stored', value: stored, unit: 'clicks', budget: { least: answered, most: answered } },
      note: `of ${answered} answered, the server killed after the last`,
    },
  ];
};

export const redirectLines = async (): Promise<BenchLine[]> => {
  const bare = await baseline();
  const since = Date.now();
  const server = await startServer();
  const { id, slugs } = await aMerchantWithLinks(server);
  let answered = 0;
  const round = async (count: number): Promise<LoadResult> => {
    const result = await load(server.base, SHOPPERS_AT_ONCE, hitsOn(slugs, count), 302);
    answered += result.answered;
    return result;
  };
  await round(WARM_UP);
  const best = await bestOf(ROUNDS, () => round(REQUESTS));
  await server.stop('SIGKILL');
  return linesOf(best, bare, answered, await storedClicks(server.dataDir, id, since));
};
