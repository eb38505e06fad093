// Whatever is thrown at it, the server answers as documented, says nothing of its insides, and goes on serving.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aServer, type ServerUnderTest } from '../support/server.ts';
import { aCampaign, type Campaign, daysAgo } from './campaign.ts';
import { client, jsonOf, listed, rollUp } from './client.ts';
import { deliver, follow, shopifyDelivery, shopifyOrder } from './shop.ts';

const MARKER_IP = '203.0.113.199';
const MARKER_AGENT = 'Mozilla/5.0 (X11; Linux x86_64) MarkerBrowser/7.13';

let server: ServerUnderTest;
let campaign: Campaign;
let other: Campaign;

beforeAll(async () => {
  server = await aServer();
  campaign = await aCampaign(server, { platform: 'shopify' });
  other = await aCampaign(server);
});
afterAll(() => server?.stop());

interface Refused {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

/** A problem document with that code, and nothing in it that tells of files, stacks or the engine. */
const expectProblem = ({ status, text, headers }: Refused, expected: number, code: string) => {
  expect([status, jsonOf<{ code: string }>(text).code]).toEqual([expected, code]);
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expectNoInsides(text);
};

const expectNoInsides = (text: string) => {
  expect(text).not.toMatch(/\bat .*\.[jt]s:\d+|node_modules|node:internal|dynalite|\/lib\/|\/functions\//);
};

const expectStillServing = async () => {
  expect(await client(server.base)('GET', '/health')).toMatchObject({ status: 200 });
  expect(await follow(server.base, campaign.sarah.link.slug)).toMatchObject({ status: 302 });
};

const eventCount = async () => (await listed(campaign.api, '/v1/webhook-events')).length;
const anOrder = (id: number) => shopifyDelivery('orders/paid', shopifyOrder({ id, at: Date.now() }));

describe('a webhook', () => {
  const order = () => anOrder(7_001);
  const send = (raw: Uint8Array | string, headers: Record<string, string | undefined> = {}) =>
    deliver(server.base, campaign.storeId, { raw: raw as Uint8Array, headers: { ...order().headers, ...headers } });

  it.each<[string, () => Promise<Refused>]>([
    ['without a signature', () => send(order().raw, { 'x-shopify-hmac-sha256': undefined })],
    ['with somebody’s signature', () => send(order().raw, { 'x-shopify-hmac-sha256': 'x'.repeat(44) })],
    [
      'with a signature of megabytes’ worth of nonsense',
      () => send(order().raw, { 'x-shopify-hmac-sha256': '='.repeat(9_000) }),
    ],
    ['cut off', () => send(order().raw.subarray(0, 500), order().headers)],
    ['without a body', () => send('', order().headers)],
  ])('%s is refused 401 and not kept', async (_, sent) => {
    const before = await eventCount();
    expectProblem(await sent(), 401, 'invalid_signature');
    expect(await eventCount()).toBe(before);
  });

  it.each([
    ['is not JSON', 'not_json', Buffer.from('<order id="1"/>')],
    ['is not UTF-8', 'not_json', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
    ['is nested beyond reason', 'not_json', Buffer.from(`${'['.repeat(200_000)}${']'.repeat(200_000)}`)],
    ['is a list', 'not_json', Buffer.from('[]')],
    ['is an empty object', 'shape_does_not_fit_topic', Buffer.from('{}')],
    [
      'sells for infinity',
      'invalid_payload',
      Buffer.from(JSON.stringify(shopifyOrder({ id: 1, at: 0 })).replaceAll('"60.00"', '"1e999"')),
    ],
  ])('that %s, but is signed, is kept as failed', async (_, reason, body) => {
    const { raw, headers } = shopifyDelivery('orders/paid', body as never);
    const reply = await deliver(server.base, campaign.storeId, { raw, headers });
    expect(reply).toMatchObject({ status: 200, json: { state: 'failed' } });
    const { json } = await campaign.api('GET', `/v1/webhook-events/${reply.json.id}`);
    expect(json).toMatchObject({ reason });
  });

  it('of 6 MB is refused 413', async () => {
    expectProblem(await send('x'.repeat(6_000_000)), 413, 'body_too_large');
  });

  it('of another content type is refused 415', async () => {
    expectProblem(await send(order().raw, { 'content-type': 'text/xml' }), 415, 'unsupported_media_type');
  });

  it.each(['sto_unknown', 'x', '..%2f..%2fetc', 'sto_%00', '%F0%9F%98%80', 'mer_1', '__proto__'])(
    'for store %s is refused 404',
    async (storeId) => {
      expectProblem(await deliver(server.base, storeId, order()), 404, 'not_found');
    },
  );

  it('signed for one merchant’s store is not another’s', async () => {
    expectProblem(await deliver(server.base, other.storeId, order()), 401, 'invalid_signature');
  });
});

describe('a short link', () => {
  it.each([
    'nope-nope',
    '..%2f..%2fetc%2fpasswd',
    '%00',
    '%F0%9F%98%80',
    '%ff%fe',
    '%',
    'a'.repeat(3_000),
    'constructor',
    '__proto__',
    'x;y=z',
    'sarah%0d%0aset-cookie:a=b',
  ])('that nobody made, %s, is a small page saying so', async (slug) => {
    const { status, headers, text } = await follow(server.base, slug);
    expect(status).toBe(404);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('set-cookie')).toBeNull();
    expectNoInsides(text);
  });

  it('never lets a visitor’s query choose where it leads', async () => {
    const query =
      '?redirect=https://evil.example&url=//evil.example&trb_click=clk_x&next=%0d%0alocation:x#@evil.example';
    const { location } = await follow(server.base, campaign.sarah.link.slug, { query });
    expect(location?.hostname).toBe('shop.example.com');
    expect(location?.href).not.toMatch(/evil/);
    expect(location?.searchParams.getAll('trb_click')).toHaveLength(1);
  });
});

describe('the API', () => {
  it('answers another merchant’s ids as if they were nobody’s', async () => {
    for (const path of [
      `creators/${campaign.sarah.id}`,
      `links/${campaign.sarah.link.id}`,
      `stores/${campaign.storeId}`,
    ]) {
      expectProblem(await other.api('GET', `/v1/${path}`), 404, 'not_found');
      expectProblem(await other.api('DELETE', `/v1/${path}`), 404, 'not_found');
    }
    expect(await listed(other.api, '/v1/webhook-events')).toEqual([]);
  });

  it('takes no key but a whole one', async () => {
    const path = '/v1/creators';
    for (const key of [undefined, '', 'trb_live_', `${campaign.apiKey}x`, campaign.apiKey.slice(0, -1), 'null']) {
      expectProblem(await client(server.base, key)('GET', path), 401, 'unauthorized');
    }
    const basic = { authorization: `Basic ${btoa(campaign.apiKey)}` };
    expectProblem(await client(server.base)('GET', path, undefined, basic), 401, 'unauthorized');
    expectProblem(await campaign.api('GET', '/v1/merchants'), 403, 'forbidden');
  });

  it('takes no cursor but its own', async () => {
    const page = (api: Campaign['api'], path: string, cursor: string) =>
      api<{ nextCursor: string }>('GET', `${path}?limit=1&cursor=${encodeURIComponent(cursor)}`);
    const { nextCursor } = (await campaign.api<{ nextCursor: string }>('GET', '/v1/creators?limit=1')).json;
    expect(await page(campaign.api, '/v1/creators', nextCursor)).toMatchObject({ status: 200 });
    const forged = `${nextCursor.slice(0, -2)}${nextCursor.endsWith('A') ? 'BB' : 'AA'}`;
    for (const cursor of [forged, 'zzz', 'null', '\u0000', 'e30']) {
      expectProblem(await page(campaign.api, '/v1/creators', cursor), 400, 'invalid_cursor');
    }
    expectProblem(await page(campaign.api, '/v1/links', nextCursor), 400, 'invalid_cursor');
    expectProblem(await page(other.api, '/v1/creators', nextCursor), 400, 'invalid_cursor');
  });

  it.each<[string, string | Uint8Array, Record<string, string>, number, string]>([
    ['is not JSON', '{"name":', {}, 400, 'malformed_json'],
    ['is not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), {}, 400, 'malformed_json'],
    ['is a form', 'name=x', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'unsupported_media_type'],
    ['is a list', '[]', {}, 422, 'invalid_request'],
    ['reaches for the prototype', '{"__proto__": {"a": 1}, "name": "x"}', {}, 422, 'invalid_request'],
    ['is too large', `{"name": "${'x'.repeat(6_000_000)}"}`, {}, 413, 'body_too_large'],
  ])('refuses a body that %s', async (_, body, headers, status, code) => {
    expectProblem(await campaign.api('POST', '/v1/creators', body, headers), status, code);
  });

  it.each(['/v1', '/v1/', '/v1/nothing', '/v1/creators/', '/v1/creators/x/y', '/.env', '/v1/..%2f', '//v1/creators'])(
    'has nothing at %s',
    async (path) => {
      const { status, text } = await campaign.api('GET', path);
      expect(status).toBe(404);
      expectNoInsides(text);
    },
  );
});

describe('what is left of all this', () => {
  const filesUnder = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));

  it('holds no address and no e-mail, neither in the folder nor in the output', async (context) => {
    const { dataDir, output } = server;
    if (!dataDir || !output) return context.skip('the server under test is not ours to look into');
    const forwarded = { 'x-forwarded-for': MARKER_IP, forwarded: `for=${MARKER_IP}`, 'x-real-ip': MARKER_IP };
    const { clickId } = await follow(server.base, campaign.mike.link.slug, {
      headers: { ...forwarded, 'user-agent': MARKER_AGENT, referer: `https://x.example/?email=marker@example.com` },
    });
    const sale = { id: 7_003, at: Date.now(), clickId, customer: 'marker' };
    const client_details = { browser_ip: MARKER_IP };
    const { raw, headers } = shopifyDelivery(
      'orders/paid',
      shopifyOrder(sale, { browser_ip: MARKER_IP, client_details }),
    );
    const delivery = { raw, headers: { ...headers, ...forwarded } };
    expect(await deliver(server.base, campaign.storeId, delivery)).toMatchObject({ json: { state: 'applied' } });
    await deliver(server.base, campaign.storeId, {
      ...delivery,
      headers: { ...delivery.headers, 'x-shopify-hmac-sha256': '' },
    });
    await rollUp(campaign.api, daysAgo(1), daysAgo(-1));

    const files = filesUnder(dataDir).map((path) => readFileSync(path).toString('latin1'));
    // The user agent is kept, so the search does find what is there.
    expect(files.some((text) => text.includes('MarkerBrowser/7.13'))).toBe(true);
    for (const text of [...files, output()]) {
      expect(text.includes(MARKER_IP)).toBe(false);
      expect(/[a-z0-9]@example\.com/i.test(text)).toBe(false);
    }
    expectNoInsides(output());
  });

  it('is a server that still serves', expectStillServing);
});
