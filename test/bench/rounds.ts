// Several rounds of one measurement, of which the best counts.

/**
 * The result with the highest rate. Whatever else runs on the machine only ever takes away, so the best of a few rounds
 * is nearest to what the code itself can do, and moves least from one run to the next.
 */
export const bestOf = async <T extends { readonly perSecond: number }>(
  rounds: number,
  measure: (round: number) => Promise<T>,
): Promise<T> => {
  let best = await measure(0);
  for (let round = 1; round < rounds; round++) {
    const next = await measure(round);
    if (next.perSecond > best.perSecond) best = next;
  }
  return best;
};
