// The questions asked about exchange rates and the orders that are converted by them.
import type { DayRates } from '../../../lib/domain/fx.ts';
import {
  foreignOrders,
  mergeRates,
  pointToForeignOrder,
  ratesBetween,
  ratesNewestFirst,
  writeNewDays,
} from '../../../lib/table/fx-rates.ts';
import { MERCHANT_ID } from '../records.ts';
import { TEST_NOW } from '../service.ts';
import { type AccessPattern, batchWrite, get, IF_NEW, put, query } from './pattern.ts';
import { anExampleOrder, DAY } from './world.ts';

const RATES = 'FXR#<merchant> / <date>#<base>';
const FOREIGN = 'FXO#<merchant> / <day>#<order>';

const CURRENCIES =
  'USD JPY CZK DKK GBP HUF PLN RON SEK CHF ISK NOK TRY AUD BRL CAD CNY HKD IDR ILS INR KRW MXN MYR NZD PHP SGD THB ZAR';

/** A day as the European Central Bank publishes one. */
export const aBankDay = (date: string): DayRates => ({
  ...{ date, base: 'EUR' },
  quotes: Object.fromEntries(
    CURRENCIES.split(' ').map((code, i) => [code, { rate: `1.${1_037 + i * 311}`, source: 'ECB', setAt: TEST_NOW }]),
  ),
});

export const fxPatterns: readonly AccessPattern[] = [
  {
    name: 'fx-rates.writeNewDays',
    question: 'Keep the rates of days that have none yet (example: 5 days of 29 currencies).',
    requests: [batchWrite(RATES)],
    ask: (table) =>
      writeNewDays(
        table,
        MERCHANT_ID,
        ['14', '15', '16', '17', '18'].map((day) => aBankDay(`2026-11-${day}`)),
      ),
  },
  {
    name: 'fx-rates.mergeRates',
    question: 'Lay rates over those a day has (example: one of another base, and one more).',
    requests: [get(RATES), put(RATES, IF_NEW), get(RATES), put(RATES, 'revision = :seen')],
    ask: async (table) => {
      const quote = { rate: '1.3', source: 'manual', setAt: TEST_NOW };
      await mergeRates(table, MERCHANT_ID, { date: DAY, base: 'GBP', quotes: { USD: quote } });
      return mergeRates(table, MERCHANT_ID, { date: DAY, base: 'GBP', quotes: { JPY: quote } });
    },
  },
  {
    name: 'fx-rates.ratesBetween',
    question: 'The rates that may be in force on a day: its own, and those of the seven before (example: 6 items).',
    requests: [query('FXR#<merchant> / <from># .. <to>#~')],
    ask: (table) => ratesBetween(table, MERCHANT_ID, '2026-11-13', DAY),
  },
  {
    name: 'fx-rates.ratesNewestFirst',
    question: "A merchant's rates, the newest day first, 100 items a page (example: 6).",
    requests: [query('FXR#<merchant> / <from># .. <to>#~')],
    ask: (table) => Array.fromAsync(ratesNewestFirst(table, MERCHANT_ID, {})),
  },
  {
    name: 'fx-rates.pointToForeignOrder',
    question: 'Have an order of another currency found by the day whose rate it is converted at.',
    requests: [put(FOREIGN)],
    ask: (table) => pointToForeignOrder(table, MERCHANT_ID, DAY, anExampleOrder(0).order.id),
  },
  {
    name: 'fx-rates.foreignOrders',
    question: 'The orders of other currencies that a rate may concern (example: one).',
    requests: [query('FXO#<merchant> / <from># .. <to>#~')],
    ask: (table) => foreignOrders(table, MERCHANT_ID, DAY, '2026-11-27'),
  },
];
