// Splitting a whole among parts so that the shares add up to it to the last unit.

/**
 * Shares of `total` in proportion to `weights`, by largest remainder: whole numbers that add up to `total` exactly.
 * Weights may be negative, as a correction's is; where they add up to nothing, or so nearly that shares would be beyond
 * exact numbers, the first share is all of it.
 */
export const sharesOf = (total: number, weights: readonly number[]): readonly number[] => {
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const allToFirst = () => weights.map((_, index) => (index === 0 ? total : 0));
  if (whole === 0) return allToFirst();
  const divisor = BigInt(Math.abs(whole));
  const exact = weights.map((weight) => BigInt(total) * BigInt(whole < 0 ? -weight : weight));
  const rests = exact.map((share) => ((share % divisor) + divisor) % divisor);
  const shares = exact.map((share, index) => Number((share - (rests[index] ?? 0n)) / divisor));
  if (!shares.every(Number.isSafeInteger)) return allToFirst();
  const left = total - shares.reduce((sum, share) => sum + share, 0);
  const byRest = rests.map((rest, index) => ({ rest, index }));
  byRest.sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1));
  const raised = new Set(byRest.slice(0, left).map(({ index }) => index));
  return shares.map((share, index) => share + (raised.has(index) ? 1 : 0));
};
