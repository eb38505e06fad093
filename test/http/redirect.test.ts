// A short link followed: where it leads, what the answer carries, what is kept of the click.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Answered, aGatewayEvent, answeredOf, type Json, type TestApi, testApi } from '../support/http.ts';
import { aMerchant, aWorld, clickIdOf, follow, itemsIn, PHONE, rollUp, type World } from '../support/world.ts';

let api: TestApi;
let world: World;
beforeAll(async () => {
  api = await testApi();
});
beforeEach(async () => {
  world = await aWorld(api);
});
afterAll(() => api.close());

const slug = () => world.sarah.link.slug;
const clicksOf = async (): Promise<Json[]> =>
  (await itemsIn(api)).filter(({ pk, l }) => pk.startsWith(`CLK#${world.merchant.id}#`) && l === world.sarah.link.id);
const locationOf = (answer: Answered) => new URL(answer.headers.location as string);
const cookieOf = (answer: Answered) => /^trb_v=([^;]+)/.exec(answer.cookies[0] ?? '')?.[1];

describe('the answer', () => {
  it('is a 302 that nobody keeps, indexes or gives the path of to another origin', async () => {
    const answer = await follow(api, slug());
    expect(answer.status).toBe(302);
    expect(answer.text).toBe('');
    expect(answer.headers).toMatchObject({
      'cache-control': 'private, no-store',
      'referrer-policy': 'no-referrer-when-downgrade',
      'x-robots-tag': 'noindex',
    });
    const location = locationOf(answer);
    expect(location.origin + location.pathname + location.hash).toBe('https://shop.example.com/p/protein#top');
    expect(Object.fromEntries(location.searchParams)).toEqual({
      ref: 'x',
      utm_source: 'instagram',
      utm_medium: 'creator',
      utm_campaign: 'launch',
      trb_click: expect.stringMatching(/^clk_[A-Za-z0-9_-]{54}$/),
    });
  });

  it('comes once the click is in the table', async () => {
    const referer = 'https://l.instagram.com/u=secret?x=1';
    const answer = await follow(api, slug(), { headers: { referer, 'x-forwarded-for': '203.0.113.9' } });
    const [click, ...more] = await clicksOf();
    expect(more).toEqual([]);
    expect(click).toMatchObject({ u: PHONE, r: 'l.instagram.com' });
    expect(JSON.stringify(click)).not.toMatch(/203\.0\.113\.9|secret/);
    expect(clickIdOf(answer)).not.toBeNull();
    expect(JSON.stringify(click)).not.toContain(cookieOf(answer));
  });

  it('sets the visitor cookie for 400 days, for this origin alone', async () => {
    const { cookies } = await follow(api, slug());
    expect(cookies).toEqual([
      expect.stringMatching(
        /^trb_v=20261120\.[A-Za-z0-9_-]{22}; Max-Age=34560000; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      ),
    ]);
  });
});

describe('the cookie', () => {
  it('that came is kept, and makes one visitor of several clicks', async () => {
    const cookie = cookieOf(await follow(api, slug())) as string;
    api.clock.advance(11_000);
    const again = await follow(api, slug(), { cookies: ['other=1', `trb_v=${cookie}`] });
    expect(cookieOf(again)).toBe(cookie);
    await rollUp(world, '2026-11-20');
    const { totals } = await world.get('/v1/reports/performance', { from: '2026-11-20', to: '2026-11-20' });
    expect(totals).toMatchObject({ clicks: 2, uniqueClicks: 1 });
  });

  it('that is no cookie of ours is replaced', async () => {
    const random = 'A'.repeat(22);
    for (const forged of [
      '',
      'x',
      `20261120.${random}A`,
      `20271120.${random}`,
      `20240101.${random}`,
      `20261320.${random}`,
      `99999999.${random}`,
      `20261120.${'<'.repeat(22)}`,
    ]) {
      const cookie = cookieOf(await follow(api, slug(), { cookies: [`trb_v=${forged}`] }));
      expect(cookie).not.toBe(forged);
      expect(cookie).toMatch(/^20261120\./);
    }
  });
});

describe('who asks not to be tracked', () => {
  it.each([[{ 'sec-gpc': '1' }], [{ dnt: '1' }]])(
    'by %j gets no cookie and no click id, and is counted',
    async (headers) => {
      const known = cookieOf(await follow(api, slug())) as string;
      const answer = await follow(api, slug(), { headers: headers as never, cookies: [`trb_v=${known}`] });
      expect([answer.status, answer.cookies]).toEqual([302, []]);
      expect(locationOf(answer).searchParams.has('trb_click')).toBe(false);
      expect(locationOf(answer).searchParams.get('utm_medium')).toBe('creator');
      expect((await clicksOf()).map(({ sk }) => sk.startsWith('~')).sort()).toEqual([false, true]);
      await rollUp(world, '2026-11-20');
      const { totals } = await world.get('/v1/reports/performance', { from: '2026-11-20', to: '2026-11-20' });
      expect(totals).toMatchObject({ clicks: 2, uniqueClicks: 2 });
    },
  );

  it('is not whoever sends 0', async () => {
    const answer = await follow(api, slug(), { headers: { dnt: '0', 'sec-gpc': '0' } });
    expect(answer.cookies).toHaveLength(1);
  });
});

describe('what a hit is', () => {
  it('is told apart when it is read: people, bots, unfurlers, prefetches, probes, repeats', async () => {
    const cookie = cookieOf(await follow(api, slug())) as string;
    await follow(api, slug(), { cookies: [`trb_v=${cookie}`] });
    await follow(api, slug(), {
      headers: { 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' },
    });
    await follow(api, slug(), { headers: { 'user-agent': '' } });
    await follow(api, slug(), {
      headers: { 'user-agent': 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)' },
    });
    await follow(api, slug(), { headers: { 'sec-purpose': 'prefetch;prerender' } });
    await follow(api, slug(), { headers: { purpose: 'prefetch' } });
    await follow(api, slug(), { headers: { 'x-moz': 'prefetch' } });
    const probe = await follow(api, slug(), { method: 'HEAD' });
    expect([probe.status, probe.cookies, probe.text]).toEqual([302, [], '']);
    await rollUp(world, '2026-11-20');
    const { totals } = await world.get('/v1/reports/performance', { from: '2026-11-20', to: '2026-11-20' });
    expect(totals).toMatchObject({
      clicks: 1,
      uniqueClicks: 1,
      excludedClicks: { bot: 2, preview: 1, prefetch: 3, probe: 1, duplicate: 1, internal: 0 },
    });
  });
});

describe("the visitor's own query", () => {
  const sent = async (query: string) => locationOf(await follow(api, slug(), { query }));

  it("is kept in order, the link's parameters winning", async () => {
    const { search } = await sent('a=1&utm_medium=evil&b=&a=2&REF=y&c=%20%2B&d');
    expect(search.replace(/&trb_click=[^&]+/, '')).toBe(
      '?ref=x&utm_source=instagram&utm_medium=creator&utm_campaign=launch&a=1&b=&a=2&c=%20%2B&d',
    );
  });

  it('never brings a click id, nor a parameter that redirects again', async () => {
    const { searchParams, search } = await sent(
      'trb_click=clk_forged&TRB_x=1&redirect=//evil.example.net&return_to=/x&url=a&next=b&checkout_url=c&Next%5B%5D=d&ok=1',
    );
    expect(searchParams.getAll('trb_click')).toHaveLength(1);
    expect(search).not.toMatch(/forged|evil|return_to|next|checkout_url/i);
    expect(searchParams.get('ok')).toBe('1');
  });

  it('can break neither the header nor the address', async () => {
    const answer = await follow(api, slug(), {
      query: `x=%0d%0aSet-Cookie:%20a=b&y=\r\nLocation: https://evil&z=${'é'.repeat(9000)}`,
    });
    expect(answer.headers.location).not.toMatch(/[\r\n\s]/);
    expect((answer.headers.location as string).length).toBeLessThanOrEqual(8000);
    expect(locationOf(answer).host).toBe('shop.example.com');
  });
});

describe('a slug that leads nowhere', () => {
  const notFound = (answer: Answered) => {
    expect(answer.status).toBe(404);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'private, no-store',
      'x-robots-tag': 'noindex',
      'referrer-policy': 'no-referrer-when-downgrade',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'",
    });
    expect(answer.text).toContain('This link leads nowhere');
    expect(answer.text).not.toMatch(/<script|https?:/);
    expect(answer.cookies).toEqual([]);
  };

  it('is a small page, whatever was asked for', async () => {
    const odd = [
      'nope-nope',
      'ab',
      'a'.repeat(65),
      'a'.repeat(3000),
      '..',
      '%00',
      '..%2f..%2fetc%2fpasswd',
      '%F0%9F%98%80',
      '😀',
      'a b',
      '<script>',
      '%',
      '%zz',
    ];
    for (const one of odd) notFound(await follow(api, one));
    notFound(await follow(api, 'nope-nope', { method: 'HEAD' }));
  });

  it('does not store a click', async () => {
    await follow(api, 'nope-nope');
    expect(await clicksOf()).toEqual([]);
  });

  it('is the same page at paths of several parts, and a slash at the end is no part', async () => {
    for (const path of [`/${slug()}/more`, '/wp-admin/setup.php', '//evil.example'])
      notFound(await api.call('GET', path));
    const followed = await api.call('GET', `/${slug()}/`, { headers: { 'user-agent': PHONE } });
    expect(clickIdOf(followed)).toMatch(/^clk_/);
    expect(await clicksOf()).toHaveLength(1);
  });

  it('is a problem to programs: in paths of the API and to other methods, as the API itself has it', async () => {
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE']) {
      const path = method === 'GET' || method === 'HEAD' ? '/v1/nothing/here' : `/${slug()}`;
      const event = { ...aGatewayEvent('GET', path), routeKey: '$default' };
      const asked = { ...event, requestContext: { ...event.requestContext, http: { method } } };
      const [ours, theirs] = await Promise.all(
        (['redirect', 'api'] as const).map(async (name) =>
          answeredOf(await api.handlers[name](asked, undefined as never)),
        ),
      );
      expect([ours?.status, ours?.json]).toEqual([404, theirs?.json]);
      const same = ['content-type', 'cache-control', 'content-security-policy', 'x-content-type-options'];
      for (const name of same) expect([name, ours?.headers[name]]).toEqual([name, theirs?.headers[name]]);
    }
    const unrouted = await api.call('POST', `/${slug()}`);
    expect([unrouted.status, unrouted.json.code]).toEqual([404, 'not_found']);
  });
});

describe('a link that has expired', () => {
  const expiring = async (owner: World) =>
    owner.make('/v1/links', {
      creatorId: owner.sarah.creator.id,
      campaignId: owner.campaign.id,
      expiresAt: new Date(api.clock.now + 1000).toISOString(),
    });

  it("leads to the merchant's fallback, without click id or cookie, or else nowhere", async () => {
    const link = await expiring(world);
    expect((await follow(api, link.slug)).headers.location).toContain('/p/protein');
    api.clock.advance(1000);
    expect((await follow(api, link.slug)).status).toBe(404);
    await world.call('PATCH', '/v1/merchant', { body: { fallbackUrl: 'https://shop.example.com/all' } });
    const answer = await follow(api, link.slug);
    expect([answer.status, answer.headers.location, answer.cookies]).toEqual([302, 'https://shop.example.com/all', []]);
    expect(answer.headers['cache-control']).toBe('private, no-store');
  });

  it('works again when its time is moved', async () => {
    const link = await expiring(world);
    api.clock.advance(2000);
    await world.call('PATCH', `/v1/links/${link.id}`, { body: { expiresAt: null } });
    expect((await follow(api, link.slug)).headers.location).toContain('/p/protein');
  });
});

describe('a link minted a moment after somebody tried its address', () => {
  it('works within seconds', async () => {
    expect((await follow(api, 'soon-there')).status).toBe(404);
    const owner = await aMerchant(api);
    const creator = await owner.make('/v1/creators', { name: 'Soon' });
    await owner.make('/v1/links', {
      creatorId: creator.id,
      destinationUrl: 'https://shop.example.com/',
      slug: 'soon-there',
    });
    api.clock.advance(5_000);
    expect((await follow(api, 'soon-there')).status).toBe(302);
  });
});

describe("a host taken from the merchant's", () => {
  it('stays that of links minted before, until they are patched to another', async () => {
    const owner = await aMerchant(api, { allowedHosts: ['shop.example.com', 'old.example.com'] });
    const creator = await owner.make('/v1/creators', { name: 'Olly' });
    const link = await owner.make('/v1/links', { creatorId: creator.id, destinationUrl: 'https://old.example.com/a' });
    await owner.call('PATCH', '/v1/merchant', { body: { allowedHosts: ['shop.example.com'] } });
    expect((await follow(api, link.slug)).headers.location).toMatch(/^https:\/\/old\.example\.com\/a\?/);
    const untouched = await owner.call('PATCH', `/v1/links/${link.id}`, { body: { placement: 'story' } });
    expect(untouched.status).toBe(422);
    await owner.call('PATCH', `/v1/links/${link.id}`, { body: { destinationUrl: 'https://shop.example.com/b' } });
    api.clock.advance(61_000);
    expect((await follow(api, link.slug)).headers.location).toMatch(/^https:\/\/shop\.example\.com\/b\?/);
  });
});
