// Puts gathered into batches: nobody waits for company, and everybody learns the fate of their own item alone.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGatheredPuts } from '../../lib/table/gathered-puts.ts';
import { allItems, type Item, type Table, writeItems } from '../../lib/table/table.ts';
import { type TestTable, testTable } from '../support/engine.ts';
import { failingTable, type TableRequest, wrappedTable } from '../support/wrapped-table.ts';

let opened: TestTable;
let table: Table;
beforeAll(async () => {
  opened = await testTable();
  table = opened.table;
});
afterAll(() => opened.close());

/** A turn of the event loop. */
const turn = () => new Promise((turned) => setImmediate(turned));

let partitions = 0;
/** So many items of a partition of their own. */
const someItems = (count: number): Item[] => {
  const pk = `GATHERED#${++partitions}`;
  return Array.from({ length: count }, (_, i) => ({ pk, sk: String(i).padStart(3, '0'), n: i }));
};

const partitionOf = ([first]: readonly Item[]) => allItems(table, first?.pk ?? '');

type Puts = readonly { readonly PutRequest: { readonly Item: Item } }[];

const itemsOf = ({ operation, input }: TableRequest): readonly Item[] => {
  if (operation === 'Put') return [input.Item as Item];
  const puts = (input.RequestItems as Record<string, Puts>)[table.name] ?? [];
  return puts.map(({ PutRequest }) => PutRequest.Item);
};

/** A table that notes its requests as `Put 1`, `BatchWrite 25`. */
const noting = (requests: string[]): Table =>
  wrappedTable(table, (request, send) => {
    requests.push(`${request.operation} ${itemsOf(request).length}`);
    return send();
  });

/** A table that leaves items of a batch unwritten, as a throttled one does, as long as `leaves` says so. */
const leaving = (leaves: (item: Item) => boolean, batches: number[]): Table =>
  wrappedTable(table, async (request, send) => {
    if (request.operation !== 'BatchWrite') return send();
    const items = itemsOf(request);
    batches.push(items.length);
    const left = items.filter(leaves);
    await writeItems(
      table,
      items.filter((item) => !left.includes(item)),
    );
    return { UnprocessedItems: { [table.name]: left.map((item) => ({ PutRequest: { Item: { ...item } } })) } };
  });

describe('an item that is put', () => {
  it('alone is sent at once, as a PutItem', async () => {
    const requests: string[] = [];
    const put = createGatheredPuts(noting(requests));
    const items = someItems(3);
    for (const item of items) await put(item);
    expect(requests).toEqual(['Put 1', 'Put 1', 'Put 1']);
    expect(await partitionOf(items)).toEqual(items);
  });

  it('while another is written goes with those that came meanwhile', async () => {
    const requests: string[] = [];
    const put = createGatheredPuts(noting(requests));
    const items = someItems(20);
    const first = items.slice(0, 2).map(put);
    await turn();
    expect(requests).toEqual(['BatchWrite 2']);
    await Promise.all([...first, ...items.slice(2).map(put)]);
    expect(requests).toEqual(['BatchWrite 2', 'BatchWrite 18']);
    expect(await partitionOf(items)).toEqual(items);
  });

  it('under a key that is waiting already goes with the next', async () => {
    const requests: string[] = [];
    const put = createGatheredPuts(noting(requests));
    const [first, second] = someItems(2) as [Item, Item];
    await Promise.all([put(first), put(second), put({ ...second, n: 7 }), put({ ...first, n: 8 })]);
    expect(requests).toEqual(['BatchWrite 2', 'BatchWrite 2']);
    expect(await partitionOf([first])).toHaveLength(2);
  });

  it('does not wait once a batch is full', async () => {
    const requests: string[] = [];
    const put = createGatheredPuts(noting(requests));
    const items = someItems(60);
    const all = Promise.all(items.map(put));
    expect(requests).toEqual(['BatchWrite 25', 'BatchWrite 25']);
    await all;
    expect(requests.slice(2)).toEqual(['BatchWrite 10']);
    expect(await partitionOf(items)).toEqual(items);
  });

  it('is answered for only once it is in the table', async () => {
    const put = createGatheredPuts(table);
    const items = someItems(40);
    const missing = await Promise.all(
      items.map(async (item) => {
        await put(item);
        const there = await allItems(table, item.pk);
        return there.some(({ sk }) => sk === item.sk) ? [] : [item.sk];
      }),
    );
    expect(missing.flat()).toEqual([]);
  });
});

describe('an item that DynamoDB leaves unwritten', () => {
  it('is sent again by itself, while the rest of its batch has been answered', async () => {
    const batches: number[] = [];
    const tries = new Map<string, number>();
    const twice = (item: Item) => {
      const tried = (tries.get(item.sk) ?? 0) + 1;
      tries.set(item.sk, tried);
      return Number(item.n) % 10 === 3 && tried <= 2;
    };
    const put = createGatheredPuts(leaving(twice, batches));
    const items = someItems(20);
    const order: number[] = [];
    await Promise.all(items.map((item) => put(item).then(() => order.push(Number(item.n)))));
    expect(batches).toEqual([20, 2, 2]);
    expect(order.slice(-2)).toEqual([3, 13]);
    expect(await partitionOf(items)).toEqual(items);
  });

  it('again and again fails after a while, and it alone', async () => {
    const batches: number[] = [];
    const put = createGatheredPuts(leaving(({ n }) => n === 7 || n === 8, batches));
    const items = someItems(20);
    const outcomes = await Promise.allSettled(items.map(put));
    const failed = outcomes.flatMap(({ status }, n) => (status === 'rejected' ? [n] : []));
    expect(failed).toEqual([7, 8]);
    expect(batches).toEqual([20, 2, 2, 2, 2, 2]);
    expect((await partitionOf(items)).map(({ n }) => n)).toEqual(
      items.map(({ n }) => n).filter((n) => n !== 7 && n !== 8),
    );
  });

  it('keeps nobody waiting who comes after it', async () => {
    let throttled = true;
    const put = createGatheredPuts(leaving(({ n }) => n === 1 && throttled, []));
    const [first, ...others] = someItems(4) as [Item, ...Item[]];
    const all = Promise.all([put(first), ...others.slice(0, 2).map(put)]);
    await put(others[2] as Item);
    throttled = false;
    await all;
  });
});

describe('a request that fails', () => {
  it('fails those whose items were in it, and nobody else', async () => {
    const put = createGatheredPuts(failingTable(table, (count) => count === 2));
    const items = someItems(60);
    const outcomes = await Promise.allSettled(items.map(put));
    const failed = outcomes.flatMap(({ status }, n) => (status === 'rejected' ? [n] : []));
    expect(failed).toEqual(Array.from({ length: 25 }, (_, i) => i + 25));
    expect((await partitionOf(items)).map(({ n }) => n)).toEqual(
      items.map(({ n }) => n).filter((n) => !failed.includes(Number(n))),
    );
  });

  it('does not hold up what comes after it', async () => {
    const put = createGatheredPuts(failingTable(table, (count) => count <= 1));
    const items = someItems(3);
    const [first, ...rest] = await Promise.allSettled(items.map(put));
    expect([first, ...rest].map((outcome) => outcome?.status)).toEqual(['rejected', 'rejected', 'rejected']);
    await put(items[0] as Item);
    expect(await partitionOf(items)).toEqual([items[0]]);
  });
});
