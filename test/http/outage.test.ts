// While the table can't be reached: callers are told to wait, shops to try again, and shoppers go on all the same.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTable } from '../../lib/table/sdk-client.ts';
import type { Ask } from '../../lib/table/table.ts';
import { type Call, handlersOf, type TestApi, testApi } from '../support/http.ts';
import { aWorld, deliver, follow, placeOrder, someOrder, type World } from '../support/world.ts';

let api: TestApi;
let world: World;
/** The same handlers over a table nobody listens for. */
let away: TestApi;

beforeAll(async () => {
  api = await testApi();
  world = await aWorld(api);
  const table = openTable({ name: 'tributary', endpoint: 'http://127.0.0.1:1', region: 'local' });
  const service = { ...api.service, table };
  away = { ...api, service, ...handlersOf(service) };
});
afterAll(() => api.close());

describe('the management API', () => {
  it('answers 503 with Retry-After, and nothing of what is inside', async () => {
    for (const [method, path] of [
      ['GET', '/v1/creators'],
      ['POST', '/v1/creators'],
      ['GET', '/health'],
    ] as const) {
      const answer = await away.call(method, path, {
        key: world.key,
        ...(method === 'POST' && { body: { name: 'A' } }),
      });
      expect([answer.status, answer.json.code, answer.headers['retry-after']]).toEqual([503, 'unavailable', '5']);
      expect(answer.text).not.toMatch(/127\.0\.0\.1|ECONN|tributary'|\.ts/);
    }
  });
});

describe('a webhook', () => {
  it('is not said to be kept: the shop will send it again', async () => {
    expect((await deliver(away, world.store, 'order.paid', someOrder(api))).status).toBe(503);
    expect(await placeOrder(api, world.store)).toMatchObject({ state: 'applied' });
  });
});

describe('a short link', () => {
  it('known to the process still redirects, without a click id that would lead nowhere', async () => {
    let down = false;
    const { table } = api.service;
    const ask: Ask = (operation, input) =>
      down ? Promise.reject(Object.assign(new Error('down'), { name: 'TimeoutError' })) : table.ask(operation, input);
    const service = { ...api.service, table: { ...table, ask } };
    const { call, handlers }: { call: Call; handlers: TestApi['handlers'] } = handlersOf(service);
    const shop = { ...api, service, call, handlers };
    expect((await follow(shop, world.sarah.link.slug)).status).toBe(302);
    down = true;
    const answer = await follow(shop, world.sarah.link.slug);
    expect([answer.status, answer.cookies]).toEqual([302, []]);
    const { searchParams } = new URL(answer.headers.location ?? '');
    expect([searchParams.get('utm_medium'), searchParams.has('trb_click')]).toEqual(['creator', false]);
  });

  it('not known to the process is the small page, never a fault', async () => {
    const answer = await follow(away, world.mike.link.slug);
    expect([answer.status, answer.headers['cache-control']]).toEqual([404, 'private, no-store']);
  });
});
