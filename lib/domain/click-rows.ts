// Adding a day's clicks up by where they came from and on what: narrow rows by creator, campaign and one thing.
import { CLICK_DIMENSIONS, type ClickDimension, MOST_VALUES_A_DAY, OTHER_VALUE } from './clicks/dimensions.ts';
import { addTraffic, type TrafficFigures } from './report-rows.ts';
import type { ClickRow, ClickRows } from './rollup.ts';

const hitsOf = ({ clicks, excludedClicks }: TrafficFigures): number =>
  clicks + Object.values(excludedClicks).reduce((sum, count) => sum + count, 0);

const keyText = ({ creatorId, campaignId, value }: ClickRow): string => JSON.stringify([creatorId, campaignId, value]);

/** Rows of one key as one, sorted by key, so the same hits give the same bytes. */
const merged = (rows: readonly ClickRow[]): ClickRow[] => {
  const byKey = new Map<string, ClickRow>();
  for (const row of rows) {
    const text = keyText(row);
    const known = byKey.get(text);
    byKey.set(text, known ? { ...known, traffic: addTraffic(known.traffic, row.traffic) } : row);
  }
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
};

/** The values that keep rows of their own: those with the most hits, of as many the first by name. */
const keptValues = (rows: readonly ClickRow[], most: number): ReadonlySet<string | null> => {
  const hits = new Map<string | null, number>();
  for (const { value, traffic } of rows) hits.set(value, (hits.get(value) ?? 0) + hitsOf(traffic));
  const ranked = [...hits].sort(([a, x], [b, y]) => y - x || ((a ?? '') < (b ?? '') ? -1 : 1));
  return new Set(ranked.slice(0, most).map(([value]) => value));
};

const bounded = (dimension: ClickDimension, rows: readonly ClickRow[]): readonly ClickRow[] => {
  const most = MOST_VALUES_A_DAY[dimension];
  if (most === undefined) return rows;
  const kept = keptValues(rows, most);
  return rows.map((row) => (kept.has(row.value) ? row : { ...row, value: OTHER_VALUE }));
};

/** Collects a day's rows; every hit is in one row of each dimension, so that each adds up to the day's traffic. */
export const createClickRows = () => {
  const rows = new Map<ClickDimension, ClickRow[]>(CLICK_DIMENSIONS.map((dimension) => [dimension, []]));
  return {
    add: (dimension: ClickDimension, row: ClickRow): void => void rows.get(dimension)?.push(row),
    done: (): ClickRows =>
      Object.fromEntries(
        [...rows].map(([dimension, all]) => [dimension, merged(bounded(dimension, all))]),
      ) as unknown as ClickRows,
  };
};
