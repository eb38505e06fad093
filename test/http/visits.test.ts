// What the browser script is served as, and what is made of the events it sends.
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { browserScript } from '../../functions/redirect/browser-script.ts';
import { createAllowance } from '../../functions/redirect/events-allowance.ts';
import { aGatewayEvent, type CallOptions, type Json, type TestApi, testApi } from '../support/http.ts';
import { aWorld, clickIdOf, follow, itemsIn, type World } from '../support/world.ts';

const DAY = '2026-11-20';
const SHOP = 'https://shop.example.com';
const ADDRESS = '203.0.113.9';

let api: TestApi;
let world: World;
let click: string;
beforeAll(async () => {
  api = await testApi();
});
beforeEach(async () => {
  world = await aWorld(api);
  click = clickIdOf(await follow(api, world.sarah.link.slug)) as string;
});
afterAll(() => api.close());

const sent = (body: unknown, { headers = {}, ...options }: CallOptions = {}) =>
  api.call('POST', '/e', {
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { origin: SHOP, 'content-type': 'text/plain;charset=UTF-8', 'x-forwarded-for': ADDRESS, ...headers },
    ...options,
  });
const told = (events: readonly Json[], over: Json = {}, options: CallOptions = {}) =>
  sent({ merchant: world.merchant.id, click, events, ...over }, options);
const visits = async (): Promise<Json> => (await world.call('GET', '/v1/visits', { query: { day: DAY } })).json;
const kept = async (): Promise<Json[]> =>
  (await itemsIn(api)).filter(({ pk }) => pk.startsWith(`VST#${world.merchant.id}#`));

describe('/t.js', () => {
  it('is a script for any page, kept for an hour, under 2,000 bytes on the wire', async () => {
    const plain = await api.call('GET', '/t.js');
    expect([plain.status, plain.text]).toEqual([200, browserScript]);
    expect(plain.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=3600, stale-while-revalidate=86400',
      'access-control-allow-origin': '*',
      'x-content-type-options': 'nosniff',
      vary: 'accept-encoding',
    });
    const event = aGatewayEvent('GET', '/t.js', { headers: { 'accept-encoding': 'br, gzip' } });
    const answer = await api.handlers.redirect(event, undefined as never);
    const bytes = Buffer.from(answer.body, 'base64');
    expect([answer.isBase64Encoded, answer.headers['content-encoding']]).toEqual([true, 'gzip']);
    expect(gunzipSync(bytes).toString()).toBe(browserScript);
    expect(bytes.length).toBeLessThan(2_000);
  });
});

describe('a batch of events', () => {
  it('is kept beside its click, in one small item without anything about who sent it', async () => {
    const events = [{ type: 'visit' }, { type: 'engaged', seconds: 9 }, { type: 'engaged', seconds: 3 }];
    const answer = await told(events);
    expect([answer.status, answer.text, answer.cookies]).toEqual([204, '', []]);
    expect(answer.headers).toMatchObject({ 'access-control-allow-origin': SHOP, vary: 'origin' });
    const items = await kept();
    expect(items).toEqual([
      { pk: expect.any(String), sk: expect.any(String), v: 1, n: 1, s: 12, expires: expect.any(Number) },
    ]);
    const [clicked] = (await itemsIn(api)).filter(({ pk }) => pk.startsWith(`CLK#${world.merchant.id}#`));
    expect(items[0].sk.startsWith(`${clicked?.sk}#`)).toBe(true);
    expect(JSON.stringify(items)).not.toContain(ADDRESS);
  });

  it('is read back by link: who stayed, who left at once', async () => {
    const other = clickIdOf(await follow(api, world.mike.link.slug));
    await told([{ type: 'visit' }]);
    await told([{ type: 'page' }, { type: 'engaged', seconds: 4 }]);
    await told([{ type: 'signup' }]);
    await told([{ type: 'visit' }], { click: other });
    const { data, totals, withoutClick, complete } = await visits();
    const bySlug = Object.fromEntries(data.map((row: Json) => [row.linkSlug, row]));
    expect(bySlug[world.sarah.link.slug]).toMatchObject({
      ...{ linkId: world.sarah.link.id, creatorId: world.sarah.creator.id },
      ...{ visits: 1, engagedVisits: 1, bounces: 0, engagedSeconds: 4, signups: 1 },
    });
    expect(bySlug[world.mike.link.slug]).toMatchObject({ visits: 1, engagedVisits: 0, bounces: 1, signups: 0 });
    expect(totals).toEqual({ visits: 2, engagedVisits: 1, bounces: 1, engagedSeconds: 4, signups: 1 });
    expect([withoutClick, complete]).toEqual([{ visits: 0, engagedSeconds: 0, signups: 0 }, true]);
  });

  it('of a bot’s click counts nowhere', async () => {
    const crawler = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
    const followed = await follow(api, world.sarah.link.slug, { headers: { 'user-agent': crawler } });
    expect((await told([{ type: 'visit' }], { click: clickIdOf(followed) })).status).toBe(204);
    expect(await kept()).toHaveLength(1);
    expect((await visits()).data).toEqual([]);
  });

  it('of a link that the browser fetched ahead counts: the script ran, so the page was shown', async () => {
    const ahead = async (purpose: string) =>
      clickIdOf(await follow(api, world.sarah.link.slug, { headers: { 'sec-purpose': purpose } }));
    await told([{ type: 'visit' }], { click: await ahead('prefetch') });
    expect((await visits()).totals).toMatchObject({ visits: 1, bounces: 1 });
    // In a page that was drawn ahead it runs before anybody sees it.
    const drawn = await ahead('prefetch;prerender');
    await told([{ type: 'visit' }], { click: drawn });
    expect((await visits()).totals).toMatchObject({ visits: 1, bounces: 1 });
    await told([{ type: 'engaged', seconds: 3 }], { click: drawn });
    expect((await visits()).totals).toMatchObject({ visits: 2, bounces: 2, engagedSeconds: 3 });
  });

  it.each<Record<string, string>>([{ 'sec-gpc': '1' }, { dnt: '1' }])(
    'sent with %o is of no click',
    async (headers) => {
      await told([{ type: 'visit' }], {}, { headers });
      expect((await kept())[0].sk).toMatch(/^~#/);
      expect(await visits()).toMatchObject({ data: [], withoutClick: { visits: 1 } });
    },
  );

  it('about another merchant’s click is of no click', async () => {
    const other = await aWorld(api);
    const theirs = clickIdOf(await follow(api, other.sarah.link.slug));
    await told([{ type: 'visit' }], { click: theirs });
    expect(await visits()).toMatchObject({ data: [], withoutClick: { visits: 1 } });
  });

  it('can add only so much to a link, however often it is sent', async () => {
    for (let i = 0; i < 8; i++) {
      await told([{ type: 'visit' }, { type: 'signup' }, { type: 'engaged', seconds: 3_600 }]);
    }
    expect((await visits()).totals).toEqual({
      ...{ visits: 1, engagedVisits: 1, bounces: 0, engagedSeconds: 14_400, signups: 5 },
    });
  });

  it('about one click is taken thirty times a minute', async () => {
    const statuses = [];
    // The last character of an id has bits to spare: it can be written in sixteen ways.
    const alike = `${click.slice(0, -1)}${String.fromCharCode(click.charCodeAt(click.length - 1) + 1)}`;
    for (let i = 0; i < 31; i++)
      statuses.push((await told([{ type: 'page' }], { click: i % 2 ? click : alike })).status);
    expect(statuses.filter((status) => status === 204)).toHaveLength(30);
    expect(statuses.at(-1)).toBe(429);
    api.clock.advance(60_000);
    expect((await told([{ type: 'page' }])).status).toBe(204);
  });

  it('about clicks that are made up is taken as often as without one, in a minute, whatever they are called', async () => {
    const taken = async (idOf: (i: number) => string, times: number) => {
      const statuses: number[] = [];
      for (let i = 0; i < times; i++) statuses.push((await told([{ type: 'page' }], { click: idOf(i) })).status);
      return statuses.filter((status) => status === 204).length;
    };
    expect(await taken((i) => `clk_${String(i).padStart(54, 'x')}`, 3_001)).toBe(3_000);
    expect(await taken(() => '', 1)).toBe(0);
    expect(await kept()).toHaveLength(3_000);
    expect(await taken(() => click, 1)).toBe(1);
    api.clock.advance(60_000);
    expect(await taken(() => '', 1)).toBe(1);
  }, 60_000);
});

describe('what is taken in a minute', () => {
  it('of one click or merchant is not made more by however many others', () => {
    const allows = createAllowance(() => 0);
    const times = (n: number, allowed: () => boolean) => Array.from({ length: n }, allowed).filter(Boolean).length;
    expect(times(31, () => allows('mer_a', 'clk_a'))).toBe(30);
    expect(times(3_001, () => allows('mer_a', null))).toBe(3_000);
    for (let i = 0; i < 9_999; i++) allows('mer_a', `clk_${i}`);
    expect([allows('mer_a', 'clk_a'), allows('mer_a', null), allows('mer_b', null)]).toEqual([false, false, true]);
  });
});

describe('what is no batch', () => {
  it.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['no object', '[]'],
    ['no events', '{"merchant":"mer_x","events":[]}'],
    ['too many events', JSON.stringify({ merchant: 'mer_x', events: Array(21).fill({ type: 'page' }) })],
    ['an unknown event', '{"merchant":"mer_x","events":[{"type":"other"}]}'],
    ['negative seconds', '{"merchant":"mer_x","events":[{"type":"engaged","seconds":-1}]}'],
    ['parts of seconds', '{"merchant":"mer_x","events":[{"type":"engaged","seconds":1.5}]}'],
    ['hours', '{"merchant":"mer_x","events":[{"type":"engaged","seconds":3601}]}'],
    ['consent without a word', '{"merchant":"mer_x","events":[{"type":"consent"}]}'],
    ['a click that is none', '{"merchant":"mer_x","click":"x","events":[{"type":"page"}]}'],
    ['no merchant', '{"events":[{"type":"page"}]}'],
  ])('is refused: %s', async (_what, body) => {
    const answer = await sent(body);
    expect([answer.status, answer.headers['content-type']]).toEqual([400, 'text/plain; charset=utf-8']);
  });

  it('is refused unread when it is over 8 kB', async () => {
    expect((await sent(' '.repeat(8_193))).status).toBe(413);
  });
});

describe('a page', () => {
  const from = (headers: Record<string, string>) => told([{ type: 'visit' }], {}, { headers });

  it('of the merchant’s hosts is told by its origin, else by the referrer', async () => {
    expect((await from({ origin: 'null', referer: `${SHOP}/p/protein` })).status).toBe(204);
  });

  it.each([
    ['another host', { origin: 'https://shop.example.com.evil.example' }],
    ['a host within', { origin: 'https://a.shop.example.com' }],
    ['another port', { origin: 'https://shop.example.com:8443' }],
    ['an unsafe page', { origin: 'http://shop.example.com' }],
    ['nowhere', { origin: '' }],
  ])('of %s is refused, and nothing kept', async (_what, headers) => {
    const answer = await from(headers);
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([403, undefined]);
    expect(await kept()).toEqual([]);
  });

  it('of a merchant that is not there is refused alike', async () => {
    expect((await told([{ type: 'visit' }], { merchant: 'mer_nobody' })).status).toBe(403);
  });
});

describe('consent', () => {
  const consent = (given: boolean, options: CallOptions = {}) => told([{ type: 'consent', given }], {}, options);

  it('given sets the cookies of the short links’ domain, and keeps the visitor there is', async () => {
    const { cookies } = await consent(true);
    expect(cookies).toEqual([
      'trb_consent=1; Max-Age=34560000; Path=/; HttpOnly; Secure; SameSite=Lax',
      expect.stringMatching(/^trb_v=20261120\.[\w-]{22}; Max-Age=34560000; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
    ]);
    const visitor = cookies[1]?.split(';')[0] as string;
    expect((await consent(true, { cookies: [visitor] })).cookies[1]).toContain(visitor);
    expect(await kept()).toEqual([]);
  });

  it('taken back removes them', async () => {
    const gone = ['trb_consent', 'trb_v'].map((name) => `${name}=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax`);
    expect((await consent(false)).cookies).toEqual(gone);
    expect((await consent(true, { headers: { 'sec-gpc': '1' } })).cookies).toEqual(gone);
  });
});

describe('GET /v1/visits', () => {
  it('is another merchant’s own, and needs a key that reads', async () => {
    await told([{ type: 'visit' }]);
    const other = await aWorld(api);
    expect((await other.call('GET', '/v1/visits', { query: { day: DAY } })).json.data).toEqual([]);
    expect((await api.call('GET', '/v1/visits', { query: { day: DAY } })).status).toBe(401);
  });

  it('leaves as CSV too', async () => {
    await told([{ type: 'visit' }]);
    const { text } = await world.call('GET', '/v1/visits', { query: { day: DAY }, headers: { accept: 'text/csv' } });
    const [head, row] = text.split('\r\n');
    expect(head).toBe('linkId,linkSlug,creatorId,campaignId,visits,engagedVisits,bounces,engagedSeconds,signups');
    expect(row).toContain(`${world.sarah.link.id},${world.sarah.link.slug}`);
  });
});
