// Domains of a merchant's own: who may claim which, links on them, and where the rest of them leads.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRedirect } from '../../functions/redirect.ts';
import type { GatewayHandler } from '../../infra/local/gateway.ts';
import { type Answered, aGatewayEvent, answeredOf, type Json, type TestApi, testApi } from '../support/http.ts';
import { aCreator, aLink, aMerchant, follow, type Owner } from '../support/world.ts';
import { failingTable, wrappedTable } from '../support/wrapped-table.ts';

const ALL = 'https://shop.example.com/all';
const TODAY = 'https://shop.example.com/today';

let api: TestApi;
let owner: Owner;
let sarah: Json;
let domains = 0;
beforeAll(async () => {
  api = await testApi();
  owner = await aMerchant(api);
  sarah = await aCreator(owner);
});
afterAll(() => api.close());

const errorsOf = (answer: Answered) => answer.json.errors.map(({ pointer, code }: Json) => [pointer, code]);
const post = (body: unknown, by = owner) => by.call('POST', '/v1/domains', { body });
const aDomain = async (over: object = {}, by = owner): Promise<Json> =>
  by.make('/v1/domains', { domain: `go${++domains}.brand.com`, ...over });
const at = (host: string, slug: string, options = {}) => follow(api, slug, { host, ...options });
const whereTo = async (host: string, slug: string) => {
  const { status, headers } = await at(host, slug);
  return status === 302 ? headers.location?.split('?')[0] : status;
};

describe('a domain', () => {
  it('is claimed by one merchant, in whatever form it is written', async () => {
    const domain = await aDomain({ domain: 'Go.BÜCHER.example', externalId: 'books' });
    expect(domain).toMatchObject({ domain: 'go.xn--bcher-kva.example', fallbackUrl: null, archivedAt: null });
    const other = await aMerchant(api);
    for (const by of [owner, other]) {
      const taken = await post({ domain: 'go.bücher.example' }, by);
      expect([taken.status, taken.json.code]).toEqual([409, 'domain_taken']);
    }
    expect((await other.call('GET', `/v1/domains/${domain.id}`)).status).toBe(404);
    expect((await other.get('/v1/domains', { domain: 'go.xn--bcher-kva.example' })).data).toEqual([]);
    expect((await owner.get('/v1/domains', { domain: 'GO.bücher.example' })).data).toEqual([domain]);
    expect((await owner.get('/v1/domains')).data).toContainEqual(domain);
  });

  it('is claimed once by many who ask at once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => post({ domain: 'race.brand.com' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)]);
  });

  it("is a host's name, and not the deployment's own", async () => {
    for (const domain of ['', 'https://go.brand.com', 'localhost', '10.0.0.1', 'go.brand.com:443', '~', 'a#b.com']) {
      expect(errorsOf(await post({ domain }))).toEqual([['/domain', 'invalid_host']]);
    }
    expect(errorsOf(await post({ domain: 'x1.execute-api.us-east-1.amazonaws.com' }))).toEqual([
      ['/domain', 'own_domain'],
    ]);
    expect(errorsOf(await post({ domain: 'f.brand.com', fallbackUrl: 'https://evil.example.net/' }))).toEqual([
      ['/fallbackUrl', 'host_not_allowed'],
    ]);
  });

  it('keeps its name; its fallback changes', async () => {
    const domain = await aDomain({ externalId: 'kept', fallbackUrl: ALL });
    const changed = await owner.call('PATCH', `/v1/domains/${domain.id}`, { body: { fallbackUrl: TODAY } });
    expect(changed.json).toMatchObject({ domain: domain.domain, fallbackUrl: TODAY });
    const renamed = await owner.call('PUT', '/v1/domains/ext_kept', { body: { domain: 'other.brand.com' } });
    expect(errorsOf(renamed)).toEqual([['/domain', 'fixed']]);
    expect(
      (await owner.call('PUT', '/v1/domains/ext_kept', { body: { domain: domain.domain } })).json.fallbackUrl,
    ).toBe(null);
  });
});

describe('a link on a domain', () => {
  it('has its address there, and a slug that is unique there alone', async () => {
    const { domain } = await aDomain();
    const [there, here] = [
      await aLink(owner, sarah, { domain, slug: 'summer', destinationUrl: 'https://shop.example.com/there' }),
      await aLink(owner, sarah, { slug: 'summer', destinationUrl: 'https://shop.example.com/here' }),
    ];
    expect([there.domain, there.shortUrl]).toEqual([domain, `https://${domain}/summer`]);
    expect([here.domain, here.shortUrl]).toEqual([null, 'http://localhost:8787/summer']);
    expect(await whereTo(domain, 'summer')).toBe('https://shop.example.com/there');
    expect(await whereTo(domain.toUpperCase(), 'SUMMER')).toBe('https://shop.example.com/there');
    // A name may end in a dot, which says that nothing is left out of it; not by it is another shop led to.
    for (const dot of ['.', '..']) expect(await whereTo(domain + dot, 'summer')).toBe('https://shop.example.com/there');
    expect(await whereTo('localhost', 'summer')).toBe('https://shop.example.com/here');
    const taken = await owner.call('POST', '/v1/links', {
      body: { creatorId: sarah.id, destinationUrl: ALL, domain, slug: 'Summer' },
    });
    expect(taken.json.code).toBe('slug_taken');
    const listed = (await owner.get('/v1/links', { slug: 'summer' })).data;
    expect(listed.map(({ id }: Json) => id).sort()).toEqual([there.id, here.id].sort());
  });

  it('is counted, and its clicks are imported, like any other', async () => {
    const { domain } = await aDomain();
    const link = await aLink(owner, sarah, { domain, slug: 'counted' });
    const hit = await at(domain, 'counted');
    expect(hit.headers.location).toContain('trb_click=clk_');
    expect(hit.cookies[0]).toMatch(/^trb_v=/);
    const lines = [
      { slug: 'counted', domain, at: '2026-11-19T10:00:00Z', externalId: 'there' },
      { slug: 'counted', at: '2026-11-19T10:00:00Z', externalId: 'nowhere' },
    ];
    const body = lines.map((line) => JSON.stringify(line)).join('\n');
    const { json } = await owner.call('POST', '/v1/imports/clicks', {
      body,
      headers: { 'content-type': 'application/x-ndjson' },
    });
    expect([json.accepted, json.rejected]).toMatchObject([1, [{ line: 2, code: 'unknown_slug' }]]);
    expect((await owner.get(`/v1/links/${link.id}`)).domain).toBe(domain);
  });

  it("is made on a domain of one's own alone, stays there, and keeps working when that is archived", async () => {
    const domain = await aDomain();
    const theirs = await aDomain({}, await aMerchant(api));
    const body = { creatorId: sarah.id, destinationUrl: ALL };
    for (const host of [theirs.domain, 'unclaimed.brand.com']) {
      const refused = await owner.call('POST', '/v1/links', { body: { ...body, domain: host } });
      expect(errorsOf(refused)).toEqual([['/domain', 'unknown_domain']]);
    }
    await owner.make('/v1/links', { ...body, domain: domain.domain, slug: 'posted', externalId: 'posted' });
    expect((await owner.call('DELETE', `/v1/domains/${domain.id}`)).status).toBe(204);
    api.clock.advance(60_000);
    expect(await whereTo(domain.domain, 'posted')).toBe(ALL);
    const late = await owner.call('POST', '/v1/links', { body: { ...body, domain: domain.domain } });
    expect(errorsOf(late)).toEqual([['/domain', 'unknown_domain']]);
    const put = (over: object) => owner.call('PUT', '/v1/links/ext_posted', { body: { ...body, ...over } });
    expect((await put({})).json).toMatchObject({ domain: domain.domain, slug: 'posted' });
    const other = await aDomain();
    expect(errorsOf(await put({ domain: other.domain }))).toEqual([['/domain', 'fixed']]);
    expect((await owner.call('PATCH', '/v1/links/ext_posted', { body: { placement: 'bio' } })).status).toBe(200);
    // Still claimed: what was posted must never lead to somebody else's shop.
    expect((await post({ domain: domain.domain }, await aMerchant(api))).json.code).toBe('domain_taken');
  });
});

describe('what no link is on a domain', () => {
  it("leads to the domain's fallback, else its merchant's, else nowhere", async () => {
    const other = await aMerchant(api);
    const domain = await aDomain({}, other);
    await aLink(owner, sarah, { slug: 'elsewhere' });
    for (const slug of ['nope-nope', 'ab', '..', 'elsewhere']) expect(await whereTo(domain.domain, slug)).toBe(404);
    await other.call('PATCH', '/v1/merchant', { body: { fallbackUrl: ALL } });
    for (const slug of ['nope-nope', 'ab', '..', 'elsewhere']) expect(await whereTo(domain.domain, slug)).toBe(ALL);
    const root = await api.call('GET', '/', { host: domain.domain });
    expect([root.status, root.headers.location, root.cookies]).toEqual([302, ALL, []]);
    expect((await api.call('GET', '/robots.txt', { host: domain.domain })).status).toBe(200);
    await other.call('PATCH', `/v1/domains/${domain.id}`, { body: { fallbackUrl: TODAY } });
    api.clock.advance(60_000);
    await expect.poll(() => whereTo(domain.domain, 'nope-nope')).toBe(TODAY);
    expect(await whereTo('localhost', 'nope-nope')).toBe(404);
  });

  it('is where its ended links lead that have no fallback of their own', async () => {
    const { domain } = await aDomain({ fallbackUrl: TODAY });
    const ending = { domain, expiresAt: new Date(api.clock.now + 1000).toISOString() };
    const plain = await aLink(owner, sarah, ending);
    const own = await aLink(owner, sarah, { ...ending, fallbackUrl: ALL });
    api.clock.advance(1000);
    expect([await whereTo(domain, plain.slug), await whereTo(domain, own.slug)]).toEqual([TODAY, ALL]);
  });
});

describe('a host that nobody has claimed', () => {
  it("serves the deployment's own links, and a claim takes effect within seconds", async () => {
    const link = await aLink(owner, sarah);
    expect(await whereTo('later.brand.com', link.slug)).toBe('https://shop.example.com/');
    await aDomain({ domain: 'later.brand.com', fallbackUrl: TODAY });
    api.clock.advance(5_000);
    expect(await whereTo('later.brand.com', link.slug)).toBe(TODAY);
  });

  it("costs no read where it is the deployment's own name, and one a minute where it is a merchant's", async () => {
    const { domain } = await aDomain();
    const [here, there] = [await aLink(owner, sarah), await aLink(owner, sarah, { domain })];
    let reads = 0;
    const table = wrappedTable(api.service.table, ({ operation }, send) => {
      if (operation === 'Get') reads += 1;
      return send();
    });
    const redirect = createRedirect({ ...api.service, table, baseUrl: 'https://go.own.example' }) as GatewayHandler;
    const hit = async (host: string, slug: string) =>
      answeredOf(await redirect(aGatewayEvent('GET', `/${slug}`, { host }), undefined as never)).status;
    for (const host of ['go.own.example', 'localhost', '127.0.0.1']) expect(await hit(host, here.slug)).toBe(302);
    expect(reads).toBe(1);
    for (let i = 0; i < 3; i++) expect(await hit(domain, there.slug)).toBe(302);
    expect(reads).toBe(3);
  });
});

describe('while the table is away', () => {
  it("a domain known to the process serves its links and pages on; one never read is no other merchant's", async () => {
    await owner.call('PATCH', '/v1/merchant', { body: { fallbackUrl: ALL } });
    const { domain } = await aDomain();
    const link = await aLink(owner, sarah, { domain });
    const links = [{ linkId: link.id, title: 'Shop' }];
    await owner.make('/v1/bio-pages', { creatorId: sarah.id, handle: 'away', domain, links });
    const here = await aLink(owner, sarah);
    let away = false;
    const redirect = createRedirect({ ...api.service, table: failingTable(api.service.table, () => away) });
    const answers = async () => {
      const asked: Answered[] = [];
      for (const [host, path] of [
        [domain, `/${link.slug}`],
        [domain, '/@away'],
        [domain, '/never-there'],
        ['localhost', `/${here.slug}`],
      ] as const) {
        const event = aGatewayEvent('GET', path, { host });
        asked.push(answeredOf(await (redirect as GatewayHandler)(event, undefined as never)));
      }
      return asked.map(({ status }) => status);
    };
    expect(await answers()).toEqual([302, 200, 302, 302]);
    away = true;
    // Past what is kept: then what was last read is served.
    api.clock.advance(60_000);
    expect(await answers()).toEqual([302, 200, 302, 302]);
    const never = aGatewayEvent('GET', `/${here.slug}`, { host: 'never-read.brand.com' });
    expect((await (redirect as GatewayHandler)(never, undefined as never)).statusCode).toBe(404);
  });
});
