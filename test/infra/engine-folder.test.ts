// The embedded engine's folder: no larger than what is in the table, however often it was asked and written.
import { randomBytes } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Engine, startEngine } from '../../infra/local/engine.ts';
import { keys } from '../../lib/table/keys.ts';
import { allItems, putItem } from '../../lib/table/table.ts';
import { aDataFolder } from '../support/server.ts';

const MB = 2 ** 20;
const folder = aDataFolder();
let engine: Engine;
beforeAll(async () => {
  engine = await startEngine(folder);
});
afterAll(() => engine.close());

const folderBytes = (): number =>
  readdirSync(folder).reduce(
    (sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );

it('forgets what was written over, though it was asked for meanwhile', { timeout: 60_000 }, async () => {
  const key = keys.entity('crt_written-over');
  for (let time = 0; time < 400; time++) {
    // Nothing that could be compressed.
    await putItem(engine.table, { ...key, text: randomBytes(MB / 8).toString('base64') });
    expect(await allItems(engine.table, key.pk)).toHaveLength(1);
  }
  // 67 MB were written. LevelDB gathers 16 of them, and again 16 while it writes those out, before it forgets any.
  await vi.waitFor(() => expect(folderBytes()).toBeLessThan(60 * MB), 20_000);
});
