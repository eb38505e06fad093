// Exchange rates: which one is in force for a day, and amounts by it to the last minor unit.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convert, type DayRates, rateInForce, rateText, withQuotes } from '../../lib/domain/fx.ts';

const quotesOf = (rates: Readonly<Record<string, string>>, source = 'ECB') =>
  Object.fromEntries(Object.entries(rates).map(([quote, rate]) => [quote, { rate, source, setAt: 1 }]));
const aDay = (date: string, rates: Readonly<Record<string, string>>, base = 'EUR', source = 'ECB'): DayRates => ({
  date,
  base,
  quotes: quotesOf(rates, source),
});

describe('the text of a rate', () => {
  it.each([
    ['1.08', '1.08'],
    ['1.0800', '1.08'],
    ['001.50', '1.5'],
    ['0.0000061', '0.0000061'],
    ['42105', '42105'],
    ['10.0', '10'],
    ['12345678901234567890', '12345678901234567890'],
  ])('%s is kept as %s', (written, kept) => expect(rateText(written)).toBe(kept));

  it.each([
    '',
    '0',
    '0.000',
    '-1',
    '+1',
    '1e3',
    '1,08',
    '.5',
    '1.',
    ' 1',
    'N/A',
    '123456789012345678901',
    '1.12345678901234567890',
  ])('%j is none', (written) => expect(rateText(written)).toBeUndefined());
});

describe('an amount', () => {
  it.each([
    ['10.00 EUR at 1.0837 USD', 1000, '1.0837', 2, 2, 1084],
    ['1,000 yen at 0.0065 USD: yen have no minor unit', 1000, '0.0065', 0, 2, 650],
    ['12.50 USD at 154.32 yen', 1250, '154.32', 2, 0, 1929],
    ['12.50 USD at 0.30712 dinars, which have three decimals', 1250, '0.30712', 2, 3, 3839],
    ['1.234 dinars at 3.2561 USD', 1234, '3.2561', 3, 2, 402],
    ['half a cent, away from zero', 1, '0.5', 2, 2, 1],
    ['half a cent given back, away from zero too', -1, '0.5', 2, 2, -1],
    ['just less than half', 1, '0.4999999999999999999', 2, 2, 0],
    ['the largest amounts, exactly', 9_007_199_254_740_991, '1', 2, 2, 9_007_199_254_740_991],
  ])('%s', (_what, minor, rate, from, to, expected) => expect(convert(minor, rate, from, to)).toBe(expected));

  it('is never read as a float: the product of the digits is what counts', () => {
    // 1.005 x 100 is 100.49999999999999 in floats.
    expect(convert(100, '1.005', 2, 2)).toBe(101);
  });

  it('at the rate one stays what it is, and its opposite is converted to the opposite', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.bigInt({ min: 1n, max: 10n ** 12n }),
        fc.constantFrom(0, 2, 3),
        (minor, digits, exponent) => {
          const rate = rateText(`${digits / 1_000_000n}.${String(digits % 1_000_000n).padStart(6, '0')}`) ?? '1';
          expect(convert(minor, '1', exponent, exponent)).toBe(minor);
          expect(convert(-minor, rate, 2, exponent) + convert(minor, rate, 2, exponent)).toBe(0);
        },
      ),
    );
  });
});

describe('the rate in force', () => {
  const friday = aDay('2026-11-20', { USD: '1.0837', JPY: '168.21', GBP: '0.8345' });

  it('is the one published for the day', () => {
    expect(rateInForce([friday], '2026-11-20', 'EUR', 'USD')).toEqual({
      ...{ rate: '1.0837', base: 'EUR', quote: 'USD', on: '2026-11-20', source: 'ECB' },
    });
  });

  it('of a weekend is that of the Friday before, and none is older than seven days or of a day to come', () => {
    const rateOn = (day: string) => rateInForce([friday, aDay('2026-11-10', { USD: '1.2' })], day, 'EUR', 'USD');
    expect(rateOn('2026-11-22')?.on).toBe('2026-11-20');
    expect(rateOn('2026-11-27')?.on).toBe('2026-11-20');
    expect(rateOn('2026-11-28')).toBeUndefined();
    expect(rateOn('2026-11-19')).toBeUndefined();
    expect(rateOn('2026-11-17')).toMatchObject({ rate: '1.2', on: '2026-11-10' });
  });

  it('is worked out the other way round', () => {
    expect(rateInForce([friday], '2026-11-20', 'USD', 'EUR')).toMatchObject({
      rate: '0.9227646027498385',
      base: 'USD',
    });
    expect(rateInForce([aDay('2026-11-20', { XAF: '655.957' })], '2026-11-20', 'XAF', 'EUR')?.rate).toBe(
      '0.001524490172374104',
    );
  });

  it('is worked out through a currency that quotes both', () => {
    // 1.0837 / 168.21
    expect(rateInForce([friday], '2026-11-20', 'JPY', 'USD')).toMatchObject({
      rate: '0.006442542060519589',
      source: 'ECB',
    });
    expect(rateInForce([friday], '2026-11-20', 'JPY', 'KWD')).toBeUndefined();
  });

  it('never mixes dates: an older day that gives one beats two halves of different days', () => {
    const halves = [aDay('2026-11-21', { JPY: '170' }), aDay('2026-11-22', { USD: '1.1' })];
    expect(rateInForce([friday, ...halves], '2026-11-22', 'JPY', 'USD')?.on).toBe('2026-11-20');
  });

  it('is the one supplied before the one worked out, and the newest day before either', () => {
    const supplied = aDay('2026-11-20', { USD: '0.0066' }, 'JPY', 'our bank');
    expect(rateInForce([friday, supplied], '2026-11-20', 'JPY', 'USD')).toMatchObject({
      rate: '0.0066',
      source: 'our bank',
    });
    expect(
      rateInForce([supplied, aDay('2026-11-21', { USD: '1.1', JPY: '170' })], '2026-11-21', 'JPY', 'USD'),
    ).toMatchObject({
      ...{ on: '2026-11-21', source: 'ECB' },
    });
  });

  it('does not depend on the order rates are told in', () => {
    const other = aDay('2026-11-20', { USD: '1.3', JPY: '200' }, 'GBP', 'bank');
    const all = [friday, other, aDay('2026-11-18', { USD: '1', JPY: '1' })];
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: 3 }), (rates) => {
        expect(rateInForce(rates, '2026-11-20', 'JPY', 'USD')).toMatchObject({ source: 'ECB', on: '2026-11-20' });
      }),
    );
  });

  it('of a size no rate has is none', () => {
    expect(
      rateInForce([aDay('2026-11-20', { USD: '99999999999999999999' })], '2026-11-20', 'USD', 'EUR'),
    ).toBeUndefined();
  });
});

describe('rates laid over a day', () => {
  it('add to it, and count as changed only where rate or source differ', () => {
    const known = aDay('2026-11-20', { USD: '1.08', JPY: '168' });
    const later = { rate: '1.08', source: 'ECB', setAt: 2 };
    const { rates, changed } = withQuotes(known, { USD: later, JPY: { ...later, rate: '169' }, GBP: later });
    expect(changed).toBe(2);
    expect(rates.quotes).toMatchObject({ USD: { setAt: 1 }, JPY: { rate: '169', setAt: 2 }, GBP: { setAt: 2 } });
    expect(withQuotes(known, quotesOf({ USD: '1.08' }, 'our bank')).changed).toBe(1);
  });
});
