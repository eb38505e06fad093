// Shares always come to the whole, each within a unit of its exact part.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sharesOf } from '../../lib/domain/split.ts';

describe('a split', () => {
  it('gives the units left over to the largest remainders, of equals to the first', () => {
    expect(sharesOf(100, [1, 1, 1])).toEqual([34, 33, 33]);
    expect(sharesOf(10, [1, 5, 3])).toEqual([1, 6, 3]);
    expect(sharesOf(-10, [1, 1, 1])).toEqual([-3, -3, -4]);
  });

  it('by nothing gives all to the first', () => {
    expect(sharesOf(7, [0, 0])).toEqual([7, 0]);
    expect(sharesOf(7, [5, -5])).toEqual([7, 0]);
    expect(sharesOf(0, [])).toEqual([]);
  });

  it('by corrections that nearly cancel each other gives all to the first, for no number holds such shares', () => {
    expect(sharesOf(10 ** 12, [10 ** 12, 1 - 10 ** 12])).toEqual([10 ** 12, 0]);
  });

  const amount = fc.integer({ min: 0, max: 1e12 });
  const divided = (most: number) =>
    fc.tuple(amount, fc.array(fc.integer({ min: 0, max: most }), { minLength: 1, maxLength: 6 }));
  const corrected = fc.tuple(
    fc.integer({ min: -1e9, max: 1e9 }),
    fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 6 }),
  );

  it('adds up to the whole, also by corrections and of amounts whose products no float holds', () => {
    fc.assert(
      fc.property(fc.oneof(divided(1e12), corrected), ([total, weights]) => {
        const shares = sharesOf(total, weights);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBe(total);
        const whole = weights.reduce((sum, weight) => sum + weight, 0);
        if (whole === 0) return;
        for (const [i, share] of shares.entries()) {
          const off = BigInt(share) * BigInt(whole) - BigInt(total) * BigInt(weights[i] ?? 0);
          expect(off < BigInt(Math.abs(whole)) && -off < BigInt(Math.abs(whole))).toBe(true);
        }
      }),
    );
  });
});
