// A day's click rows: few values of each dimension, the rest together, and never a hit lost or counted twice.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createClickRows } from '../../lib/domain/click-rows.ts';
import { CLICK_DIMENSIONS } from '../../lib/domain/clicks/dimensions.ts';
import { addTraffic, emptyTraffic } from '../../lib/domain/report-rows.ts';
import type { ClickRow } from '../../lib/domain/rollup.ts';

const clicks = (count: number) => ({ ...emptyTraffic(), clicks: count, uniqueClicks: count });
const bots = (count: number) => ({
  ...emptyTraffic(),
  excludedClicks: { ...emptyTraffic().excludedClicks, bot: count },
});
const aRow = (value: string | null, count: number, creatorId = 'crt_1'): ClickRow => ({
  ...{ creatorId, campaignId: null, value, traffic: clicks(count) },
});

const rowsOf = (dimension: (typeof CLICK_DIMENSIONS)[number], rows: readonly ClickRow[]) => {
  const collected = createClickRows();
  for (const row of rows) collected.add(dimension, row);
  return collected.done()[dimension];
};

describe('click rows', () => {
  it('of one creator, campaign and value are one', () => {
    expect(rowsOf('device', [aRow('mobile', 1), aRow('mobile', 2), aRow('mobile', 4, 'crt_2')])).toEqual([
      aRow('mobile', 3),
      aRow('mobile', 4, 'crt_2'),
    ]);
  });

  it('of referrers keep the 200 with the most hits of the day, bots’ among them; the rest is other', () => {
    const many = Array.from({ length: 201 }, (_, i) => aRow(`h${String(i).padStart(3, '0')}.example`, 2));
    const rows = rowsOf('referrerHost', [...many, aRow(null, 5), { ...aRow('big.example', 0), traffic: bots(9) }]);
    expect(rows).toHaveLength(201);
    const clicksOf = (value: string | null) => rows.find((row) => row.value === value)?.traffic.clicks;
    expect([clicksOf('other'), clicksOf(null), clicksOf('big.example')]).toEqual([6, 5, 0]);
    // Of as many hits the first by name.
    expect([clicksOf('h197.example'), clicksOf('h198.example')]).toEqual([2, undefined]);
  });

  it('come to the same traffic whatever there is of each, in whatever order', () => {
    const anyRow = fc.record({
      creatorId: fc.constantFrom('crt_1', 'crt_2', null),
      campaignId: fc.constantFrom('cmp_1', null),
      value: fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 400 }).map(String)),
      traffic: fc.nat({ max: 9 }).map(clicks),
    });
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 600 }), fc.constantFrom(...CLICK_DIMENSIONS), (rows, dimension) => {
        const done = rowsOf(dimension, rows);
        const sum = (of: readonly ClickRow[]) => of.map(({ traffic }) => traffic).reduce(addTraffic, emptyTraffic());
        expect(sum(done)).toEqual(sum(rows));
        expect(rowsOf(dimension, rows.toReversed())).toEqual(done);
        if (dimension === 'referrerHost') expect(new Set(done.map(({ value }) => value)).size).toBeLessThanOrEqual(201);
      }),
    );
  });
});
