// The operator's commands against the running server: what they make is there, and what they print is what the API said.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aMerchant, client } from '../e2e/client.ts';
import { deliver, shopifyDelivery, shopifyOrder } from '../e2e/shop.ts';
import { type AdminOptions, type AdminRun, runAdmin } from '../support/admin.ts';
import { SHOPIFY_SECRET } from '../support/payloads/shopify.ts';
import { type RunningServer, startServer } from '../support/server.ts';

let server: RunningServer;
const folder = mkdtempSync(join(tmpdir(), 'admin-'));
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

/** The environment of whoever operates the local server. */
const operator = () => ({ PORT: new URL(server.base).port, DATA_DIR: server.dataDir, ROOT_KEY: server.rootKey });

const admin = (args: readonly string[], env: Record<string, string> = {}, more: AdminOptions = {}): Promise<AdminRun> =>
  runAdmin(args, { ...more, env: { ...operator(), ...env } });

/** Runs it and insists that it went well. */
const well = async (...run: Parameters<typeof admin>): Promise<string> => {
  const { code, stdout, stderr } = await admin(...run);
  if (code !== 0) throw new Error(`${run[0].join(' ')}: ${code} ${stderr}`);
  return stdout;
};

const fieldOf = (shown: string, field: string): string => new RegExp(`^${field} +(.+)$`, 'm').exec(shown)?.[1] ?? '';

const MERCHANT = ['--name', 'Peak Nutrition', '--currency', 'USD', '--time-zone', 'UTC'];
const HOSTS = ['--allowed-hosts', 'shop.example.com,www.example.com'];

/** A merchant of a test's own, with its key in the environment. */
const ownMerchant = async () => {
  const { id, apiKey } = await aMerchant(server);
  return { id, api: client(server.base, apiKey), env: { TRIBUTARY_KEY: apiKey } };
};

describe('merchant create', () => {
  it('makes the merchant with every field given, and shows a key that works', async () => {
    const more = ['--fallback-url', 'https://shop.example.com/', '--gross-margin-pct', '42.5'];
    const since = ['--customer-history-from', '2026-01-01'];
    const shown = await well(['merchant', 'create', ...MERCHANT, ...HOSTS, ...more, ...since]);
    const { json } = await client(server.base, fieldOf(shown, 'apiKey'))('GET', '/v1/merchant');
    expect(json).toMatchObject({
      id: fieldOf(shown, 'id'),
      name: 'Peak Nutrition',
      allowedHosts: ['shop.example.com', 'www.example.com'],
      fallbackUrl: 'https://shop.example.com/',
      grossMarginPct: 42.5,
      customerHistoryFrom: '2026-01-01',
    });
    expect(shown).toContain('shown this once');
  });

  it('with --json prints the answer and nothing else', async () => {
    const answer = JSON.parse(await well(['merchant', 'create', '--json', ...MERCHANT, ...HOSTS]));
    expect(answer).toMatchObject({ id: expect.stringMatching(/^mer_/), apiKey: expect.stringMatching(/^trb_live_/) });
    expect(answer.attribution.conflictPolicy).toBe('code_first');
  });

  it('tells each fault of a refused request with the code and the requestId, and exits with 1', async () => {
    const wrong = ['--name', 'x', '--currency', 'usd', '--time-zone', 'Mars', '--allowed-hosts', 'ok.example.com,a b'];
    const { code, stdout, stderr } = await admin(['merchant', 'create', ...wrong]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^The request is not valid \(invalid_request, 422\)$/m);
    expect(stderr).toMatch(/^ {2}\/currency: .* \(unknown_currency\)$/m);
    expect(stderr).toMatch(/^ {2}\/timeZone: .* \(unknown_time_zone\)$/m);
    expect(stderr).toMatch(/^ {2}\/allowedHosts\/1: /m);
    expect(stderr).toMatch(/^ {2}requestId: \S+$/m);
  });

  it('with --json gives the problem as it came, on standard error', async () => {
    const { stdout, stderr } = await admin(['merchant', 'create', '--json', ...MERCHANT, '--allowed-hosts', '']);
    expect(stdout).toBe('');
    expect(JSON.parse(stderr)).toMatchObject({ code: 'invalid_request', status: 422 });
  });
});

describe('merchant list', () => {
  it('shows names without what could steer a terminal or turn the line around', async () => {
    const { id } = await aMerchant(server, { name: 'Peak \u202enoitirtuN' });
    const line = (await well(['merchant', 'list'])).split('\n').find((one) => one.startsWith(id));
    expect(line).toContain('Peak \ufffdnoitirtuN');
    const { data } = JSON.parse(await well(['merchant', 'list', '--json']));
    expect(data).toContainEqual(expect.objectContaining({ id, name: 'Peak \u202enoitirtuN' }));
  });
});

describe('keys', () => {
  it('are minted with the root key, listed and revoked with one of the merchant’s own', async () => {
    const { id, env } = await ownMerchant();
    const minted = await well(['key', 'mint', '--merchant', id, '--name', 'reports', '--scopes', 'read']);
    const reader = client(server.base, fieldOf(minted, 'key'));
    expect(await reader('GET', '/v1/merchant')).toMatchObject({ status: 200 });
    expect(await well(['key', 'list'], env)).toMatch(/^key_\S+ +reports +read +/m);

    expect(await well(['key', 'revoke', fieldOf(minted, 'id')], env)).toMatch(/is revoked$/m);
    expect(await reader('GET', '/v1/merchant')).toMatchObject({ status: 401 });
    expect(await well(['key', 'list'], env)).not.toContain('reports');
  });

  it('are listed to the last page', async () => {
    const { api, env } = await ownMerchant();
    const names = Array.from({ length: 101 }, (_, i) => `key ${i}`);
    await Promise.all(names.map((name) => api('POST', '/v1/api-keys', { name, scopes: ['read'] })));
    const { data, nextCursor } = JSON.parse(await well(['key', 'list', '--json'], env));
    expect(new Set(data.map(({ name }: { name: string }) => name))).toEqual(new Set([...names, 'first admin key']));
    expect(nextCursor).toBeNull();
  });

  it('of a merchant are no use where the root key is asked for, which the refusal says', async () => {
    const { env } = await ownMerchant();
    const { code, stderr } = await admin(['merchant', 'list', '--key', '-'], {}, { stdin: `${env.TRIBUTARY_KEY}\n` });
    expect(code).toBe(1);
    expect(stderr).toContain('Only the root key may do this');
    expect(stderr).toContain('with the key of standard input');
    expect(stderr).not.toContain(env.TRIBUTARY_KEY);
  });
});

describe('stores', () => {
  it('are made with an address and a secret, listed, and given another secret', async () => {
    const { env } = await ownMerchant();
    const created = ['store', 'create', '--platform', 'standard', '--domain', 'shop.example.com'];
    const made = await well([...created, '--external-id', 'shop-ü'], env);
    expect(fieldOf(made, 'webhookUrl')).toBe(
      `http://localhost:${new URL(server.base).port}/webhooks/${fieldOf(made, 'id')}`,
    );
    expect(fieldOf(made, 'webhookSecret')).toMatch(/^whsec_/);
    expect(await well(['store', 'list'], env)).toContain(fieldOf(made, 'webhookUrl'));
    const rotated = await well(['store', 'rotate-secret', 'ext_shop-ü'], env);
    expect(fieldOf(rotated, 'webhookSecret')).toMatch(/^whsec_/);
    expect(fieldOf(rotated, 'webhookSecret')).not.toBe(fieldOf(made, 'webhookSecret'));
  });
});

describe('events', () => {
  /** A store that takes itself for another shop, and an order that failed because of it. */
  const aFailedEvent = async () => {
    const merchant = await ownMerchant();
    const path = join(folder, 'webhook-secret');
    writeFileSync(path, `${SHOPIFY_SECRET}\n`);
    const args = ['--platform', 'shopify', '--domain', 'other.myshopify.com', '--webhook-secret-file', path];
    const made = await well(['store', 'create', ...args], merchant.env);
    expect(made).not.toContain(SHOPIFY_SECRET);
    const storeId = fieldOf(made, 'id');
    const order = shopifyOrder({ id: 7001, at: Date.now() });
    const { json } = await deliver(server.base, storeId, shopifyDelivery('orders/paid', order));
    return { ...merchant, storeId, id: json.id };
  };

  it('that failed are listed, fail again while nothing has changed, and are all applied once it has', async () => {
    const { api, env, storeId, id } = await aFailedEvent();
    const listed = await well(['event', 'list', '--state', 'failed', '--store-id', storeId], env);
    expect(listed).toMatch(new RegExp(`^${id} .*orders/paid +failed +shop_domain_mismatch`, 'm'));
    expect(await well(['event', 'list', '--state', 'applied'], env)).toBe('none\n');

    const vain = await admin(['event', 'replay', id], env);
    expect(vain).toMatchObject({ code: 1, stdout: expect.stringMatching(/^1 replayed: 1 failed$/m) });
    expect(vain.stdout).toMatch(new RegExp(`^${id} +orders/paid +failed +shop_domain_mismatch +The delivery`, 'm'));
    await api('PATCH', `/v1/stores/${storeId}`, { domain: 'open-shop.myshopify.com' });
    expect(await well(['event', 'replay', '--state', 'failed'], env)).toMatch(/^1 replayed: 1 applied$/m);
    expect(await well(['event', 'replay', '--state', 'failed'], env)).toBe('0 replayed\n');
    expect((await api<{ data: unknown[] }>('GET', '/v1/orders')).json.data).toHaveLength(1);
  });

  it('that are not there are told, and those after them are replayed all the same', async () => {
    const { env, id } = await aFailedEvent();
    const { code, stdout, stderr } = await admin(['event', 'replay', 'evt_nonsense', id, '--json'], env);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^evt_nonsense: Not found \(not_found, 404\)$/m);
    expect(JSON.parse(stdout)).toMatchObject({ id, state: 'failed' });
  });
});

describe('roll-ups', () => {
  it('are run and waited for', async () => {
    const { env } = await ownMerchant();
    const days = ['--from', '2026-11-20', '--to', '2026-11-22'];
    const done = await well(['rollup', 'run', ...days, '--wait'], env);
    expect([fieldOf(done, 'state'), fieldOf(done, 'daysDone')]).toEqual(['done', '3']);
    const shown = JSON.parse(await well(['rollup', 'show', fieldOf(done, 'id'), '--json'], env));
    expect(shown).toMatchObject({ state: 'done', from: '2026-11-20', to: '2026-11-22' });
    const queued = JSON.parse(await well(['rollup', 'run', ...days, '--json'], env));
    expect(queued).toMatchObject({ id: expect.stringMatching(/^rup_/), state: 'queued' });
  });
});
