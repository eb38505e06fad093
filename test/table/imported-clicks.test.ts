// Imported clicks in the table: stored as clicks, found by the caller's id, and by the days of their visitor.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClickFacts, clickAt, clickItem } from '../../lib/table/clicks.ts';
import {
  daysOfVisitor,
  type ImportedClick,
  importedClicks,
  importedPlace,
  storeImportedClicks,
} from '../../lib/table/imported-clicks.ts';
import { keys } from '../../lib/table/keys.ts';
import { getItem, type Table } from '../../lib/table/table.ts';
import { type TestTable, testTable } from '../support/engine.ts';
import { itemBytes } from '../support/item-size.ts';
import { MERCHANT_ID } from '../support/records.ts';
import { TEST_NOW } from '../support/service.ts';
import { failingTable, TableDown } from '../support/wrapped-table.ts';

const DAY_MS = 86_400_000;
const VISITOR = `x${'v'.repeat(22)}`;

let opened: TestTable;
let table: Table;
beforeAll(async () => {
  opened = await testTable();
  table = opened.table;
});
afterAll(() => opened.close());

const FACTS: ClickFacts = {
  ...{ linkId: 'lnk_1', method: 'GET', userAgent: null, purpose: null, referrerHost: null, country: 'US' },
  externalId: null,
};

let made = 0;
const aClick = (daysAgo: number, over: Partial<ImportedClick['place']> = {}): ImportedClick => {
  const externalId = `old-${++made}`;
  const at = TEST_NOW - daysAgo * DAY_MS;
  const day = new Date(at).toISOString().slice(0, 10);
  const suffix = made.toString(16).padStart(8, '0');
  return {
    externalId,
    place: { day, shard: 3, visitor: VISITOR, at, suffix, ...over },
    facts: { ...FACTS, externalId },
  };
};

describe('an imported click', () => {
  it('lies where it is found by its id, and only among its own merchant', async () => {
    const click = aClick(1);
    await storeImportedClicks(table, MERCHANT_ID, [click]);
    expect(await importedPlace(table, MERCHANT_ID, click.externalId)).toEqual(click.place);
    expect(await clickAt(table, MERCHANT_ID, click.place)).toMatchObject({ imported: true, facts: click.facts });
    expect(await importedPlace(table, 'mer_other', click.externalId)).toBeUndefined();
    const known = await importedClicks(table, MERCHANT_ID, [click.externalId, 'never']);
    expect([...known]).toEqual([[click.externalId, { place: click.place, linkId: 'lnk_1' }]]);
  });

  it('goes with all that leads to it', async () => {
    const click = aClick(2, { visitor: 'x-only' });
    await storeImportedClicks(table, MERCHANT_ID, [click]);
    const ways = [
      keys.importedClick(MERCHANT_ID, click.externalId),
      keys.visitorDay(MERCHANT_ID, 'x-only', click.place.day),
    ];
    const expires = Math.floor(click.place.at / 1000) + 400 * 86_400;
    for (const key of ways) expect((await getItem(table, key))?.expires).toBe(expires);
  });

  it('is there whenever its id leads to it, wherever storing it was cut short', async () => {
    for (let request = 1; request <= 3; request++) {
      const click = aClick(3);
      const dying = failingTable(table, (count) => count >= request);
      await expect(storeImportedClicks(dying, MERCHANT_ID, [click])).rejects.toThrow(TableDown);
      expect(await importedPlace(table, MERCHANT_ID, click.externalId)).toBeUndefined();
      await storeImportedClicks(table, MERCHANT_ID, [click]);
      expect(await clickAt(table, MERCHANT_ID, click.place)).toBeDefined();
      expect(await importedPlace(table, MERCHANT_ID, click.externalId)).toEqual(click.place);
    }
  });

  it('is stored by the thousand, several of one visitor and day among them', async () => {
    const visitor = 'x-busy';
    const clicks = Array.from({ length: 1_234 }, (_, i) => aClick(5 + (i % 3), { visitor }));
    await storeImportedClicks(table, MERCHANT_ID, clicks);
    const known = await importedClicks(
      table,
      MERCHANT_ID,
      clicks.map(({ externalId }) => externalId),
    );
    expect(known.size).toBe(1_234);
    const span = { from: '2026-11-14', to: '2026-11-20' };
    expect(await daysOfVisitor(table, MERCHANT_ID, visitor, span)).toEqual(['2026-11-14', '2026-11-15']);
  });

  it('of nobody has no days, and weighs one write unit with the longest id', async () => {
    const click = aClick(1, { visitor: null });
    const externalId = 'é'.repeat(100);
    const facts = { ...click.facts, userAgent: 'x'.repeat(4_000), referrerHost: 'h'.repeat(255), externalId };
    expect(itemBytes(clickItem(MERCHANT_ID, click.place, facts))).toBeLessThanOrEqual(1_024);
    await storeImportedClicks(table, MERCHANT_ID, [click]);
    expect(await clickAt(table, MERCHANT_ID, click.place)).toBeDefined();
  });
});
