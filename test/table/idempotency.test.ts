// A repeated request on a real engine: first, still running, answered, died, expired.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { beginRequest, finishRequest, giveUpRequest, type IdempotencyRecord } from '../../lib/table/idempotency.ts';
import type { Table } from '../../lib/table/table.ts';
import { type TestTable, testTable } from '../support/engine.ts';
import { TEST_NOW } from '../support/service.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const SEALED = Buffer.from('sealed');

let opened: TestTable;
let table: Table;
beforeAll(async () => {
  opened = await testTable();
  table = opened.table;
});
afterAll(() => opened.close());

let names = 0;
const aName = () => ({ owner: 'mer_1', route: 'creators.create', keyHash: `hash-${++names}` });

const aRequest = (over: Partial<IdempotencyRecord> = {}): IdempotencyRecord => ({
  bodyHash: 'body-1',
  seed: `seed-${++names}`,
  startedAt: TEST_NOW,
  answer: null,
  ...over,
});

/** The answer that a repeat finds. */
const answerIn = (begun: Awaited<ReturnType<typeof beginRequest>>) =>
  'theirs' in begun && begun.theirs.answer ? Buffer.from(begun.theirs.answer) : null;

describe('a request under a key', () => {
  it('is the first once, among many at once', async () => {
    const name = aName();
    const requests = Array.from({ length: 10 }, () => aRequest());
    const begun = await Promise.all(requests.map((request) => beginRequest(table, name, request)));
    const mine = begun.flatMap((outcome) => ('mine' in outcome ? [outcome.mine] : []));
    expect(mine).toHaveLength(1);
    for (const outcome of begun) {
      if ('theirs' in outcome) expect(outcome.theirs).toMatchObject({ seed: mine[0]?.seed, answer: null });
    }
  });

  it('finds the answer of the first for a day', async () => {
    const name = aName();
    const first = aRequest();
    await beginRequest(table, name, first);
    await finishRequest(table, name, first, SEALED);
    for (const later of [1, MINUTE, DAY - 1]) {
      const repeat = await beginRequest(table, name, aRequest({ startedAt: TEST_NOW + later }));
      expect(answerIn(repeat)).toEqual(SEALED);
    }
  });

  it('sees that an earlier one had another body', async () => {
    const name = aName();
    await beginRequest(table, name, aRequest());
    const other = aRequest({ bodyHash: 'body-2', startedAt: TEST_NOW + 5 * MINUTE });
    expect(await beginRequest(table, name, other)).toMatchObject({ theirs: { bodyHash: 'body-1' } });
  });

  it('waits a minute for one that is running, then takes its place with its seed', async () => {
    const name = aName();
    const first = aRequest();
    await beginRequest(table, name, first);
    const soon = await beginRequest(table, name, aRequest({ startedAt: TEST_NOW + MINUTE }));
    expect(soon).toMatchObject({ theirs: { answer: null } });
    const repeats = await Promise.all(
      Array.from({ length: 8 }, () => beginRequest(table, name, aRequest({ startedAt: TEST_NOW + MINUTE + 1 }))),
    );
    const mine = repeats.flatMap((outcome) => ('mine' in outcome ? [outcome.mine.seed] : []));
    expect(mine).toEqual([first.seed]);
  });

  it('begins afresh after a day, with a seed and a body of its own', async () => {
    const name = aName();
    const first = aRequest();
    await beginRequest(table, name, first);
    await finishRequest(table, name, first, SEALED);
    const next = aRequest({ bodyHash: 'body-2', startedAt: TEST_NOW + DAY });
    expect(await beginRequest(table, name, next)).toEqual({ mine: next });
  });

  it('goes on at once, with its seed, after one that failed for our own reasons', async () => {
    const name = aName();
    const first = aRequest();
    await beginRequest(table, name, first);
    expect(await giveUpRequest(table, name, first)).toBe(true);
    const other = await beginRequest(table, name, aRequest({ bodyHash: 'body-2' }));
    expect(other).toMatchObject({ theirs: { bodyHash: 'body-1' } });
    const repeats = await Promise.all(Array.from({ length: 8 }, () => beginRequest(table, name, aRequest())));
    expect(repeats.flatMap((one) => ('mine' in one ? [one.mine] : []))).toEqual([first]);
  });

  it('that failed after its answer was kept, or after another took its place, changes nothing', async () => {
    const name = aName();
    const first = aRequest();
    await beginRequest(table, name, first);
    const begun = await beginRequest(table, name, aRequest({ startedAt: TEST_NOW + 2 * MINUTE }));
    const second = ('mine' in begun && begun.mine) as IdempotencyRecord;
    expect(await giveUpRequest(table, name, first)).toBe(false);
    expect(await finishRequest(table, name, first, Buffer.from('late'))).toBe(false);
    expect(await finishRequest(table, name, second, SEALED)).toBe(true);
    expect(await giveUpRequest(table, name, second)).toBe(false);
    expect(answerIn(await beginRequest(table, name, aRequest({ startedAt: TEST_NOW + 3 * MINUTE })))).toEqual(SEALED);
  });

  it.each([0, 299_999, 300_000, 300_001, 4_000_000])('keeps an answer of %i bytes whole', async (size) => {
    const name = aName();
    const first = aRequest();
    const answer = randomBytes(size);
    await beginRequest(table, name, first);
    await finishRequest(table, name, first, answer);
    expect(answerIn(await beginRequest(table, name, aRequest()))?.equals(answer)).toBe(true);
  });

  it.each([{ owner: 'mer_2' }, { route: 'links.create' }])('is another one for %j', async (other) => {
    const name = aName();
    await beginRequest(table, name, aRequest());
    expect(await beginRequest(table, { ...name, ...other }, aRequest())).toHaveProperty('mine');
  });
});
