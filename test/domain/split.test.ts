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

  it('adds up to the whole, also by corrections and of amounts whose products no float holds', () => {
    const amount = fc.integer({ min: -1e12, max: 1e12 });
    fc.assert(
      fc.property(amount, fc.array(amount, { minLength: 1, maxLength: 6 }), (total, weights) => {
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
