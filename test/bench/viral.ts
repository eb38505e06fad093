// A post goes viral: one link at a steady rate, beside the same rate spread over a thousand links.
import { startServer } from '../support/server.ts';
import type { BenchLine } from './line.ts';
import { type LoadResult, load } from './load.ts';
import { aMerchantWithLinks, hitsOn, SHOPPERS_AT_ONCE } from './shoppers.ts';

interface Rate {
  readonly perSecond: number;
  readonly seconds: number;
}

const BURST: Rate = { perSecond: 3_000, seconds: 10 };
/** With `--full`. */
const STEADY: Rate = { perSecond: 1_000, seconds: 60 };

const linesOf = ({ perSecond, seconds }: Rate, one: LoadResult, many: LoadResult): BenchLine[] => {
  const what = `${perSecond.toLocaleString('en')}/s for ${seconds} s`;
  const section = 'viral';
  return [
    {
      ...{ section, name: `${what} on one link`, value: one.perSecond, unit: 'requests/s' },
      budget: { least: perSecond * 0.97 },
    },
    { section, name: `${what}, p99 on one link`, value: one.p99Ms, unit: 'ms', budget: { most: 50 } },
    { section, name: `${what}, p99 on 1,000 links`, value: many.p99Ms, unit: 'ms' },
  ];
};

export const viralLines = async (full: boolean): Promise<BenchLine[]> => {
  const server = await startServer();
  const { slugs } = await aMerchantWithLinks(server);
  const at = (links: readonly string[], { perSecond, seconds }: Rate) =>
    load(server.base, SHOPPERS_AT_ONCE, hitsOn(links, perSecond * seconds), 302, perSecond);
  await load(server.base, SHOPPERS_AT_ONCE, hitsOn(slugs, 5_000), 302);
  const lines: BenchLine[] = [];
  for (const rate of full ? [BURST, STEADY] : [BURST]) {
    const many = await at(slugs, rate);
    lines.push(...linesOf(rate, await at(slugs.slice(0, 1), rate), many));
  }
  await server.stop('SIGKILL');
  return lines;
};
