// Money that a shop tells for a whole order, divided over its lines to the last minor unit.

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

/** Splits a whole by weights; each share is the rounded running total less the one before, so they sum to the whole. */
export const spread = (whole: number, weights: readonly number[]): readonly number[] => {
  const all = sum(weights);
  let weighed = 0;
  let given = 0;
  return weights.map((weight) => {
    weighed += weight;
    const share = all === 0 ? 0 : Math.round(whole * (weighed / all)) - given;
    given += share;
    return share;
  });
};
