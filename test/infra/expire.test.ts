// The embedded engine's TTL: what has expired is removed, everything else stays.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { removeExpired } from '../../infra/local/expire.ts';
import { keys } from '../../lib/table/keys.ts';
import { allItems, putItem } from '../../lib/table/table.ts';
import { bodyOf, keepBody } from '../../lib/table/webhook-bodies.ts';
import { TEST_NOW, type TestService, testService } from '../support/service.ts';

let tested: TestService;
beforeAll(async () => {
  tested = await testService();
});
afterAll(() => tested.close());

const DAY_MS = 86_400_000;

it('removes a webhook body once its fortnight has passed, and nothing before', async () => {
  const { table, masterKey } = tested.service;
  const id = `evt_${'a'.repeat(32)}`;
  await keepBody(table, masterKey, id, { headers: {}, raw: Buffer.from('{"email":"jo@example.com"}') }, TEST_NOW, 14);
  await putItem(table, { ...keys.entity('crt_stays'), v: 1 });

  expect(await removeExpired(table, TEST_NOW + 13 * DAY_MS)).toBe(0);
  expect(await bodyOf(table, masterKey, id, TEST_NOW + 13 * DAY_MS, 14)).toBeDefined();

  expect(await removeExpired(table, TEST_NOW + 15 * DAY_MS)).toBe(1);
  expect(await allItems(table, keys.webhookBodyPartition(id))).toEqual([]);
  expect(await allItems(table, keys.entity('crt_stays').pk)).toHaveLength(1);
});
