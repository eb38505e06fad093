// Percentiles of what was measured.

/** The nearest-rank percentile (0 < p <= 100) of values in ascending order: one of them, never in between. */
export const percentile = (sorted: ArrayLike<number>, p: number): number => {
  if (sorted.length === 0) throw new RangeError('no percentile of nothing');
  return sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)] as number;
};

/** The middle one of values in any order. */
export const median = (values: readonly number[]): number =>
  percentile(
    values.toSorted((a, b) => a - b),
    50,
  );
