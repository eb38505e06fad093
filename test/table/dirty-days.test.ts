// Dirty days: a mark goes only once a run has surely seen the fact behind it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allDirtyDays, clearMark, type DirtyMark, dirtyDaysOf, markDirty } from '../../lib/table/dirty-days.ts';
import type { Table } from '../../lib/table/table.ts';
import { type TestTable, testTable } from '../support/engine.ts';
import { TEST_NOW } from '../support/service.ts';

/** A writer's minute and the 20 s that a process may lean on a mark of its own. */
const WRITER_LIFE = 80_000;

let opened: TestTable;
let table: Table;
beforeAll(async () => {
  opened = await testTable();
  table = opened.table;
});
afterAll(() => opened.close());

let merchants = 0;
const aMark = (over: Partial<DirtyMark> = {}): DirtyMark => ({
  merchantId: `mer_${++merchants}`,
  from: '2026-11-19',
  to: '2026-11-19',
  markedAt: TEST_NOW,
  ...over,
});

const marksOf = async ({ merchantId }: DirtyMark) =>
  (await dirtyDaysOf(table, merchantId)).map(({ from, to, markedAt }) => ({ from, to, markedAt }));

describe('a mark', () => {
  it('is found again, alone or among all', async () => {
    const mark = aMark();
    await markDirty(table, mark);
    await markDirty(table, { ...mark, from: '2026-10-20' });
    expect(await marksOf(mark)).toEqual([
      { from: '2026-10-20', to: '2026-11-19', markedAt: TEST_NOW },
      { from: '2026-11-19', to: '2026-11-19', markedAt: TEST_NOW },
    ]);
    const everyones = await allDirtyDays(table);
    expect(everyones.filter(({ merchantId }) => merchantId === mark.merchantId)).toHaveLength(2);
  });

  it("is not another merchant's whose id begins alike", async () => {
    const mark = aMark({ merchantId: 'mer_alike' });
    await markDirty(table, { ...mark, merchantId: 'mer_alikeness' });
    expect(await marksOf(mark)).toEqual([]);
  });

  it('is one however often it is set, as old as the last time', async () => {
    const mark = aMark();
    await markDirty(table, mark);
    await markDirty(table, { ...mark, markedAt: TEST_NOW + 5 });
    expect(await marksOf(mark)).toEqual([{ from: mark.from, to: mark.to, markedAt: TEST_NOW + 5 }]);
  });

  it('is cleared by a run that began after every writer behind it was gone', async () => {
    const mark = aMark();
    await markDirty(table, mark);
    expect(await clearMark(table, mark, TEST_NOW + WRITER_LIFE)).toBe(false);
    expect(await marksOf(mark)).toHaveLength(1);
    expect(await clearMark(table, mark, TEST_NOW + WRITER_LIFE + 1)).toBe(true);
    expect(await marksOf(mark)).toEqual([]);
  });

  it('stays when it was set again since the run read it', async () => {
    const mark = aMark();
    await markDirty(table, mark);
    await markDirty(table, { ...mark, markedAt: TEST_NOW + WRITER_LIFE });
    expect(await clearMark(table, mark, TEST_NOW + 10 * WRITER_LIFE)).toBe(false);
    expect(await marksOf(mark)).toHaveLength(1);
  });
});
