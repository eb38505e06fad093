// The bench's own judgement: which budgets are broken, how lines are shown, what a command line asks for.
import { describe, expect, it } from 'vitest';
import type { BenchLine } from './line.ts';
import { benchPlan } from './plan.ts';
import { isBroken, linesTable } from './verdict.ts';

const aLine = (value: number, budget?: BenchLine['budget']): BenchLine => ({
  ...{ section: 'redirect', name: 'redirects', value, unit: 'requests/s' },
  ...(budget && { budget }),
});

describe('a budget', () => {
  it.each([
    [2_999, { least: 3_000 }, true],
    [3_000, { least: 3_000 }, false],
    [300, { most: 300 }, false],
    [300.1, { most: 300 }, true],
    [5, { least: 1, most: 10 }, false],
    [0, { least: 1, most: 10 }, true],
    [11, { least: 1, most: 10 }, true],
    [0, { most: 0 }, false],
    [1, { most: 0 }, true],
  ])('of %d against %j is broken: %s', (value, budget, broken) => {
    expect(isBroken(aLine(value, budget))).toBe(broken);
  });

  it('is broken by what is no number', () => {
    expect(isBroken(aLine(Number.NaN, { least: 3_000 }))).toBe(true);
    expect(isBroken(aLine(Number.NaN, { most: 3_000 }))).toBe(true);
  });

  it('is never broken where there is none', () => {
    expect([Number.NaN, 0, -1, Number.POSITIVE_INFINITY].map((value) => isBroken(aLine(value)))).toEqual(
      Array(4).fill(false),
    );
  });
});

describe('the table', () => {
  it('shows each line with its budget and whether it was kept', () => {
    const table = linesTable([
      aLine(4_567.89, { least: 3_000 }),
      { section: 'redirect', name: 'p99', value: 0.012345, unit: 'ms', note: 'of the best round' },
      { section: 'rollup', name: 'peak memory', value: 312.4, unit: 'MB', budget: { most: 300 } },
      { section: 'rollup', name: 'hits counted', value: 9, unit: 'hits', budget: { least: 9, most: 9 } },
    ]);
    expect(table.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['section', 'line', 'value', 'unit', 'budget', 'note'],
      ['redirect', 'redirects', '4,568', 'requests/s', 'at least 3,000', 'kept'],
      ['redirect', 'p99', '0.0123', 'ms', 'of the best round'],
      ['rollup', 'peak memory', '312', 'MB', 'at most 300', 'BROKEN'],
      ['rollup', 'hits counted', '9', 'hits', 'exactly 9', 'kept'],
    ]);
  });

  it('shows zero and small fractions as they are', () => {
    const shownAs = (value: number) =>
      linesTable([aLine(value)])
        .split('\n')[1]
        ?.split(/ {2,}/)[2];
    expect([0, 0.5, 1.25, 12.345, 99.99, 100, 1e6].map(shownAs)).toEqual([
      ...['0', '0.5', '1.25', '12.3', '100', '100', '1,000,000'],
    ]);
  });
});

describe('the command line', () => {
  const known = ['baseline', 'redirect', 'rollup'];

  it('asks for everything unless it names sections, which keep their order', () => {
    expect(benchPlan([], known)).toEqual({ sections: known, full: false, json: false });
    expect(benchPlan(['rollup', '--json', 'baseline'], known)).toEqual({
      ...{ sections: ['baseline', 'rollup'], full: false, json: true },
    });
    expect(benchPlan(['--full'], known)).toEqual({ sections: known, full: true, json: false });
  });

  it.each([['redirects'], ['--fast'], ['']])('refuses %j', (arg) => {
    expect(() => benchPlan(['rollup', arg], known)).toThrow(`Unknown: ${arg}; there are --full, --json, baseline`);
  });
});
