// What a server holds that was started for a small machine, while it answers shoppers: little, and no more the longer it runs.
import { startServer } from '../support/server.ts';
import type { BenchLine } from './line.ts';
import { load } from './load.ts';
import { median } from './percentile.ts';
import { aMerchantWithLinks, heldMb, hitsOn, SHOPPERS_AT_ONCE } from './shoppers.ts';

const ROUND = 25_000;
const ROUNDS = 8;
/** With `--full`: two million clicks. */
const MANY_ROUNDS = 80;

export const memoryLines = async (full: boolean): Promise<BenchLine[]> => {
  const server = await startServer({ script: 'start:small' });
  const { slugs } = await aMerchantWithLinks(server);
  const held: number[] = [];
  const rates: number[] = [];
  for (let round = 0; round < (full ? MANY_ROUNDS : ROUNDS); round++) {
    const { perSecond } = await load(server.base, SHOPPERS_AT_ONCE, hitsOn(slugs, ROUND), 302);
    rates.push(perSecond);
    held.push(heldMb(server.pid));
  }
  await server.stop('SIGKILL');
  const half = held.length / 2;
  const growth = median(held.slice(half)) / median(held.slice(0, half));
  const section = 'memory';
  const clicks = (held.length * ROUND).toLocaleString('en');
  return [
    {
      ...{ section, name: 'of start:small', value: Math.max(...held), unit: 'MB', budget: { most: 250 } },
      note: `the most it held, engine included, over ${clicks} clicks`,
    },
    {
      ...{ section, name: 'second half of the clicks over the first', value: growth, unit: '', budget: { most: 1.3 } },
      note: 'medians; the table grows meanwhile',
    },
    {
      section,
      name: 'redirects of start:small',
      value: Math.max(...rates),
      unit: 'requests/s',
      budget: { least: 4_000 },
    },
  ];
};
