// How long a shopper waits while the table is frozen or gone, with the click kept all the same.
import { pause } from '../e2e/client.ts';
import { startEngineProcess } from '../support/engine-process.ts';
import { startServer } from '../support/server.ts';
import type { BenchLine } from './line.ts';
import { type LoadResult, load } from './load.ts';
import { aMerchantWithLinks, hitsOn, SHOPPERS_AT_ONCE } from './shoppers.ts';

/** What a shopper may be kept for. */
const MOST_MS = 300;
const HITS = 3_000;

const linesOf = (what: string, { p50Ms, mostMs }: LoadResult): BenchLine[] => [
  { section: 'outage', name: `${what}, p50`, value: p50Ms, unit: 'ms', budget: { most: MOST_MS } },
  { section: 'outage', name: `${what}, slowest`, value: mostMs, unit: 'ms', budget: { most: MOST_MS } },
];

export const outageLines = async (): Promise<BenchLine[]> => {
  const engine = await startEngineProcess();
  const server = await startServer({ env: { DYNAMODB_ENDPOINT: engine.endpoint } });
  try {
    const { slugs } = await aMerchantWithLinks(server);
    const shop = () => load(server.base, SHOPPERS_AT_ONCE, hitsOn(slugs, HITS), 302);
    await shop();
    engine.freeze();
    const frozen = await shop();
    engine.thaw();
    await pause(1_000);
    await engine.kill();
    return [...linesOf('table frozen', frozen), ...linesOf('table gone', await shop())];
  } finally {
    engine.thaw();
    await server.stop('SIGKILL');
    await engine.kill();
  }
};
