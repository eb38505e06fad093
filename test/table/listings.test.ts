// Lists over the index, which is a little behind the items and in the embedded engine may outlive a crash half-way.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { putItem, queryListed, type Table } from '../../lib/table/table.ts';
import { inTurns, type TestTable, testTable } from '../support/engine.ts';
import { wrappedTable } from '../support/wrapped-table.ts';

let opened: TestTable;
let table: Table;
beforeAll(async () => {
  opened = await testTable();
  table = opened.table;
});
afterAll(() => opened.close());

let lists = 0;
const order = (n: number) => String(n).padStart(4, '0');
const anItem = (listKey: string, n: number, listOrder = order(n)) => ({
  ...{ pk: `${listKey}#${n}`, sk: 'ITEM', listKey, listOrder, n },
});

/** A list of so many items. */
const aList = async (count: number): Promise<string> => {
  const listKey = `LIST#${++lists}`;
  const items = Array.from({ length: count }, (_, n) => anItem(listKey, n));
  await inTurns(items, (item) => putItem(table, item));
  return listKey;
};

const numbers = async (from: Table, listKey: string, position?: string) =>
  (await Array.fromAsync(queryListed(from, listKey, { newestFirst: true, position }))).map(({ n }) => Number(n));

describe('a list', () => {
  it('shows an item once, at its place, where an entry of an earlier one is still there', async () => {
    const listKey = await aList(5);
    // As a crash between index and item leaves it: an entry at a place where the item never came to be.
    const stale = { pk: `${listKey}#3`, sk: 'ITEM', listKey, listOrder: order(9) };
    const crashed = wrappedTable(table, async (request, send) => {
      const answer = await send();
      if (request.operation !== 'Query') return answer;
      return { ...answer, Items: [stale, ...(answer.Items as object[])] };
    });
    expect(await numbers(crashed, listKey)).toEqual([4, 3, 2, 1, 0]);
  });

  it('goes on behind an item that moves while it is read, and skips none of the others', async () => {
    const listKey = await aList(8);
    const moving = wrappedTable(table, async (request, send) => {
      // The index has been read; before the items are, one of them moves to the other end.
      if (request.operation === 'BatchGet') await putItem(table, anItem(listKey, 6, '-001'));
      return send();
    });
    const first = await Array.fromAsync(queryListed(moving, listKey, { newestFirst: true }));
    expect(first.map(({ n }) => n)).toEqual([7, 5, 4, 3, 2, 1, 0]);
    const [, fifth] = first;
    expect(await numbers(table, listKey, fifth?.listOrder)).toEqual([4, 3, 2, 1, 0, 6]);
  });
});
