// Rates as stored: one item a day and base, merged without loss, listed from any place on.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DayRates } from '../../lib/domain/fx.ts';
import {
  foreignOrders,
  mergeRates,
  pointToForeignOrder,
  ratesBetween,
  ratesNewestFirst,
  writeNewDays,
} from '../../lib/table/fx-rates.ts';
import type { Table } from '../../lib/table/table.ts';
import { testTable } from '../support/engine.ts';

let table: Table;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ table, close } = await testTable());
});
afterAll(() => close());

const aDay = (date: string, base: string, rates: Record<string, string>): DayRates => ({
  ...{ date, base },
  quotes: Object.fromEntries(Object.entries(rates).map(([quote, rate]) => [quote, { rate, source: 'ECB', setAt: 1 }])),
});

let merchants = 0;
const aMerchantId = () => `mer_rates${String(++merchants).padStart(12, '0')}`;

describe('rates', () => {
  it('are read back by days, both included, few or many of a day, and no other merchant’s', async () => {
    const [mine, theirs] = [aMerchantId(), aMerchantId()];
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`C${10 + i}`, `1.${i + 1}`]));
    const days = [
      aDay('2026-11-18', 'EUR', { USD: '1.1' }),
      aDay('2026-11-19', 'EUR', many),
      aDay('2026-11-19', 'GBP', { USD: '1.3' }),
      aDay('2026-11-20', 'EUR', { USD: '1.2' }),
    ];
    await writeNewDays(table, mine, days);
    expect(await ratesBetween(table, mine, '2026-11-18', '2026-11-20')).toEqual(days);
    expect(await ratesBetween(table, mine, '2026-11-19', '2026-11-19')).toEqual(days.slice(1, 3));
    expect(await ratesBetween(table, theirs, '2026-11-18', '2026-11-20')).toEqual([]);
  });

  it('set at once by many are all kept, and the same set again changes nothing', async () => {
    const id = aMerchantId();
    const codes = ['USD', 'JPY', 'GBP', 'CHF', 'SEK', 'NOK'];
    await Promise.all(codes.map((code) => mergeRates(table, id, aDay('2026-11-20', 'EUR', { [code]: '2' }))));
    const [day] = await ratesBetween(table, id, '2026-11-20', '2026-11-20');
    expect(Object.keys(day?.quotes ?? {}).sort()).toEqual([...codes].sort());
    const later = { ...aDay('2026-11-20', 'EUR', {}), quotes: { USD: { rate: '2', source: 'ECB', setAt: 9 } } };
    expect((await mergeRates(table, id, later)).quotes.USD?.setAt).toBe(1);
  });

  it('are listed the newest first, from any position on, also from one that is in the middle of a day', async () => {
    const id = aMerchantId();
    await writeNewDays(table, id, [
      aDay('2026-11-19', 'EUR', { JPY: '1', USD: '2' }),
      aDay('2026-11-20', 'EUR', { JPY: '3' }),
      aDay('2026-11-20', 'GBP', { JPY: '4', USD: '5' }),
    ]);
    const listed = async (position?: string, to?: string) =>
      (await Array.fromAsync(ratesNewestFirst(table, id, { position, to }))).map((one) => [
        one.item.rate,
        one.position,
      ]);
    const all = await listed();
    expect(all.map(([rate]) => rate)).toEqual(['4', '5', '3', '1', '2']);
    for (const [i, [, position]] of all.entries()) expect(await listed(position)).toEqual(all.slice(i + 1));
    expect(await listed(undefined, '2026-11-19')).toEqual(all.slice(3));
  });
});

describe('orders of other currencies', () => {
  it('are found by their days, each once however often it is told', async () => {
    const id = aMerchantId();
    for (const [day, order] of [
      ['2026-11-20', 'ord_b'],
      ['2026-11-20', 'ord_a'],
      ['2026-11-20', 'ord_a'],
      ['2026-11-22', 'ord_c'],
    ] as const) {
      await pointToForeignOrder(table, id, day, order);
    }
    expect(await foreignOrders(table, id, '2026-11-20', '2026-11-21')).toEqual([
      { day: '2026-11-20', orderId: 'ord_a' },
      { day: '2026-11-20', orderId: 'ord_b' },
    ]);
    expect(await foreignOrders(table, id, '2026-11-21', '2026-11-30')).toEqual([
      { day: '2026-11-22', orderId: 'ord_c' },
    ]);
  });
});
