import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDecimal, parseDecimal } from '../../lib/domain/money.ts';

const anyExponent = fc.integer({ min: 0, max: 4 });

describe('parseDecimal', () => {
  it.each([
    ['12.34', 2, 1234],
    ['12.3', 2, 1230],
    ['12', 2, 1200],
    ['20', 0, 20],
    ['12.3400', 2, 1234],
    ['0.005', 3, 5],
    ['0012.30', 2, 1230],
    ['-12.34', 2, -1234],
    ['90071992547409.91', 2, Number.MAX_SAFE_INTEGER],
  ])('reads %s at exponent %i as %i', (text, exponent, minor) => {
    expect(parseDecimal(text, exponent)).toBe(minor);
  });

  it.each([
    [195.67, 2, 19567],
    [1.005, 2, 101],
    [0.29, 2, 29],
    [4.35, 2, 435],
    [-0.07, 2, -7],
    [0, 2, 0],
  ])('reads the number %f by its digits, not by its binary value', (number, exponent, minor) => {
    expect(parseDecimal(number, exponent)).toBe(minor);
  });

  it.each([
    ['1.004', 2, 100],
    ['1.005', 2, 101],
    ['1.00499999999999999999', 2, 100],
    ['0.999', 2, 100],
    ['-1.005', 2, -101],
    ['-1.004', 2, -100],
    ['19.5', 0, 20],
    ['-19.5', 0, -20],
  ])('rounds %s at exponent %i half away from zero', (text, exponent, minor) => {
    expect(parseDecimal(text, exponent)).toBe(minor);
  });

  it.each(['-0', '-0.00', '-0.004', -0])('never gives minus zero (%s)', (text) => {
    expect(parseDecimal(text, 2)).toBe(0);
  });

  it.each([
    ...['', ' ', ' 1', '1 ', '1\n', '+1', '.5', '5.', '1,5', '1.2.3', '--1', '-', '.', '1_000', '１'],
    ...['NaN', 'Infinity', '-Infinity', '0x10', '0b1', '1e3', '1E3', '1e-3', 'null'],
    ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e21, 1e-7],
  ])('refuses %j', (text) => {
    expect(parseDecimal(text, 2)).toBeUndefined();
  });

  it.each(['90071992547409.92', '-90071992547409.92', '90071992547409.915', '1'.repeat(64)])(
    'refuses %s, which no safe integer holds',
    (text) => {
      expect(parseDecimal(text, 2)).toBeUndefined();
    },
  );

  it('refuses megabytes of digits at once', () => {
    const started = performance.now();
    expect(parseDecimal('0'.repeat(4_000_000), 2)).toBeUndefined();
    expect(parseDecimal(`${'9'.repeat(4_000_000)}x`, 2)).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe('formatDecimal', () => {
  it.each([
    [-1234, 2, '-12.34'],
    [1234, 2, '12.34'],
    [5, 3, '0.005'],
    [-5, 3, '-0.005'],
    [7, 0, '7'],
    [0, 2, '0.00'],
    [-0, 2, '0.00'],
    [100, 2, '1.00'],
  ])('writes %i at exponent %i as %s', (minor, exponent, text) => {
    expect(formatDecimal(minor, exponent)).toBe(text);
  });

  it('comes back unchanged through parseDecimal, for every exponent', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), anyExponent, (minor, exponent) => {
        // `+ 0` because -0 rightly comes back as 0.
        expect(parseDecimal(formatDecimal(minor, exponent), exponent)).toBe(minor + 0);
      }),
    );
  });

  it('may be followed by any number of zeros, which change nothing', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), anyExponent, fc.integer({ min: 1, max: 20 }), (minor, exponent, zeros) => {
        const text = formatDecimal(minor, exponent) + (exponent === 0 ? '.' : '') + '0'.repeat(zeros);
        expect(parseDecimal(text, exponent)).toBe(minor + 0);
      }),
    );
  });

  it('agrees with exact integer arithmetic on what is rounded away', () => {
    const amounts = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
    fc.assert(
      fc.property(amounts, anyExponent, anyExponent, (units, places, exponent) => {
        fc.pre(places >= exponent);
        const divisor = 10n ** BigInt(places - exponent);
        const magnitude = units < 0n ? -units : units;
        const rounded = (2n * magnitude + divisor) / (2n * divisor);
        const text = formatDecimal(Number(units), places);
        expect(parseDecimal(text, exponent)).toBe(Number(units < 0n ? -rounded : rounded));
      }),
    );
  });
});
