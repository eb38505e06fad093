// A large day rolled up: clicks a second and the memory of the process that rolls up, the engine in another.
import { startEngine } from '../../infra/local/engine.ts';
import { aDataFolder } from '../support/server.ts';
import { BUSY_DAY, writeBusyDay } from './busy-day.ts';
import { outputOf } from './child.ts';
import type { BenchLine } from './line.ts';
import type { RolledUp } from './rollup-process.ts';
import { bestOf } from './rounds.ts';

const CLICKS = 200_000;
/** The aim: a day of a million clicks within a minute and 300 MB. */
const FULL_CLICKS = 1_000_000;
const LONGEST_MS = 60_000;
const MOST_BYTES = 300e6;

const ROUNDS = 2;

/**
 * The heap that Node gives itself where it has 1 GB, as a function may. It sizes its heap by the machine, and where that
 * has plenty, what is garbage is left lying: the figure would be the machine's.
 */
const HEAP_MB = 512;

export const rollupLines = async (full: boolean): Promise<BenchLine[]> => {
  const clicks = full ? FULL_CLICKS : CLICKS;
  const engine = await startEngine(aDataFolder());
  const merchantId = await writeBusyDay(engine.table, clicks);
  const runs: RolledUp[] = [];
  const best = await bestOf(ROUNDS, async () => {
    const heap = `--max-heap-size=${HEAP_MB}`;
    const args = [heap, 'test/bench/rollup-process.ts', engine.endpoint, merchantId, BUSY_DAY];
    const run = JSON.parse(await outputOf(args)) as RolledUp;
    runs.push(run);
    return { ...run, perSecond: (clicks * 1000) / run.ms };
  });
  await engine.close();
  const peakBytes = Math.max(...runs.map((run) => run.peakBytes));
  const section = 'rollup';
  const least = (FULL_CLICKS * 1000) / LONGEST_MS;
  return [
    {
      ...{ section, name: 'clicks rolled up', value: best.perSecond, unit: 'clicks/s', budget: { least } },
      note: `a day of ${clicks}`,
    },
    {
      ...{ section, name: 'peak memory', value: peakBytes / 1e6, unit: 'MB', budget: { most: MOST_BYTES / 1e6 } },
      note: `with a heap of ${HEAP_MB} MB at most`,
    },
    { section, name: 'hits counted', value: best.hits, unit: 'hits', budget: { least: clicks, most: clicks } },
  ];
};
