// Entities on a real engine: one owner per name, nothing half after a crash, changes by revision, lists in pages.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foldCode } from '../../lib/domain/codes.ts';
import type { CreatorData } from '../../lib/domain/entities.ts';
import { DEFAULT_DOMAIN } from '../../lib/table/click-path-keys.ts';
import { keys } from '../../lib/table/keys.ts';
import {
  createRecord,
  namesTaken,
  recordAt,
  recordByExternalId,
  recordById,
  recordsById,
  recordsOf,
  replaceRecord,
} from '../../lib/table/records.ts';
import { getItem, type Table } from '../../lib/table/table.ts';
import { inTurns, type TestTable, testTable } from '../support/engine.ts';
import { aCreator, aDiscountCode, aLink, aMerchant, MERCHANT_ID, stored } from '../support/records.ts';
import { TEST_NOW } from '../support/service.ts';
import { failingTable, TableDown } from '../support/wrapped-table.ts';

const LATER = TEST_NOW + 31_000;

let opened: TestTable;
let table: Table;
beforeAll(async () => {
  opened = await testTable();
  table = opened.table;
});
afterAll(() => opened.close());

const slugKey = (slug: string) => keys.link(DEFAULT_DOMAIN, slug);
const codeKey = (store: string, code: string) => keys.discountCode(store, foldCode(code));

/** Makes a link and crashes before the nth request. */
const crashBefore = (nth: number, link: ReturnType<typeof aLink>) =>
  createRecord(
    failingTable(table, (count) => count >= nth),
    link,
    { home: slugKey(link.data.slug) },
  );

describe('a unique name', () => {
  it('goes to exactly one of many who ask for it at once, and leaves nothing of the others', async () => {
    const links = Array.from({ length: 20 }, () => aLink({ data: { slug: 'wanted' } }));
    const outcomes = await Promise.all(links.map((link) => createRecord(table, link, { home: slugKey('wanted') })));
    const winners = links.filter((_, i) => outcomes[i]?.ok);
    expect(winners).toHaveLength(1);
    expect(outcomes.filter(({ ok }) => !ok)).toEqual(Array(19).fill({ ok: false, taken: 'name' }));
    expect((await recordAt(table, slugKey('wanted')))?.id).toBe(winners[0]?.id);
    const found = await recordsById(
      table,
      links.map(({ id }) => id),
    );
    expect(found.map(({ id }) => id)).toEqual([winners[0]?.id]);
    const pointers = await Promise.all(links.map(({ id }) => getItem(table, keys.entity(id))));
    expect(pointers.filter((pointer) => pointer !== undefined)).toHaveLength(1);
  });

  it('leads to the record from the name and from the id, read either way', async () => {
    const link = await stored(table, aLink({ data: { slug: 'both-ways' } }));
    expect(await recordById(table, link.id)).toEqual(link);
    expect(await recordAt(table, slugKey('both-ways'))).toEqual(link);
    expect(await recordAt(table, slugKey('both-ways'), false)).toEqual(link);
  });

  it.each([1, 2])(
    'leaves nothing half when its maker crashes before request %i, and lets a repeat finish',
    async (nth) => {
      const link = aLink({ data: { slug: `crash-${nth}` } });
      await expect(crashBefore(nth, link)).rejects.toThrow(TableDown);
      expect(await recordById(table, link.id)).toBeUndefined();
      expect(await recordsById(table, [link.id])).toEqual([]);
      expect(await recordAt(table, slugKey(link.data.slug))).toBeUndefined();
      const listed = await Array.fromAsync(recordsOf(table, { merchantId: MERCHANT_ID, kind: 'link' }));
      expect(listed.map(({ record }) => record.id)).not.toContain(link.id);
      expect(await createRecord(table, link, { home: slugKey(link.data.slug) })).toEqual({ ok: true });
      expect(await recordById(table, link.id)).toEqual(link);
    },
  );

  it('stays with its record when somebody else made the slug after a crash', async () => {
    const crashed = aLink({ data: { slug: 'taken-meanwhile' } });
    await expect(crashBefore(2, crashed)).rejects.toThrow(TableDown);
    const other = await stored(table, aLink({ data: { slug: 'taken-meanwhile' } }));
    expect(await recordById(table, crashed.id)).toBeUndefined();
    expect((await recordById(table, other.id))?.id).toBe(other.id);
  });

  it('made twice under one id is made once and keeps what was changed since', async () => {
    const creator = aCreator({ externalId: 'crm-7' });
    await stored(table, creator);
    await replaceRecord(table, { ...creator, data: { ...creator.data, name: 'Sarah L.' } });
    expect(await createRecord(table, creator)).toEqual({ ok: true });
    expect((await recordById<CreatorData>(table, creator.id))?.data.name).toBe('Sarah L.');
  });

  it('answers which of several are held by somebody else', async () => {
    const code = await stored(table, aDiscountCode({ data: { storeIds: ['sto_n'], code: 'HELD' } }));
    const names = [codeKey('sto_n', 'HELD'), codeKey('sto_n', 'FREE')];
    expect(await namesTaken(table, names, 'cod_other')).toEqual(new Set([names[0]?.pk]));
    expect(await namesTaken(table, names, code.id)).toEqual(new Set());
  });
});

describe('a name of several places', () => {
  const inStores = (...storeIds: string[]) => aDiscountCode({ data: { storeIds, code: 'TWICE' } });
  const create = (code: ReturnType<typeof inStores>, on: Table = table) => {
    const [home, ...aliases] = code.data.storeIds.map((store) => codeKey(store, code.data.code));
    return createRecord(on, code, { ...(home && { home }), aliases });
  };

  it('leads to one record from each of them', async () => {
    const code = await stored(table, inStores('sto_a', 'sto_b'));
    expect(await recordAt(table, codeKey('sto_a', 'TWICE'))).toEqual(code);
    expect(await recordAt(table, codeKey('sto_b', 'TWICE'))).toEqual(code);
  });

  it('is refused whole where one of them is taken, and gives back the others', async () => {
    await stored(table, inStores('sto_d'));
    expect(await create(inStores('sto_c', 'sto_e', 'sto_d'))).toMatchObject({ ok: false, taken: 'name' });
    const free = await stored(table, inStores('sto_c', 'sto_e'));
    expect((await recordAt(table, codeKey('sto_e', 'TWICE')))?.id).toBe(free.id);
  });

  it('is not taken over while its maker may still be at work', async () => {
    const crashed = inStores('sto_f', 'sto_g');
    await expect(
      create(
        crashed,
        failingTable(table, (count) => count > 1),
      ),
    ).rejects.toThrow(TableDown);
    const soon = { ...inStores('sto_h', 'sto_g'), updatedAt: TEST_NOW + 29_000 };
    expect(await create(soon)).toMatchObject({ ok: false, taken: 'name' });
  });

  it.each([
    ['as a further place', ['sto_k', 'sto_j']],
    ['as the home', ['sto_m']],
  ])('is taken over %s once its maker has surely died', async (_as, storeIds) => {
    const place = storeIds.at(-1) as string;
    const crashed = inStores(`${place}_home`, place);
    await expect(
      create(
        crashed,
        failingTable(table, (count) => count > 1),
      ),
    ).rejects.toThrow(TableDown);
    const next = { ...inStores(...storeIds), updatedAt: LATER };
    expect(await create(next)).toEqual({ ok: true });
    expect(await recordAt(table, codeKey(place, 'TWICE'))).toEqual(next);
    expect(await recordById(table, next.id)).toEqual(next);
    expect(await create({ ...crashed, updatedAt: LATER })).toMatchObject({ ok: false, taken: 'name' });
  });

  it('is never taken from a record that exists, however old', async () => {
    const code = await stored(table, inStores('sto_p', 'sto_q'));
    const late = { ...inStores('sto_r', 'sto_q'), updatedAt: TEST_NOW + 365 * 86_400_000 };
    expect(await create(late)).toMatchObject({ ok: false, taken: 'name' });
    expect(await create({ ...inStores('sto_q'), updatedAt: LATER })).toMatchObject({ ok: false, taken: 'name' });
    expect(await recordAt(table, codeKey('sto_q', 'TWICE'))).toEqual(code);
  });
});

describe("a caller's own id", () => {
  it('is unique per merchant and kind', async () => {
    const first = await stored(table, aCreator({ externalId: 'crm-1' }));
    expect(await createRecord(table, aCreator({ externalId: 'crm-1' }))).toEqual({ ok: false, taken: 'externalId' });
    await stored(table, aCreator({ externalId: 'crm-1', merchantId: 'mer_other' }));
    await stored(table, aLink({ externalId: 'crm-1', data: { slug: 'ext-link' } }));
    expect(await recordByExternalId(table, MERCHANT_ID, 'creator', 'crm-1')).toEqual(first);
    expect(await recordByExternalId(table, MERCHANT_ID, 'campaign', 'crm-1')).toBeUndefined();
  });

  it('is given back when the slug beside it is taken', async () => {
    await stored(table, aLink({ data: { slug: 'occupied' } }));
    const refused = aLink({ externalId: 'free-again', data: { slug: 'occupied' } });
    expect(await createRecord(table, refused, { home: slugKey('occupied') })).toMatchObject({
      ok: false,
      taken: 'name',
    });
    await stored(table, aLink({ externalId: 'free-again', data: { slug: 'unoccupied' } }));
  });

  it('goes to exactly one of many at once', async () => {
    const creators = Array.from({ length: 10 }, () => aCreator({ externalId: 'crm-race' }));
    const outcomes = await Promise.all(creators.map((creator) => createRecord(table, creator)));
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    const winner = creators[outcomes.findIndex(({ ok }) => ok)];
    expect((await recordByExternalId(table, MERCHANT_ID, 'creator', 'crm-race'))?.id).toBe(winner?.id);
  });
});

describe('a change', () => {
  it('is written only over the revision it was made from', async () => {
    const creator = await stored(table, aCreator());
    const renamed = (name: string) => ({ ...creator, data: { ...creator.data, name } });
    expect(await replaceRecord(table, renamed('First'))).toBe(true);
    expect(await replaceRecord(table, renamed('Second'))).toBe(false);
    const now = await recordById<CreatorData>(table, creator.id);
    expect([now?.data.name, now?.revision]).toEqual(['First', 2]);
  });

  it('of many at once is one', async () => {
    const creator = await stored(table, aCreator());
    const written = await Promise.all(Array.from({ length: 10 }, () => replaceRecord(table, creator)));
    expect(written.filter(Boolean)).toHaveLength(1);
  });

  it('reaches the record under its unique name', async () => {
    const link = await stored(table, aLink({ data: { slug: 'changing' } }));
    await replaceRecord(table, { ...link, data: { ...link.data, targetUrl: 'https://shop.example/new' } });
    expect(await recordAt(table, slugKey('changing'))).toMatchObject({
      data: { targetUrl: 'https://shop.example/new' },
    });
  });

  it('of what was never there is refused', async () => {
    expect(await replaceRecord(table, aCreator())).toBe(false);
  });
});

describe('a list', () => {
  const listed = (merchantId: string, position?: string) =>
    Array.fromAsync(recordsOf<CreatorData>(table, { merchantId, kind: 'creator' }, position));

  it("holds one merchant's entities of one kind, newest first, and goes on after any position", async () => {
    const merchantId = 'mer_lists';
    const creators = Array.from({ length: 250 }, (_, i) =>
      aCreator({ merchantId, createdAt: TEST_NOW + (i % 83) * 1000 }),
    );
    await inTurns(creators, (creator) => stored(table, creator));
    await stored(table, aCreator({ merchantId: 'mer_lists2' }));
    await stored(table, aLink({ merchantId, data: { slug: 'not-a-creator' } }));
    const all = await listed(merchantId);
    const newestFirst = [...creators].sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
    expect(all.map(({ record }) => record.id)).toEqual(newestFirst.map(({ id }) => id));
    for (const at of [0, 99, 100, 248, 249]) {
      const rest = await listed(merchantId, all[at]?.position);
      expect(rest.map(({ record }) => record.id)).toEqual(all.slice(at + 1).map(({ record }) => record.id));
    }
  });

  it('is empty for a merchant without any', async () => {
    expect(await listed('mer_nobody')).toEqual([]);
  });

  it('of merchants is one for all', async () => {
    const merchants = [aMerchant({ id: 'mer_1' }), aMerchant({ id: 'mer_2' })];
    for (const merchant of merchants) await stored(table, merchant);
    const found = await Array.fromAsync(recordsOf(table, 'merchants'));
    expect(found.map(({ record }) => record.id).sort()).toEqual(['mer_1', 'mer_2']);
  });
});

describe('reading by id', () => {
  it('finds more than one request holds, through pointers, each once', async () => {
    const links = Array.from({ length: 130 }, (_, i) => aLink({ merchantId: 'mer_many', data: { slug: `many-${i}` } }));
    await inTurns(links, (link) => stored(table, link));
    const ids = links.map(({ id }) => id);
    const found = await recordsById(table, [...ids, ...ids, 'lnk_nowhere']);
    expect(found.map(({ id }) => id).sort()).toEqual([...ids].sort());
  });
});
