// The operator's command line as a language: its words and options, its help, where it goes, and where keys come from.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { readArguments } from '../../infra/admin/arguments.ts';
import { optionName } from '../../infra/admin/command.ts';
import { commands } from '../../infra/admin/commands.ts';
import { aMerchant } from '../e2e/client.ts';
import { runAdmin } from '../support/admin.ts';
import { type RunningServer, startServer } from '../support/server.ts';

let server: RunningServer;
const folder = mkdtempSync(join(tmpdir(), 'admin-arguments-'));
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

const local = () => ({ PORT: new URL(server.base).port, ROOT_KEY: server.rootKey, DATA_DIR: server.dataDir });

/** Options that are no field of what the command asks: the path's id, waiting, and the list that a replay works off. */
const OF_THE_COMMAND: Readonly<Record<string, readonly string[]>> = {
  'key mint': ['merchant'],
  'rollup run': ['wait'],
  'event replay': ['state', 'storeId', 'topic', 'reason', 'from', 'to'],
};

describe('the commands', () => {
  it.each(commands.map((command) => [command.words, command] as const))(
    '%s takes the API’s own fields',
    (_, command) => {
      const { body, query } = command.route;
      const schema = (body ?? query ?? z.object({})) as z.ZodObject;
      const own = command.options.filter(({ field }) => !OF_THE_COMMAND[command.words]?.includes(field));
      for (const { field, required } of own) {
        expect(Object.keys(schema.shape)).toContain(field);
        expect([field, required ?? false]).toEqual([
          field,
          !(schema.shape[field] as z.ZodType).safeParse(undefined).success,
        ]);
      }
      // What the API insists on, the command line can say.
      const needed = Object.entries(schema.shape).filter(
        ([, type]) => !(type as z.ZodType).safeParse(undefined).success,
      );
      expect(own.map(({ field }) => field)).toEqual(expect.arrayContaining(needed.map(([field]) => field)));
    },
  );

  it.each(commands.map((command) => [command.words, command] as const))('%s --help names all of it', (_, command) => {
    const read = readArguments([...command.words.split(' '), '--help']);
    const { help, complaint } = 'help' in read ? read : { help: '', complaint: 'took it for a command' };
    expect(complaint).toBeUndefined();
    expect(help).toContain(`Asks ${command.route.method} ${command.route.path}, with `);
    for (const option of command.options) expect(help).toContain(`  --${optionName(option)}`);
    expect(help).toContain('  --key-file FILE');
  });

  it('are all in --help, which is an answer and no complaint', async () => {
    const { code, stdout, stderr } = await runAdmin(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const { words, summary } of commands) expect(stdout).toMatch(new RegExp(`^  ${words} +${summary}$`, 'm'));
  });
});

describe('a command that is none', () => {
  it.each<[readonly string[], string, string]>([
    [[], 'No command', 'merchant create'],
    [['nonsense'], 'There is no command nonsense', 'rollup show'],
    [['merchant', 'frob'], 'There is no command merchant frob', 'merchant list'],
    [['merchant', 'list', '--frob'], "Unknown option '--frob'", 'merchant list [options]'],
    [['merchant', 'list', 'all'], 'merchant list takes no all', 'merchant list [options]'],
    [['merchant', 'create', '--name', 'x'], '--currency, --time-zone, --allowed-hosts missing', '--currency USD'],
    [['rollup', 'show'], 'rollup show takes one id', 'rollup show ID'],
    [['rollup', 'show', 'rup_a', 'rup_b'], 'rollup show takes one id', 'rollup show ID'],
    [['event', 'replay'], 'Name the events, or say --state failed', 'event replay [ID ...]'],
    [['event', 'replay', 'evt_a', '--state', 'failed'], 'not both', 'event replay [ID ...]'],
    [['merchant', 'list', '--url', 'http://a.example', '--stack', 'b'], 'exclude each other', '--stack NAME'],
    [['merchant', 'list', '--idempotency-key', 'x'], "Unknown option '--idempotency-key'", 'merchant list [options]'],
    [['event', 'replay', 'evt_a', '--idempotency-key', 'é'], '1 to 200 plain characters', '--idempotency-key KEY'],
    [['merchant', 'list', '--region', 'eu-central-1'], 'belong to --stack', '--region REGION'],
    [['store', 'rotate-secret', 'a', '--key', '-', '--key-file', 'b'], 'exclude each other', '--key-file FILE'],
  ])('%j gets its nearest usage', async (args, complaint, usage) => {
    const { code, stdout, stderr } = await runAdmin(args, { env: { TRIBUTARY_KEY: 'trb_live_x' } });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.split('\n')[0]).toContain(complaint);
    expect(stderr).toContain(usage);
  });

  it('with a number that is none is not sent', async () => {
    const needed = ['--name', 'x', '--currency', 'USD', '--time-zone', 'UTC', '--allowed-hosts', 'a.example'];
    const { code, stderr } = await runAdmin(['merchant', 'create', ...needed, '--gross-margin-pct', '40%']);
    expect([code, stderr.split('\n')[0]]).toEqual([2, '--gross-margin-pct takes a number, not 40%']);
  });

  it('with a key on the command line says why not, without the key', async () => {
    const { code, stdout, stderr } = await runAdmin(['key', 'list', '--key', 'trb_live_secret']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('others on this machine can read a command line');
    expect(stderr).not.toContain('trb_live_secret');
  });
});

describe('a key', () => {
  it('comes from the environment, a file or standard input', async () => {
    const { apiKey } = await aMerchant(server);
    const path = join(folder, 'key');
    writeFileSync(path, `${apiKey}\n`);
    const env = local();
    const ways = [
      runAdmin(['key', 'list'], { env: { ...env, TRIBUTARY_KEY: apiKey } }),
      runAdmin(['key', 'list', '--key-file', path], { env }),
      runAdmin(['key', 'list', '--key', '-'], { env, stdin: `${apiKey}\n` }),
      runAdmin(['--key-file', '-', 'key', 'list'], { env, stdin: apiKey }),
    ];
    for (const { code, stdout } of await Promise.all(ways)) {
      expect(code).toBe(0);
      expect(stdout).toContain('first admin key');
    }
  });

  it.each<[string, readonly string[], Record<string, string>, string, RegExp]>([
    ['nowhere', [], {}, '', /^This needs a merchant's own key: set TRIBUTARY_KEY, or say --key-file or --key -$/],
    ['in a file that is not there', ['--key-file', '/nowhere/key'], {}, '', /^\/nowhere\/key can't be read: ENOENT/],
    ['in an empty input', ['--key', '-'], {}, '\n', /^standard input is empty$/],
    ['of two words', [], { TRIBUTARY_KEY: 'trb live' }, '', /^The key of TRIBUTARY_KEY is not one word/],
  ])('that is %s gets one line', async (_, args, env, stdin, line) => {
    const { code, stdout, stderr } = await runAdmin(['key', 'list', ...args], { env: { ...local(), ...env }, stdin });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trimEnd()).toMatch(line);
  });
});

describe('where a command goes', () => {
  it('is by default the local server, with the root key that is in its folder', async () => {
    const own = await startServer({ env: { ROOT_KEY: '' } });
    try {
      const env = { PORT: new URL(own.base).port, DATA_DIR: own.dataDir };
      const { code, stderr } = await runAdmin(['merchant', 'list', '--verbose'], { env });
      expect(code).toBe(0);
      expect(stderr).toContain(`the local server, http://localhost:${env.PORT}, with the key of ${own.dataDir}`);
    } finally {
      await own.stop();
    }
  });

  it.each([
    ['--url', ['--url'], {}],
    ['TRIBUTARY_URL', [], { TRIBUTARY_URL: '' }],
  ])('may be named by %s, with TRIBUTARY_ROOT_KEY alone', async (named, option, variable) => {
    const args = ['merchant', 'list', '--verbose', ...option.flatMap((name) => [name, `${server.base}/`])];
    const env = { ...local(), ...('TRIBUTARY_URL' in variable && { TRIBUTARY_URL: `${server.base}/` }) };
    const without = await runAdmin(args, { env });
    expect(without).toMatchObject({ code: 1, stderr: expect.stringContaining('set TRIBUTARY_ROOT_KEY') });
    const { code, stderr } = await runAdmin(args, { env: { ...env, TRIBUTARY_ROOT_KEY: server.rootKey } });
    expect(code).toBe(0);
    expect(stderr).toContain(`${named}, ${server.base}, with the key of TRIBUTARY_ROOT_KEY`);
  });

  it('is asked without making a folder or secrets where there are none', async () => {
    const dataDir = join(folder, 'none');
    const { code, stderr } = await runAdmin(['merchant', 'list'], { env: { PORT: local().PORT, DATA_DIR: dataDir } });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^There is no root key: ROOT_KEY is not set, and \S+secrets\.json is made by the first start/,
    );
    expect(existsSync(dataDir)).toBe(false);
  });

  it.each<[Record<string, string>, RegExp]>([
    [{ PORT: 'http' }, /^PORT must be 0 to 65535, not http$/],
    [{ PORT: '0' }, /^PORT is 0, which is any port/],
    [{ TRIBUTARY_URL: 'localhost:8787' }, /^TRIBUTARY_URL must be an address such as /],
  ])('can’t be %j', async (env, line) => {
    const { code, stderr } = await runAdmin(['merchant', 'list'], { env });
    expect(code).toBe(1);
    expect(stderr.trimEnd()).toMatch(line);
  });
});
