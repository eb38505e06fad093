// The README's tour, run as a reader would: its commands in bash against a server that has just started.
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startEngine } from '../../infra/local/engine.ts';
import { startLocalServer } from '../../infra/local/server.ts';
import { systemClock } from '../../lib/platform/clock.ts';

const TOOLS = ['bash', 'curl', 'sed', 'node'];
const missing = TOOLS.filter((tool) => spawnSync(tool, ['--version']).error !== undefined);
const title = missing.length > 0 ? `the tour (skipped: needs ${missing.join(', ')})` : 'the tour';

/** The blocks of commands that the README marks as part of its tour. */
const tourCommands = (): string => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  return [...readme.matchAll(/<!-- tour -->\n```sh\n([\s\S]*?)```/g)].map((match) => match[1]).join('\n');
};

const runTour = async (): Promise<string> => {
  const engine = await startEngine();
  const server = await startLocalServer({
    table: engine.table,
    clock: systemClock,
    rootKey: 'root_tour',
    masterKey: { version: 1, key: Buffer.alloc(32, 1) },
    port: 0,
    host: '127.0.0.1',
  });
  const cwd = mkdtempSync(join(tmpdir(), 'tour-'));
  try {
    const env = { ...process.env, URL: server.url };
    const { stdout } = await promisify(execFile)('bash', ['-euc', tourCommands()], { cwd, env });
    return stdout;
  } finally {
    rmSync(cwd, { recursive: true });
    await server.stop();
    await engine.close();
  }
};

describe.skipIf(missing.length > 0)(title, () => {
  it('shows what the README says it shows', async () => {
    const shown = await runTour();
    expect(shown).toContain('"sizeTier":"micro"');
    expect(shown).toContain('"code":"SARAH15"');
    expect(shown).toMatch(/location: https:\/\/shop\.example\.com\/p\/protein\?\S+&ref=ig&trb_click=clk_/);
    expect(shown.match(/"state":"applied"/g)).toHaveLength(4);
    expect(shown).toContain('"state":"done","daysDone":1');
    expect(shown).toContain('"bot":1');
    expect(shown).toContain(
      '"reconciliation":{"storeNetRevenue":23800,"credited":18800,"unattributed":5000,"storeOrders":3,' +
        '"conflicts":0,"fxMissingOrders":0}',
    );
    expect(shown).toContain('"roi":276,"roiMeasured":276,"roas":3.76');
    expect(shown).toContain(',200.00,12.00,0.00,188.00,');
    expect(shown).toContain('"reason":"code_valid"');
    expect(shown).toContain('"unattributed":{"reason":"no_touch","nearest":null}');
  });
});
