import { describe, expect, it } from 'vitest';
import { exponentOf } from '../../lib/platform/currencies.ts';

describe('exponentOf', () => {
  it.each([
    ['USD', 2],
    ['EUR', 2],
    ['JPY', 0],
    ['XOF', 0],
    ['KWD', 3],
    ['TND', 3],
    ['CLF', 4],
    ['XCG', 2],
  ])('of %s is %i', (currency, exponent) => {
    expect(exponentOf(currency)).toBe(exponent);
  });

  it.each(['XAU', 'XAG', 'XPT', 'XPD', 'XDR', 'XSU', 'XUA', 'XBA', 'XBB', 'XBC', 'XBD', 'XXX', 'XTS'])(
    'is undefined for %s, which has no minor unit',
    (currency) => {
      expect(exponentOf(currency)).toBeUndefined();
    },
  );

  it.each(['usd', 'Usd', 'US', 'USDT', ' USD', '840', 'ABC', '', 'constructor'])(
    'is undefined for %j, which is no currency code',
    (text) => {
      expect(exponentOf(text)).toBeUndefined();
    },
  );

  it('agrees with Intl on the currencies most shops use', () => {
    const current = [
      'AUD',
      'BRL',
      'CAD',
      'CHF',
      'CNY',
      'DKK',
      'GBP',
      'INR',
      'KRW',
      'MXN',
      'NOK',
      'NZD',
      'PLN',
      'SEK',
      'ZAR',
    ];
    for (const currency of current) {
      const { maximumFractionDigits } = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions();
      expect([currency, exponentOf(currency)]).toEqual([currency, maximumFractionDigits]);
    }
  });
});
