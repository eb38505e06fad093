// Bio pages: handles, what a page lists, and what its visitor gets when there is nothing to list.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Answered, aGatewayEvent, answeredOf, type Json, type TestApi, testApi } from '../support/http.ts';
import { aCreator, aLink, aMerchant, follow, type Owner } from '../support/world.ts';

const ALL = 'https://shop.example.com/all';

let api: TestApi;
let owner: Owner;
let sarah: Json;
let handles = 0;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());
beforeEach(async () => {
  owner = await aMerchant(api);
  sarah = await aCreator(owner);
});

const errorsOf = (answer: Answered) => answer.json.errors.map(({ pointer, code }: Json) => [pointer, code]);
const post = (over: object = {}) =>
  owner.call('POST', '/v1/bio-pages', { body: { creatorId: sarah.id, handle: `sarah${++handles}`, ...over } });
const aPage = async (over: object = {}): Promise<Json> => {
  const answer = await post(over);
  expect(answer.status).toBe(201);
  return answer.json;
};
const open = (handle: string, options = {}) => follow(api, `@${handle}`, options);
const listed = (answer: Answered) =>
  [...answer.text.matchAll(/<a href="\/([^"]+)"[^>]*>([^<]*)</g)].map((m) => [m[1], m[2]]);

describe('a bio page', () => {
  it("lists the creator's links in order, each a short link like any other", async () => {
    const [shop, story] = [await aLink(owner, sarah), await aLink(owner, sarah, { slug: 'story-of-mine' })];
    const page = await aPage({
      handle: 'Sarah.Lim_',
      text: 'Protein and more. #ad',
      links: [
        { linkId: story.id, title: 'My story' },
        { linkId: shop.id, title: 'The shop' },
      ],
    });
    expect(page).toMatchObject({ handle: 'sarah.lim_', domain: null, title: null, language: 'en' });
    expect(page.url).toBe('http://localhost:8787/@sarah.lim_');
    const answer = await open('SARAH.lim_');
    expect([answer.status, answer.cookies]).toEqual([200, []]);
    expect(listed(answer)).toEqual([
      ['story-of-mine', 'My story'],
      [shop.slug, 'The shop'],
    ]);
    expect(answer.text).toContain('<title>Sarah Lim</title>');
    expect(answer.text).toContain('<p dir="auto">Protein and more. #ad</p>');
    expect((await follow(api, 'story-of-mine')).headers.location).toContain('trb_click=clk_');
  });

  it('is found by its escaped address too, which a function’s own URL passes on as it came', async () => {
    const { handle } = await aPage();
    const asked = async (rawPath: string) => {
      const event = { ...aGatewayEvent('GET', rawPath), pathParameters: null };
      return answeredOf(await api.handlers.redirect(event, undefined as never));
    };
    const page = await open(handle);
    for (const path of [`/@${handle}`, `/%40${handle}`, `/%40${handle}/`]) {
      expect(await asked(path)).toMatchObject({ status: 200, text: page.text });
    }
    for (const path of ['/%40%zz', '/%', `/%2540${handle}`, `/x%2F%40${handle}`]) {
      expect((await asked(path)).status).toBe(404);
    }
  });

  it('is kept for as long as a link is, allows nothing but its style, and may be indexed', async () => {
    const { headers } = await open((await aPage()).handle);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'public, max-age=60',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer-when-downgrade',
    });
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    expect(headers).not.toHaveProperty('x-robots-tag');
    expect((await follow(api, `@sarah${handles}`, { method: 'HEAD' })).status).toBe(200);
  });

  it('says what was entered and nothing else, whatever that is', async () => {
    const link = await aLink(owner, sarah);
    const evil = '"><script>alert(1)</script>&amp;';
    const page = await aPage({ title: evil, text: evil, language: 'pt-br', links: [{ linkId: link.id, title: evil }] });
    const { text } = await open(page.handle);
    expect(text).toContain('<html lang="pt-BR">');
    expect(text).not.toContain('<script');
    expect(text.match(/&#34;&gt;&lt;script&gt;alert\(1\)&lt;\/script&gt;&amp;amp;/g)).toHaveLength(6);
  });

  it('stays under 15 kB with all it may hold', async () => {
    const domain = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(50)}.example`;
    await owner.make('/v1/domains', { domain });
    const links = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        const link = await aLink(owner, sarah, { domain, slug: `${i}`.padEnd(64, 'x') });
        return { linkId: link.id, title: '&"'.repeat(30) };
      }),
    );
    const handle = 'h'.repeat(64);
    await aPage({ domain, handle, title: '&"'.repeat(40), text: '&"'.repeat(150), links });
    const answer = await open(handle, { host: domain });
    expect(listed(answer)).toHaveLength(20);
    const size = Buffer.byteLength(answer.text);
    console.info(`the largest bio page has ${size} bytes`);
    expect(size).toBeLessThan(15_000);
    expect(errorsOf(await post({ links: [...links, links[0]] }))).toMatchObject([['/links', 'too_big']]);
  });
});

describe('what a bio page leaves out', () => {
  it('are links that are archived, expired or no longer the creator’s', async () => {
    const [stays, goes, ends, moves] = await Promise.all(
      [{}, {}, { expiresAt: new Date(api.clock.now + 60_000).toISOString() }, { externalId: 'moves' }].map((over) =>
        aLink(owner, sarah, over),
      ),
    );
    const links = [stays, goes, ends, moves].map((link) => ({ linkId: link.id, title: 'One' }));
    const page = await aPage({ links });
    const slugs = async () => listed(await open(page.handle)).map(([slug]) => slug);
    expect(await slugs()).toEqual([stays.slug, goes.slug, ends.slug, moves.slug]);
    await owner.call('DELETE', `/v1/links/${goes.id}`);
    const mike = await aCreator(owner, { name: 'Mike' });
    const body = { creatorId: mike.id, destinationUrl: 'https://shop.example.com/' };
    expect((await owner.call('PUT', '/v1/links/ext_moves', { body })).status).toBe(200);
    api.clock.advance(60_000);
    await expect.poll(slugs).toEqual([stays.slug]);
    // It is no list at all once nothing is left.
    await owner.call('PATCH', `/v1/bio-pages/${page.id}`, { body: { links: [] } });
    api.clock.advance(60_000);
    await expect.poll(async () => (await open(page.handle)).text).not.toContain('<nav');
  });

  it.each(['bio-pages', 'creators'])('is all of it once its %s are archived: then the fallback', async (kind) => {
    const page = await aPage();
    expect((await open(page.handle)).status).toBe(200);
    await owner.call('DELETE', `/v1/${kind}/${kind === 'creators' ? sarah.id : page.id}`);
    expect((await open(page.handle)).status).toBe(200);
    api.clock.advance(60_000);
    await expect.poll(async () => (await open(page.handle)).status).toBe(404);
    await owner.call('PATCH', '/v1/merchant', { body: { fallbackUrl: ALL } });
    const gone = await open(page.handle);
    expect([gone.status, gone.headers.location]).toEqual([302, ALL]);
  });
});

describe('a handle', () => {
  it('is one page on each domain', async () => {
    const { domain } = await owner.make('/v1/domains', { domain: 'bio.brand.com', fallbackUrl: ALL });
    const link = await aLink(owner, sarah, { domain });
    const [here, there] = [
      await aPage({ handle: 'both' }),
      await aPage({ handle: 'both', domain, links: [{ linkId: link.id, title: 'There' }] }),
    ];
    expect([there.domain, there.url]).toEqual([domain, 'https://bio.brand.com/@both']);
    expect(listed(await open('both'))).toEqual([]);
    const answer = await open('both', { host: domain });
    expect(listed(answer)).toEqual([[link.slug, 'There']]);
    expect(answer.text).toContain('<meta property="og:url" content="https://bio.brand.com/@both">');
    expect((await open('nobody', { host: domain })).headers.location).toBe(ALL);
    const found = (await owner.get('/v1/bio-pages', { handle: 'BOTH' })).data;
    expect(found.map(({ id }: Json) => id).sort()).toEqual([here.id, there.id].sort());
    const other = await aMerchant(api);
    const creator = await aCreator(other);
    const taken = await other.call('POST', '/v1/bio-pages', { body: { creatorId: creator.id, handle: 'BOTH' } });
    expect([taken.status, taken.json.code]).toEqual([409, 'handle_taken']);
    expect((await other.get('/v1/bio-pages', { handle: 'both' })).data).toEqual([]);
  });

  it('is what networks take for one, and nothing else leads to a page', async () => {
    for (const handle of ['', '.a', '-a', 'a b', 'a/b', 'ä', '@a', 'a'.repeat(65)]) {
      expect(errorsOf(await post({ handle }))).toMatchObject([['/handle', expect.any(String)]]);
    }
    for (const odd of ['', '@', '%00', '..', '__proto__', 'a'.repeat(3000), '<script>']) {
      expect((await open(odd)).status).toBe(404);
    }
  });

  it('stays, while the rest of a page changes', async () => {
    const link = await aLink(owner, sarah);
    const links = [{ linkId: link.id, title: 'Shop' }];
    const page = await aPage({ externalId: 'page', handle: 'stays', links });
    const patched = await owner.call('PATCH', `/v1/bio-pages/${page.id}`, { body: { title: 'New', text: null } });
    expect(patched.json).toMatchObject({ handle: 'stays', title: 'New', text: null, links });
    const put = (over: object) =>
      owner.call('PUT', '/v1/bio-pages/ext_page', { body: { creatorId: sarah.id, handle: 'stays', ...over } });
    expect((await put({})).json).toMatchObject({ title: null, links: [] });
    expect(errorsOf(await put({ handle: 'moves' }))).toEqual([['/handle', 'fixed']]);
  });
});

describe('an entry', () => {
  it("is a link of the creator's on the page's domain", async () => {
    const mike = await aCreator(owner, { name: 'Mike' });
    const { domain } = await owner.make('/v1/domains', { domain: `entry${++handles}.brand.com` });
    const [theirs, there] = [await aLink(owner, mike), await aLink(owner, sarah, { domain })];
    const stranger = await aMerchant(api);
    const foreign = await aLink(stranger, await aCreator(stranger));
    const links = [theirs, there, foreign].map(({ id }) => ({ linkId: id, title: 'x' }));
    expect(errorsOf(await post({ links }))).toEqual([
      ['/links/0/linkId', 'other_creator'],
      ['/links/1/linkId', 'other_domain'],
      ['/links/2/linkId', 'unknown_reference'],
    ]);
    expect(errorsOf(await post({ language: 'not a language' }))).toEqual([['/language', 'invalid_language']]);
  });
});
