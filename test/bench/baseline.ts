// The baseline: a bare node:http 302 in a process of its own under the load that redirects get.
import { startChild } from './child.ts';
import type { BenchLine } from './line.ts';
import { type LoadResult, load } from './load.ts';
import { bestOf } from './rounds.ts';
import { hitsOn, SHOPPERS_AT_ONCE } from './shoppers.ts';

const ROUNDS = 3;
const REQUESTS = 30_000;

const measured = async (): Promise<LoadResult> => {
  const bare = startChild(['test/bench/bare-process.ts']);
  try {
    const base = `http://127.0.0.1:${await bare.firstLine}`;
    return await bestOf(ROUNDS, () => load(base, SHOPPERS_AT_ONCE, hitsOn(['any'], REQUESTS), 302));
  } finally {
    await bare.stop();
  }
};

let known: Promise<LoadResult> | undefined;

/** Measured once a run, whichever section asks first. */
export const baseline = (): Promise<LoadResult> => {
  known ??= measured();
  return known;
};

export const baselineLines = async (): Promise<BenchLine[]> => {
  const { perSecond, p50Ms, p99Ms } = await baseline();
  const section = 'baseline';
  return [
    { section, name: 'bare node:http 302', value: perSecond, unit: 'requests/s' },
    { section, name: 'bare node:http 302, p50', value: p50Ms, unit: 'ms' },
    { section, name: 'bare node:http 302, p99', value: p99Ms, unit: 'ms' },
  ];
};
