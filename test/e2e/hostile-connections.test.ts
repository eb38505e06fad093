// Requests no HTTP client would send, over bare sockets: each gets its status, and the server goes on serving.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aServer, type ServerUnderTest } from '../support/server.ts';
import { aCampaign, type Campaign } from './campaign.ts';
import { client, jsonOf, listed } from './client.ts';
import { exchange, head, type RawAnswer } from './raw-socket.ts';
import { follow, shopifyDelivery, shopifyOrder } from './shop.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

let server: ServerUnderTest;
let campaign: Campaign;

beforeAll(async () => {
  server = await aServer();
  campaign = await aCampaign(server, { platform: 'shopify' });
});
afterAll(() => server?.stop());

const expectStillServing = async () => {
  expect(await client(server.base)('GET', '/health')).toMatchObject({ status: 200 });
  expect(await follow(server.base, campaign.sarah.link.slug)).toMatchObject({ status: 302 });
};

const anOrder = (id: number) => shopifyDelivery('orders/paid', shopifyOrder({ id, at: Date.now() }));

describe('a connection', () => {
  const body = '{"name":"Ida"}';
  const creators = (headers: Record<string, string | number>) =>
    head('POST /v1/creators', { authorization: `Bearer ${campaign.apiKey}`, ...JSON_TYPE, ...headers });
  const statuses = (answers: readonly RawAnswer[]) => answers.map(({ status }) => status);

  it('may send its body in chunks, slowly, and is answered in full', async () => {
    const chunks = [...body].map((letter) => `1\r\n${letter}\r\n`);
    const slowly = chunks.flatMap((chunk) => [chunk, 10]);
    const [answer] = await exchange(server, [creators({ 'transfer-encoding': 'chunked' }), ...slowly, '0\r\n\r\n']);
    expect(answer?.status).toBe(201);
    expect(jsonOf(answer?.body ?? '')).toMatchObject({ name: 'Ida' });
  });

  it('that signs a chunked webhook is believed over the same bytes', async () => {
    const { raw, headers } = anOrder(7_002);
    const [first, rest] = [raw.subarray(0, 700), raw.subarray(700)];
    const sent = { ...headers, ...JSON_TYPE, 'transfer-encoding': 'chunked' } as Record<string, string>;
    const chunk = (part: Uint8Array) => [`${part.length.toString(16)}\r\n`, part, '\r\n'];
    const steps = [head(`POST /webhooks/${campaign.storeId}`, sent), ...chunk(first), 30, ...chunk(rest), '0\r\n\r\n'];
    const [answer] = await exchange(server, steps);
    expect(jsonOf(answer?.body ?? '')).toMatchObject({ state: 'applied' });
  });

  it('is refused when chunks are no chunks, or lengths contradict each other', async () => {
    const bad = await exchange(server, [creators({ 'transfer-encoding': 'chunked' }), 'zz\r\n{}\r\n']);
    expect(statuses(bad)).toEqual([400]);
    const both = creators({ 'transfer-encoding': 'chunked', 'content-length': body.length });
    expect(statuses(await exchange(server, [both, body]))).toEqual([400]);
    const twice = creators({ 'content-length': 3 }).replace('\r\n\r\n', '\r\ncontent-length: 4\r\n\r\n');
    expect(statuses(await exchange(server, [twice, body]))).toEqual([400]);
    await expectStillServing();
  });

  it('that promises more than it sends makes nothing', async () => {
    const creatorCount = async () => (await listed(campaign.api, '/v1/creators')).length;
    const before = await creatorCount();
    const answers = await exchange(server, [creators({ 'content-length': 500 }), body, 50], {
      end: true,
      waitMs: 1_500,
    });
    expect(statuses(answers).filter((status) => status < 400)).toEqual([]);
    expect(await creatorCount()).toBe(before);
    await expectStillServing();
  });

  it('that sends more than it promised has the rest read as another request, and refused', async () => {
    const request = creators({ 'content-length': body.length });
    const answers = await exchange(server, [request, body, 'garbage\r\n\r\n'], { expected: 2, waitMs: 1_000 });
    // The connection is cut at the garbage, perhaps before the good request's answer.
    expect(statuses(answers).at(-1)).toBe(400);
  });

  it('with thousands of headers, or one huge one, is refused 431', async () => {
    const many = Object.fromEntries(Array.from({ length: 4_000 }, (_, n) => [`x-${n}`, 'y']));
    expect(statuses(await exchange(server, [head('GET /health', many)]))).toEqual([431]);
    expect(statuses(await exchange(server, [head('GET /health', { cookie: 'x'.repeat(100_000) })]))).toEqual([431]);
    await expectStillServing();
  });

  it('may send requests without waiting, and has them answered in order', async () => {
    const get = (path: string) => head(`GET ${path}`, { authorization: `Bearer ${campaign.apiKey}` });
    const paths = [`/v1/creators/${campaign.sarah.id}`, '/v1/nothing', '/health', `/v1/creators/${campaign.mike.id}`];
    const answers = await exchange(server, [paths.map(get).join('')], { expected: 4 });
    expect(statuses(answers)).toEqual([200, 404, 200, 200]);
    expect(jsonOf(answers[0]?.body ?? '')).toMatchObject({ name: 'Sarah Lim' });
    expect(jsonOf(answers[3]?.body ?? '')).toMatchObject({ name: 'Mike Özil' });
  });

  it('gets no body for HEAD, on a link or anywhere else', async () => {
    for (const [path, status] of [
      [`/${campaign.mike.link.slug}`, 302],
      ['/nope-nope', 404],
      ['/v1/creators', 404],
    ]) {
      const request = head(`HEAD ${path}`, { authorization: `Bearer ${campaign.apiKey}` });
      const [answer] = await exchange(server, [request], { headOnly: true });
      expect([path, answer?.status]).toEqual([path, status]);
    }
  });

  it.each([
    'BREW / HTTP/1.1',
    'GET',
    '\u0000\u0001\u0002',
    'GET / HTTP/9.9',
    'get /health HTTP/1.1',
    '\u0016\u0003\u0001\u0002',
  ])('that speaks no HTTP (%j) is refused 400', async (line) => {
    const answers = await exchange(server, [`${line}\r\nhost: localhost\r\n\r\n`]);
    expect(statuses(answers)).toEqual([400]);
    await expectStillServing();
  });

  it.each([
    ['GET /../../etc/passwd', 404],
    ['GET /%2e%2e', 404],
    ['OPTIONS *', 404],
    ['PUT /v1/creators', 404],
    ['TRACE /health', 404],
    ['GET http://evil.example/health', 404],
    ['DELETE /nope-nope', 404],
  ])('asking for %s is told there is nothing', async (line, status) => {
    expect(statuses(await exchange(server, [head(line)]))).toEqual([status]);
  });
});
