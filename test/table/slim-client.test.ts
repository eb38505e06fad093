// The two clients of the table are one to whoever uses it: what one writes the other reads, and both refuse alike.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEngine } from '../../infra/local/engine.ts';
import { openTable } from '../../lib/table/sdk-client.ts';
import { openSlimTable } from '../../lib/table/slim-client.ts';
import {
  allItems,
  deleteItem,
  getItem,
  getItems,
  type Item,
  NOT_THERE,
  putBatch,
  putItem,
  queryListed,
  type Table,
} from '../../lib/table/table.ts';

let close: () => Promise<void>;
let tables: Readonly<Record<'sdk' | 'slim', Table>>;
beforeAll(async () => {
  const engine = await startEngine();
  const where = { name: engine.table.name, endpoint: engine.endpoint, region: 'local' };
  tables = { sdk: openTable(where), slim: openSlimTable(where) };
  close = async () => {
    for (const table of Object.values(tables)) table.close();
    await engine.close();
  };
});
afterAll(() => close());

const text = fc.string({ unit: 'grapheme', maxLength: 20 });

/** What items of ours hold: JSON's own values and bytes. */
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.integer(),
    fc.integer().map((n) => n / 1_000),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ minLength: 1, maxLength: 40 }),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(
      text.filter((name) => name !== '' && name !== '__proto__'),
      tie('any'),
      { maxKeys: 4 },
    ),
  ),
})).any;

let partitions = 0;
const aKey = () => ({ pk: `SLIM#${++partitions}`, sk: 'ITEM' });

const plain = (item: unknown) =>
  JSON.parse(JSON.stringify(item, (_name, held) => (held instanceof Uint8Array ? [...held] : held)));

describe.each([
  ['slim', 'sdk'],
  ['sdk', 'slim'],
] as const)('what the %s client writes', (writes, reads) => {
  it(`the ${reads} client reads`, async () => {
    await fc.assert(
      fc.asyncProperty(value, async (held) => {
        const key = aKey();
        await putItem(tables[writes], { ...key, held, left: undefined });
        const [one, other] = await Promise.all([getItem(tables[reads], key), getItem(tables[writes], key)]);
        expect(plain(one)).toEqual(plain({ ...key, held }));
        expect(plain(other)).toEqual(plain(one));
      }),
      { numRuns: 60 },
    );
  });

  it('is refused where its condition does not hold, and written where it does', async () => {
    const key = aKey();
    expect(await putItem(tables[writes], { ...key, n: 1 }, NOT_THERE)).toBe(true);
    expect(await putItem(tables[writes], { ...key, n: 2 }, NOT_THERE)).toBe(false);
    const isOne = { expression: 'n = :n', values: { ':n': 1 } };
    expect(await putItem(tables[writes], { ...key, n: 3 }, isOne)).toBe(true);
    expect(await deleteItem(tables[writes], key, isOne)).toBe(false);
    expect(await getItem(tables[reads], key)).toEqual({ ...key, n: 3 });
    expect(await deleteItem(tables[writes], key)).toBe(true);
    expect(await getItem(tables[reads], key)).toBeUndefined();
  });

  it('in a batch, in pages and by listing is the same', async () => {
    const { pk } = aKey();
    const items: Item[] = Array.from({ length: 20 }, (_, i) => ({
      ...{ pk, sk: String(i).padStart(2, '0'), filler: 'x'.repeat(100_000), listKey: pk, listOrder: `${99 - i}` },
    }));
    for (const part of [items.slice(0, 10), items.slice(10)]) {
      expect(await putBatch(tables[writes], part)).toEqual([]);
    }
    const all = await Promise.all(Object.values(tables).map((table) => allItems(table, pk)));
    expect(all).toEqual([items, items]);
    const span = { from: '03', to: '07', newestFirst: true, only: ['sk'] };
    expect(await allItems(tables[reads], pk, span)).toEqual(['07', '06', '05', '04', '03'].map((sk) => ({ sk })));
    const listed = await Array.fromAsync(queryListed(tables[reads], pk));
    expect(listed.map(({ sk }) => sk)).toEqual(items.map(({ sk }) => sk).reverse());
    expect(await getItems(tables[reads], [...items.slice(0, 2), { pk, sk: 'none' }])).toHaveLength(2);
  });
});

it('both clients throw what the engine refuses by its own name', async () => {
  for (const table of Object.values(tables)) {
    await expect(putItem(table, { ...aKey(), filler: 'x'.repeat(500_000) })).rejects.toMatchObject({
      name: 'ValidationException',
      $metadata: { httpStatusCode: 400 },
    });
  }
});

it('the slim client holds no sets, functions or numbers that are none', async () => {
  for (const held of [new Map().set, Number.NaN, 1n, Symbol('s')]) {
    await expect(putItem(tables.slim, { ...aKey(), held })).rejects.toThrow(TypeError);
  }
});
