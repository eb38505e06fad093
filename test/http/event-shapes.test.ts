// The event shapes API Gateway, function URLs and REST APIs send: each reaches the operation it names, none is a fault.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Route } from '../../lib/contracts/route.ts';
import type { GatewayEvent } from '../../lib/http/request.ts';
import { answeredOf, type TestApi, testApi } from '../support/http.ts';
import { aStandardDelivery } from '../support/payloads/standard.ts';
import { aWorld, PHONE, someOrder, type World } from '../support/world.ts';

let api: TestApi;
let world: World;
beforeAll(async () => {
  api = await testApi();
  world = await aWorld(api);
});
afterAll(() => api.close());

const send = async (serves: Route['serves'], event: GatewayEvent) =>
  answeredOf(await api.handlers[serves](event, undefined as never));

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  readonly body?: string;
}

const context = { domainName: 'id.execute-api.us-east-1.amazonaws.com', requestId: 'shape' };
const MIXED_CASE = (headers: Sent['headers'] = {}) =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.replace(/(^|-)./g, (c) => c.toUpperCase()), value]),
  );

const payload2 = (sent: Sent, routeKey: string, over: Partial<GatewayEvent> = {}): GatewayEvent => ({
  version: '2.0',
  routeKey,
  rawPath: sent.path,
  rawQueryString: sent.query ?? '',
  headers: sent.headers ?? {},
  ...(sent.cookies && { cookies: sent.cookies }),
  requestContext: { ...context, stage: '$default', http: { method: sent.method } },
  ...(sent.body !== undefined && { body: sent.body }),
  isBase64Encoded: false,
  ...over,
});

const payload1 = (sent: Sent, stage: string): GatewayEvent => ({
  version: '1.0',
  httpMethod: sent.method,
  path: sent.path,
  headers: MIXED_CASE(sent.headers),
  multiValueHeaders: {
    ...Object.fromEntries(Object.entries(MIXED_CASE(sent.headers)).map(([name, value]) => [name, [value]])),
    ...(sent.cookies && { Cookie: sent.cookies }),
  },
  multiValueQueryStringParameters: sent.query
    ? Object.fromEntries([...new URLSearchParams(sent.query)].map(([name, value]) => [name, [value]]))
    : null,
  pathParameters: null,
  requestContext: { ...context, stage },
  body: sent.body ?? null,
  isBase64Encoded: false,
});

const SHAPES: readonly [string, (sent: Sent) => GatewayEvent][] = [
  ['$default of an HTTP API', (sent) => payload2(sent, '$default')],
  [
    'ANY /{proxy+} of an HTTP API',
    (sent) => payload2(sent, 'ANY /{proxy+}', { pathParameters: { proxy: sent.path.slice(1) } }),
  ],
  [
    'a function URL, everything in base64',
    (sent) =>
      payload2(sent, '$default', {
        ...(sent.body !== undefined && { body: Buffer.from(sent.body).toString('base64'), isBase64Encoded: true }),
      }),
  ],
  [
    'a named stage',
    (sent) =>
      payload2({ ...sent, path: `/prod${sent.path}` }, '$default', {
        requestContext: { ...context, stage: 'prod', http: { method: sent.method } },
      }),
  ],
  [
    'headers in the case of their sender',
    (sent) => payload2({ ...sent, headers: MIXED_CASE(sent.headers) }, '$default'),
  ],
  ['a REST API in payload 1.0', (sent) => payload1(sent, 'prod')],
  ['a REST API whose stage is called v1', (sent) => payload1(sent, 'v1')],
];

describe.each(SHAPES)('%s', (_name, shape) => {
  const authorization = () => ({ authorization: `Bearer ${world.key}` });

  it('reaches operations, with their path, query and body', async () => {
    const made = await send(
      'api',
      shape({
        method: 'POST',
        path: '/v1/creators',
        headers: { ...authorization(), 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'Zoë ✓', tags: ['shape'] }),
      }),
    );
    expect([made.status, made.json.name]).toEqual([201, 'Zoë ✓']);
    const read = await send(
      'api',
      shape({ method: 'GET', path: `/v1/creators/${made.json.id}`, headers: authorization() }),
    );
    expect(read.json.id).toBe(made.json.id);
    const listed = await send(
      'api',
      shape({ method: 'GET', path: '/v1/creators', query: 'limit=1&tag=shape', headers: authorization() }),
    );
    expect([listed.status, listed.json.data.length]).toEqual([200, 1]);
    const refused = await send('api', shape({ method: 'GET', path: '/v1/creators', headers: {} }));
    expect([refused.status, refused.json.requestId]).toEqual([401, 'shape']);
    expect((await send('api', shape({ method: 'GET', path: '/health' }))).json).toEqual({ status: 'ok' });
    expect((await send('api', shape({ method: 'GET', path: '/nothing/here' }))).status).toBe(404);
  });

  it('reaches stores, their signature over the bytes they sent', async () => {
    const externalId = `shape-${SHAPES.findIndex(([name]) => name === _name)}`;
    const { raw, headers } = aStandardDelivery(
      { type: 'order.paid', data: someOrder(api, { externalId, name: 'Ünï' }) },
      { seconds: Math.floor(api.clock.now / 1000), secret: world.store.webhookSecret, id: `msg_${externalId}` },
    );
    const answer = await send(
      'webhook',
      shape({
        method: 'POST',
        path: `/webhooks/${world.store.id}`,
        headers: { ...(headers as Record<string, string>), 'content-type': 'application/json' },
        body: Buffer.from(raw).toString('utf8'),
      }),
    );
    expect(answer.json).toMatchObject({ state: 'applied' });
  });

  it('reaches links, with the query of the visitor and the cookie back and forth', async () => {
    const follow = (cookies: string[]) =>
      send(
        'redirect',
        shape({
          method: 'GET',
          path: `/${world.sarah.link.slug}`,
          query: 'from=bio',
          headers: { 'user-agent': PHONE },
          cookies,
        }),
      );
    const first = await follow([]);
    expect([first.status, new URL(first.headers.location ?? '').searchParams.get('from')]).toEqual([302, 'bio']);
    const cookie = /^(trb_v=[^;]+)/.exec(first.cookies[0] ?? '')?.[1] as string;
    expect((await follow(['a=1', cookie])).cookies[0]).toContain(cookie);
  });
});

describe('an event without most of itself', () => {
  it('is answered, never a fault', async () => {
    for (const event of [
      {},
      { version: '2.0' },
      { requestContext: {} },
      { headers: null, body: null },
    ] as GatewayEvent[]) {
      for (const serves of ['api', 'webhook', 'redirect'] as const) {
        expect((await send(serves, event)).status).toBeLessThan(500);
      }
    }
  });
});

const FOLDER = new URL('../../../shared/fixtures/webhooks/apigateway/', import.meta.url);
const files = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith('.json')) : [];

describe('recorded events', () => {
  if (files.length === 0) it.skip('are not beside this clone, so none is sent');

  it.each(files)('%s goes through every handler without a fault', async (name) => {
    const event = JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as GatewayEvent;
    for (const serves of ['api', 'webhook', 'redirect'] as const) {
      const answer = await send(serves, event);
      expect([serves, answer.status]).toEqual([serves, expect.toBeOneOf([302, 400, 401, 404, 415, 422])]);
    }
    // The same event, sent to a path of ours.
    const own = { ...event, rawPath: '/health', path: '/health', routeKey: '$default' } as GatewayEvent;
    const answer = await send('api', {
      ...own,
      ...(own.httpMethod && { httpMethod: 'GET' }),
      requestContext: { ...own.requestContext, ...(own.requestContext?.http && { http: { method: 'GET' } }) },
    });
    expect([answer.status, answer.json]).toEqual([200, { status: 'ok' }]);
  });
});
