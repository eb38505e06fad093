// When a store counts as silent: two days without an order after two weeks with one on most days.
import { describe, expect, it } from 'vitest';
import { addDays, daysFrom } from '../../lib/domain/days.ts';
import { silenceWindow, silentStores } from '../../lib/domain/silent-stores.ts';

const THROUGH = '2026-11-20';
const { from, to } = silenceWindow(THROUGH);
const window = daysFrom(from, to);

/** Days of the window, as numbers from its first, on which a store sold. */
const sold = (stores: Readonly<Record<string, readonly number[]>>) =>
  new Map(
    window.map((day, i) => [day, new Set(Object.keys(stores).filter((store) => stores[store]?.includes(i)))] as const),
  );

const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

describe('a store', () => {
  it('is looked at over sixteen days, the last of them the one just closed', () => {
    expect([window.length, window.at(-1)]).toEqual([16, THROUGH]);
    expect(addDays(from, 15)).toBe(THROUGH);
  });

  it.each([
    ['sold every day but the last two', range(0, 13), true],
    ['sold on ten of fourteen days, and not since', range(4, 13), true],
    ['sold on nine of fourteen days: it may well rest', range(5, 13), false],
    ['sold on the last day', [...range(0, 13), 15], false],
    ['sold on the last but one', [...range(0, 13), 14], false],
    ['never sold', [], false],
  ])('that %s', (_what, days, silent) => {
    expect(silentStores(sold({ sto_1: days }), THROUGH)).toEqual(silent ? ['sto_1'] : []);
  });

  it('is silent whatever the others sell', () => {
    const stores = sold({ sto_b: range(0, 13), sto_a: range(0, 13), sto_c: range(0, 15) });
    expect(silentStores(stores, THROUGH)).toEqual(['sto_a', 'sto_b']);
  });
});
