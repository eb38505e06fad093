// The model of dollars against sums done by hand from the price table, and the lines it makes of what is measured.
import { beforeAll, describe, expect, it } from 'vitest';
import { assumed } from './assumptions.ts';
import { capacityLines } from './capacity.ts';
import { idleMonth, millionClicks, millionClicksKept, millionOrderEvents, sharesOf, totalOf } from './dollars.ts';
import type { BenchLine } from './line.ts';
import { dollarsFor, prices } from './prices.ts';
import type { EventUnits } from './units.ts';

const anEvent = (over: Partial<EventUnits>): EventUnits => ({
  ...{ title: 'An event (`orders/paid`)', bodyBytes: 2048, writeUnits: 8, readUnits: 6, requests: 10 },
  ...{ markUnits: 1, keptItems: 4, keptBytes: 2000 },
  ...over,
});
const aClick = (readUnits: number) => anEvent({ bodyBytes: 0, writeUnits: 1, readUnits, keptItems: 1, keptBytes: 400 });

describe('a million clicks', () => {
  it('cost 1.00 of API Gateway, 0.20 + 0.08 of Lambda, 0.625 of writes, and little else', () => {
    const parts = millionClicks(aClick(0.5), aClick(0));
    expect(parts['API Gateway']).toBe(1);
    expect(parts['Lambda requests']).toBeCloseTo(0.2, 10);
    // 12 ms of half a gigabyte, a million times: 6,000 GB-seconds.
    expect(parts['Lambda duration']).toBeCloseTo(6_000 * 0.0000133334, 10);
    expect(parts['write units']).toBeCloseTo(0.625, 10);
    // One in ten reads its link for half a unit: 50,000 of them.
    expect(parts['read units']).toBeCloseTo(0.05 * 0.125, 10);
    // 160 MB taken in, and kept a month.
    expect(parts['access log']).toBeCloseTo(0.16 * 0.53, 10);
    expect(totalOf(parts)).toBeCloseTo(1 + 0.2 + 0.08 + 0.625 + 0.00625 + 0.0848 + 0.00267, 4);
  });

  it('of which each has to read its link cost 0.0625 of reads', () => {
    expect(millionClicks(aClick(0.5), aClick(0.5))['read units']).toBeCloseTo(0.0625, 10);
  });

  it('kept 400 days are billed 100 bytes an item above their own, and backups too', () => {
    const months = 400 / (365.25 / 12);
    expect(totalOf(millionClicksKept(aClick(0)))).toBeCloseTo(0.5 * months * (0.25 + 0.2), 10);
  });
});

describe("a million events of shops' orders", () => {
  const paid = anEvent({ writeUnits: 10 });
  const told = anEvent({ title: 'Told again (`orders/create`)', writeUnits: 4 });

  it('weigh by the mix; two ways of one topic share its part', () => {
    const again = anEvent({ title: 'Paid some other way (`orders/paid`)', writeUnits: 6 });
    const shares = [...sharesOf([paid, again, told]).values()];
    expect(shares).toEqual([0.25, 0.25, 0.5]);
    expect(millionOrderEvents([paid, again, told])['write units']).toBeCloseTo((2.5 + 1.5 + 2) * 0.625, 10);
  });

  it('leave out what the mix does not know, and refuse to price nothing', () => {
    const strange = anEvent({ title: 'Something else (`app/uninstalled`)', writeUnits: 1000 });
    expect(millionOrderEvents([paid, strange])['write units']).toBeCloseTo(6.25, 10);
    expect(() => millionOrderEvents([strange])).toThrow('no measured event');
  });
});

describe('an idle month', () => {
  it('is alarms and secrets, and a clock that ticks for cents', () => {
    const job = (readUnits: number) => ({
      fixed: { writeUnits: 0, readUnits, requests: 9 },
      perMerchant: { writeUnits: 0, readUnits: 0, requests: 0 },
    });
    const parts = idleMonth(job(9), job(9.5));
    expect(parts.alarms).toBeCloseTo(assumed.alarms * 0.1, 10);
    expect(parts['own metrics']).toBeCloseTo(0.3, 10);
    expect(parts.secrets).toBeCloseTo(assumed.secrets * 0.4 + 0.005, 10);
    // 8,766 rounds a month of 9 read units.
    expect(parts['sweep: table units']).toBeCloseTo((8_766 * 9 * 0.125) / 1e6, 10);
    expect(parts['sweep: scheduler']).toBeCloseTo(8_766 / 1e6, 10);
    expect(totalOf(parts)).toBeLessThan(assumed.alarms * 0.1 + 0.3 + assumed.secrets * 0.4 + 0.1);
  });
});

describe('the price table', () => {
  it('asks for what is bought by the unit it is sold in', () => {
    expect(dollarsFor(prices.writeUnits, 2_000_000)).toBe(1.25);
    expect(dollarsFor(prices.secretCalls, 10_000)).toBe(0.05);
    expect(dollarsFor(prices.transitions, 40_000)).toBe(1);
  });

  it('says of each entry where AWS publishes it', () => {
    for (const { published, dollars, per } of Object.values(prices)) {
      expect(published).toMatch(/^https:\/\/aws\.amazon\.com\/[a-z0-9-]+\/pricing\//);
      expect(dollars / per).toBeGreaterThan(0);
    }
  });
});

describe('the lines of the bench', () => {
  let lines: BenchLine[];
  beforeAll(async () => {
    lines = await capacityLines();
  });
  const lineOf = (name: string, unit: string) => {
    const found = lines.find((line) => line.name === name && line.unit === unit);
    if (!found) throw new Error(`no line of ${name} in ${unit}`);
    return found;
  };

  it('hold clicks to one write unit, half a read unit and 2.10 dollars a million', () => {
    for (const line of lines.filter(({ name }) => name.startsWith('A click, '))) {
      expect(line.budget?.most).toBe(line.unit === 'WRU' ? 1 : 0.5);
      expect(line.value).toBeLessThanOrEqual(line.budget?.most ?? 0);
    }
    expect(lineOf('A million clicks', 'USD').budget).toEqual({ most: 2.1 });
    expect(lineOf('A million clicks', 'USD').value).toBeLessThan(2.1);
  });

  it('hold the night of 5,000 idle merchants to cents', () => {
    const { value } = lineOf('A night and its day of 5000 idle merchants', 'USD');
    expect(value).toBeGreaterThan(0.01);
    expect(value).toBeLessThan(0.1);
  });

  it('have a budget for each kind of order event, by its own body', () => {
    const writes = lines.filter(({ name, unit }) => /`\w+\/\w+`/.test(name) && unit === 'WRU');
    expect(writes.length).toBeGreaterThanOrEqual(3);
    for (const { name, value, budget } of writes) {
      expect(budget?.most).toBeGreaterThan(6);
      expect([name, value]).toEqual([name, expect.toSatisfy((units: number) => units <= (budget?.most ?? 0))]);
    }
  });

  it('have a name each, and say the units of every question the code asks the table', () => {
    const named = lines.filter(({ name }) => !name.startsWith('  ')).map(({ name, unit }) => `${name} ${unit}`);
    expect(new Set(named).size).toBe(named.length);
    expect(lineOf('dirty-days.markDirty', 'WRU').value).toBe(1);
  });
});
