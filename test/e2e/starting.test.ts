// What a start says and does: quick on an empty folder, private by default, one clear line when it can't.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { aDataFolder, type Ended, freePort, type RunningServer, startAndEnd, startServer } from '../support/server.ts';
import { aMerchant, client } from './client.ts';

/** On an idle machine a start takes under 3 s; a busy one gets time. */
const LONGEST_START_MS = 8_000;

const started: RunningServer[] = [];
const start = async (...options: Parameters<typeof startServer>): Promise<RunningServer> => {
  const server = await startServer(...options);
  started.push(server);
  return server;
};
afterAll(() => Promise.all(started.map((server) => server.stop('SIGKILL'))));

const expectOneLine = ({ code, output }: Ended, line: RegExp) => {
  expect(output.trimEnd()).toMatch(line);
  expect(output.trimEnd().split('\n')).toHaveLength(1);
  expect(code).toBe(1);
};

const answers = (port: number, host: string): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect({ port, host, timeout: 2_000 });
    for (const event of ['connect', 'error', 'timeout']) {
      socket.once(event, () => {
        socket.destroy();
        done(event === 'connect');
      });
    }
  });

describe('a start', () => {
  it('on an empty folder listens within seconds', async () => {
    const server = await start();
    console.log(`started in ${Math.round(server.startedMs)} ms`);
    expect(server.startedMs).toBeLessThan(LONGEST_START_MS);
    expect(await client(server.base)('GET', '/health')).toMatchObject({ status: 200 });
  });

  it('listens on the port it was given', async () => {
    const port = await freePort();
    const server = await start({ env: { PORT: String(port) } });
    expect(server.base).toBe(`http://127.0.0.1:${port}`);
  });

  it.each([
    ['the address it listens on', undefined, /^http:\/\/localhost:[1-9]\d*\/webhooks\/sto_/],
    ['BASE_URL', 'https://go.example.com/', /^https:\/\/go\.example\.com\/webhooks\/sto_/],
  ])('gives out addresses under %s', async (_, BASE_URL, expected) => {
    const server = await start({ env: { BASE_URL } });
    const { apiKey } = await aMerchant(server);
    const store = { platform: 'standard', domain: 'shop.example.com' };
    const { json } = await client(server.base, apiKey)('POST', '/v1/stores', store);
    expect(json.webhookUrl).toMatch(expected);
  });

  it('is reached from this machine alone', async (context) => {
    const { base } = await start();
    const port = Number(new URL(base).port);
    expect(await answers(port, '127.0.0.1')).toBe(true);
    const outside = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
    const addresses = outside.filter(({ internal, family }) => !internal && family === 'IPv4');
    if (addresses.length === 0) context.skip('this machine has no other address');
    for (const { address } of addresses) expect(await answers(port, address)).toBe(false);
  });
});

describe('the secrets of a folder', () => {
  it('are made once, for their owner alone, and serve from then on', async () => {
    const dataDir = aDataFolder();
    const first = await start({ dataDir, env: { ROOT_KEY: '' } });
    const path = join(dataDir, 'secrets.json');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const secrets = readFileSync(path, 'utf8');
    const { rootKey } = JSON.parse(secrets) as { rootKey: string };
    expect(first.output()).toContain(path);
    expect(first.output()).not.toContain(rootKey);
    const { apiKey } = await aMerchant({ base: first.base, rootKey });
    await first.stop();
    const second = await start({ dataDir, env: { ROOT_KEY: '' } });
    expect(readFileSync(path, 'utf8')).toBe(secrets);
    expect(await client(second.base, apiKey)('GET', '/v1/merchant')).toMatchObject({ status: 200 });
    expect(await client(second.base, rootKey)('GET', '/v1/merchants')).toMatchObject({ status: 200 });
  });

  it('give way to ROOT_KEY from the environment', async () => {
    const dataDir = aDataFolder();
    const server = await start({ dataDir, env: { ROOT_KEY: 'root_from_the_environment' } });
    const { rootKey } = JSON.parse(readFileSync(join(dataDir, 'secrets.json'), 'utf8')) as { rootKey: string };
    const listing = (key: string) => client(server.base, key)('GET', '/v1/merchants');
    expect(await listing('root_from_the_environment')).toMatchObject({ status: 200 });
    expect(await listing(rootKey)).toMatchObject({ status: 401 });
    expect(server.output()).not.toContain('root_from_the_environment');
  });

  it('are never made anew over a file that can’t be read', async () => {
    const dataDir = aDataFolder();
    writeFileSync(join(dataDir, 'secrets.json'), '{"rootKey": "root_');
    expectOneLine(await startAndEnd({ dataDir }), /^Tributary could not start: .*secrets\.json can't be read/);
    expect(readFileSync(join(dataDir, 'secrets.json'), 'utf8')).toBe('{"rootKey": "root_');
  });
});

/** The command a start printed for another API key. */
const keyCommand = ({ output }: RunningServer): string | undefined => /^another API key: (.*)$/m.exec(output())?.[1];

const missing = ['bash', 'curl', 'node'].filter((tool) => spawnSync(tool, ['--version']).error !== undefined);

describe('an API key that was lost', () => {
  /** Runs the printed command in bash and asks with the key it mints. */
  const whoHasIt = async (server: RunningServer, command: string, env: Record<string, string> = {}) => {
    const { stdout } = spawnSync('bash', ['-c', command], { encoding: 'utf8', env: { ...process.env, ...env } });
    const { key } = JSON.parse(stdout) as { key: string };
    return (await client(server.base, key)('GET', '/v1/merchant')).json.id;
  };

  it('is made again by a command that every later start prints, without the root key in it', async (context) => {
    if (missing.length > 0) context.skip(`needs ${missing.join(', ')}`);
    const dataDir = join(aDataFolder(), "it's here");
    const first = await start({ dataDir, env: { ROOT_KEY: '' } });
    expect(keyCommand(first)).toBeUndefined();
    const { rootKey } = JSON.parse(readFileSync(join(dataDir, 'secrets.json'), 'utf8')) as { rootKey: string };
    const { id } = await aMerchant({ base: first.base, rootKey });
    await first.stop();
    const second = await start({ dataDir, env: { ROOT_KEY: '' } });
    expect(await whoHasIt(second, keyCommand(second) ?? '')).toBe(id);
    expect(second.output()).not.toContain(rootKey);
    await second.stop();
    const third = await start({ dataDir, env: { ROOT_KEY: 'root_of_mine' } });
    expect(await whoHasIt(third, keyCommand(third) ?? '', { ROOT_KEY: 'root_of_mine' })).toBe(id);
    expect(third.output()).not.toContain('root_of_mine');
  });

  it('is for a merchant to be filled in where there are several', async () => {
    const dataDir = aDataFolder();
    const first = await start({ dataDir });
    await aMerchant(first);
    await aMerchant(first);
    await first.stop();
    expect(keyCommand(await start({ dataDir }))).toMatch(/\/v1\/merchants\/MERCHANT_ID\/api-keys$/);
  });
});

describe.concurrent('a start that can’t be', () => {
  it('on a folder in use says so, and leaves its user alone', async () => {
    const server = await start();
    const { apiKey } = await aMerchant(server);
    const second = await startAndEnd({ dataDir: server.dataDir });
    expectOneLine(second, /^Tributary could not start: .* is another server using this folder\?$/);
    expect(await client(server.base, apiKey)('GET', '/v1/merchant')).toMatchObject({ status: 200 });
  });

  it('does not wipe a demo that another process is still filling in', async () => {
    const server = await start();
    const { apiKey } = await aMerchant(server);
    writeFileSync(join(server.dataDir, 'demo-unfinished'), '');
    const second = await startAndEnd({ dataDir: server.dataDir, args: [] });
    expectOneLine(second, /is another server using this folder\?$/);
    expect(existsSync(join(server.dataDir, 'table', 'CURRENT'))).toBe(true);
    expect(await client(server.base, apiKey)('GET', '/v1/merchant')).toMatchObject({ status: 200 });
  });

  it('on a port in use says so before it fills in anything', async () => {
    const { base } = await start();
    const { port } = new URL(base);
    const dataDir = aDataFolder();
    const second = await startAndEnd({ dataDir, args: [], env: { PORT: port } });
    expectOneLine(second, new RegExp(`^Tributary could not start: PORT ${port} of 127.0.0.1 is in use`));
    expect(readdirSync(dataDir)).toEqual(['secrets.json']);
  });

  it('on an address that is not this machine’s says so', async () => {
    const env = { HOST: '192.0.2.1', PORT: String(await freePort()) };
    expectOneLine(await startAndEnd({ env }), /^Tributary could not start: PORT \d+ of HOST 192\.0\.2\.1 can't be/);
  });

  it('with an engine that does not answer names the setting', async () => {
    const DYNAMODB_ENDPOINT = `http://127.0.0.1:${await freePort()}`;
    expectOneLine(
      await startAndEnd({ env: { DYNAMODB_ENDPOINT } }),
      new RegExp(`^Tributary could not start: DYNAMODB_ENDPOINT ${DYNAMODB_ENDPOINT} can't be reached: .*ECONNREFUSED`),
    );
  });

  it('with a FALLBACK_URL that is no https URL says so', async () => {
    const FALLBACK_URL = 'http://brand.com';
    expectOneLine(
      await startAndEnd({ env: { FALLBACK_URL } }),
      /^Tributary could not start: FALLBACK_URL must be an https URL/,
    );
  });

  it.each(['localhost:8000', 'nonsense'])('with DYNAMODB_ENDPOINT=%j says what it must be', async (endpoint) => {
    expectOneLine(
      await startAndEnd({ env: { DYNAMODB_ENDPOINT: endpoint } }),
      /^Tributary could not start: DYNAMODB_ENDPOINT must be a URL such as http:\/\/localhost:8000, not/,
    );
  });

  it.each(['http', '65536', ' '])('with PORT=%j says so', async (PORT) => {
    expectOneLine(await startAndEnd({ env: { PORT } }), /^Tributary could not start: PORT must be 0 to 65535, not/);
  });

  it.each([[['--full']], [['--empty', 'now']]])('with %j says so', async (args) => {
    expectOneLine(await startAndEnd({ args }), /^Tributary could not start: Unknown option (--full|now);/);
  });

  it('on a folder that can’t be made says so', async () => {
    const dataDir = aDataFolder();
    writeFileSync(join(dataDir, 'file'), '');
    expectOneLine(await startAndEnd({ dataDir: join(dataDir, 'file', 'in') }), /^Tributary could not start: .*ENOTDIR/);
  });

  it('on a folder whose table is not ours to write says so', async (context) => {
    if (process.getuid?.() === 0) context.skip('root may write everywhere');
    const dataDir = aDataFolder();
    mkdirSync(join(dataDir, 'table'));
    chmodSync(join(dataDir, 'table'), 0o500);
    expectOneLine(await startAndEnd({ dataDir }), /^Tributary could not start: .*can't be opened/);
  });
});
