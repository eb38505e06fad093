// A code's further names on a real engine: nothing half after a crash, nothing lost for good, nothing taken away by a race.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DiscountCodeData } from '../../lib/domain/entities.ts';
import { codeInStore, namesOfCode, renameCode } from '../../lib/table/discount-codes.ts';
import { keys } from '../../lib/table/keys.ts';
import { createRecord, recordById, replaceRecord, type StoredRecord } from '../../lib/table/records.ts';
import { getItem, type Table } from '../../lib/table/table.ts';
import { type TestTable, testTable } from '../support/engine.ts';
import { aDiscountCode, stored } from '../support/records.ts';
import { TEST_NOW } from '../support/service.ts';
import { failingTable, TableDown } from '../support/wrapped-table.ts';

type Code = StoredRecord<DiscountCodeData>;

const LATER = TEST_NOW + 31_000;

let opened: TestTable;
let table: Table;
let store: string;
let stores = 0;
beforeAll(async () => {
  opened = await testTable();
  table = opened.table;
});
afterAll(() => opened.close());
beforeEach(() => {
  store = `sto_Codes${++stores}`;
});

const aCode = (code: string, externalIds: readonly string[] = []): Code =>
  aDiscountCode({ data: { storeIds: [store], code, externalIds } });
const newest = async ({ id }: Code): Promise<Code> => {
  const record = await recordById<DiscountCodeData>(table, id);
  if (!record) throw new Error(`No code ${id}`);
  return record;
};

/** What a PATCH does: claims, writes, lets go. */
const renamed = async (on: Table, code: Code, externalIds: readonly string[], now = TEST_NOW) => {
  const next = { ...code.data, externalIds };
  const outcome = await renameCode(on, code, next, now);
  if ('taken' in outcome) return outcome.taken;
  if (!(await replaceRecord(on, { ...code, data: next }))) return 'lost';
  await outcome.release();
  return 'done';
};
const idOf = async (text: string) => (await codeInStore(table, store, text))?.id;

describe('a code that is called otherwise from now on', () => {
  it('is found by what it is called, and no more by what it was', async () => {
    const code = await stored(table, aCode('SARAH15', ['promo_1', 'promo_2']));
    expect(await renamed(table, code, ['promo_2', 'promo_3'])).toBe('done');
    const found = await Promise.all(['SARAH15', 'promo_1', 'promo_2', 'promo_3'].map(idOf));
    expect(found).toEqual([code.id, undefined, code.id, code.id]);
    expect(await getItem(table, keys.discountCode(store, 'promo_1'))).toBeUndefined();
  });

  it('cut short anywhere goes by what its record says, and by the rest once it is repeated', async () => {
    for (let nth = 1; nth < 12; nth++) {
      store = `sto_Crash${nth}`;
      const code = await stored(table, aCode('SARAH15', ['promo_1']));
      const crash = renamed(
        failingTable(table, (count) => count >= nth),
        code,
        ['promo_2', 'promo_3'],
      );
      const outcome = await crash.catch((error) => error);
      const { data } = await newest(code);
      for (const name of ['promo_1', 'promo_2', 'promo_3']) {
        expect(await idOf(name), `${name} after ${nth}`).toBe(data.externalIds?.includes(name) ? code.id : undefined);
      }
      expect(await renamed(table, await newest(code), ['promo_2', 'promo_3'], LATER)).toBe('done');
      expect(await Promise.all(['promo_1', 'promo_2', 'promo_3'].map(idOf))).toEqual([undefined, code.id, code.id]);
      if (!(outcome instanceof TableDown)) return;
    }
    throw new Error('A change has more requests than were tried');
  });

  it('cut short leaves no name lost for good: another code has it after 30 seconds, none before', async () => {
    const code = await stored(table, aCode('SARAH15'));
    const puts = failingTable(table, (_, { operation, input }) => {
      return operation === 'Put' && (input.Item as { readonly revision?: number }).revision !== undefined;
    });
    await expect(renamed(puts, code, ['promo_1'])).rejects.toThrow(TableDown);
    const mike = await stored(table, aCode('MIKE20'));
    expect(await renamed(table, mike, ['promo_1'], TEST_NOW + 1000)).toEqual(keys.discountCode(store, 'promo_1'));
    expect(await renamed(table, mike, ['promo_1'], LATER)).toBe('done');
    expect(await idOf('promo_1')).toBe(mike.id);
    // Whoever comes back late finds it taken.
    expect(await renamed(table, code, ['promo_1'], LATER)).toEqual(keys.discountCode(store, 'promo_1'));
    expect(await idOf('promo_1')).toBe(mike.id);
  });

  it('as a new code’s own text takes over what was cut short, too', async () => {
    const code = await stored(table, aCode('SARAH15'));
    await renameCode(table, code, { ...code.data, externalIds: ['OTHER'] }, TEST_NOW);
    const other = { ...aCode('OTHER'), createdAt: LATER, updatedAt: LATER };
    expect(await createRecord(table, other, namesOfCode(other.data))).toEqual({ ok: true });
    expect(await idOf('other')).toBe(other.id);
  });

  it('does not lose to a slower change a name that was given anew meanwhile', async () => {
    const code = await stored(table, aCode('SARAH15', ['promo_1']));
    const taking = await renameCode(table, code, { ...code.data, externalIds: [] }, TEST_NOW + 1);
    await replaceRecord(table, { ...code, data: { ...code.data, externalIds: [] } });
    expect(await renamed(table, await newest(code), ['promo_1'], TEST_NOW + 2)).toBe('done');
    if ('release' in taking) await taking.release();
    expect(await idOf('promo_1')).toBe(code.id);
  });

  it('of several that are not all free claims none', async () => {
    await stored(table, aCode('MIKE20', ['promo_2']));
    const code = await stored(table, aCode('SARAH15'));
    expect(await renamed(table, code, ['promo_1', 'promo_2'])).toEqual(keys.discountCode(store, 'promo_2'));
    expect(await getItem(table, keys.discountCode(store, 'promo_1'))).toBeUndefined();
  });
});
