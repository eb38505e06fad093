// Where a link leads: by country, with a code applied, after it has ended, and when a change of it takes effect.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Answered, type Json, type TestApi, testApi } from '../support/http.ts';
import { aCampaign, aCreator, aLink, aMerchant, aStore, follow, type Owner } from '../support/world.ts';

const HOSTS = ['shop.example.com', 'shop.example.de', 'woo.example.com'];

let api: TestApi;
let owner: Owner;
let sarah: Json;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());
beforeEach(async () => {
  owner = await aMerchant(api, { allowedHosts: HOSTS });
  sarah = await aCreator(owner);
});

const errorsOf = (answer: Answered) => answer.json.errors.map(({ pointer, code }: Json) => [pointer, code]);
const patch = (link: Json, body: unknown) => owner.call('PATCH', `/v1/links/${link.id}`, { body });
const from = (country: string) => ({ headers: { 'cloudfront-viewer-country': country } });
/** Where a shopper is sent, without the click id. */
const led = async (link: Json, options = {}) =>
  (await follow(api, link.slug, options)).headers.location?.replace(/[?&]trb_click=[^&#]+/, '');

const GERMAN = { countries: ['DE', 'AT'], url: 'https://shop.example.de/protein?x=1#oben' };
const ALPINE = { countries: ['AT', 'CH'], url: 'https://shop.example.de/alpen' };

describe('destinations per country', () => {
  it('lead each shopper by the first rule that fits, everybody else to the destination', async () => {
    const link = await aLink(owner, sarah, { destinations: [GERMAN, ALPINE], platform: 'tiktok' });
    const utm = 'utm_source=tiktok&utm_medium=creator';
    expect(link.destinations).toEqual([GERMAN, ALPINE]);
    expect(link.targetUrls).toEqual([
      { countries: ['DE', 'AT'], url: `https://shop.example.de/protein?x=1&${utm}#oben` },
      { countries: ['AT', 'CH'], url: `https://shop.example.de/alpen?${utm}` },
    ]);
    for (const [country, path] of [
      ['DE', 'protein'],
      ['AT', 'protein'],
      ['CH', 'alpen'],
    ] as const) {
      expect(await led(link, from(country))).toMatch(new RegExp(`^https://shop\\.example\\.de/${path}\\?.*${utm}`));
    }
    for (const country of ['US', 'de', 'DE, US', '', 'DEU']) {
      expect(await led(link, from(country))).toBe(`https://shop.example.com/?${utm}`);
    }
    expect(await led(link)).toBe(`https://shop.example.com/?${utm}`);
    // Only the CDN's own header counts: anybody may send another.
    expect(await led(link, { headers: { 'cf-ipcountry': 'DE' } })).toBe(`https://shop.example.com/?${utm}`);
  });

  it('carry the click and the shopper’s own query like any destination', async () => {
    const link = await aLink(owner, sarah, { destinations: [GERMAN] });
    const { location } = (await follow(api, link.slug, { ...from('DE'), query: 'a=1&x=2' })).headers;
    expect(location).toMatch(/^https:\/\/shop\.example\.de\/protein\?x=1&.*&a=1&trb_click=clk_[^&]+#oben$/);
  });

  it('are checked like any destination, each at its place', async () => {
    const post = (destinations: unknown) =>
      owner.call('POST', '/v1/links', {
        body: { creatorId: sarah.id, destinationUrl: 'https://shop.example.com/', destinations },
      });
    const rule = (over: object) => ({ countries: ['DE'], url: 'https://shop.example.de/', ...over });
    const bad = await post([
      rule({}),
      rule({ url: 'https://evil.example.net/' }),
      rule({ url: 'http://shop.example.de/' }),
    ]);
    expect(errorsOf(bad)).toEqual([
      ['/destinations/1/url', 'host_not_allowed'],
      ['/destinations/2/url', 'not_https'],
    ]);
    expect(errorsOf(await post([rule({ countries: ['DE', 'XX', 'EU'] }), rule({ countries: [] })]))).toMatchObject([
      ['/destinations/0/countries/1', 'unknown_country'],
      ['/destinations/0/countries/2', 'unknown_country'],
      ['/destinations/1/countries', 'too_small'],
    ]);
    expect(errorsOf(await post(Array(21).fill(rule({}))))).toEqual([['/destinations', 'too_big']]);
    const long = rule({ url: `https://shop.example.de/${'a'.repeat(1900)}` });
    expect(errorsOf(await post(Array(5).fill(long)))).toEqual([['/destinations', 'too_long']]);
    const full = rule({ url: `https://shop.example.de/${'a'.repeat(1970)}` });
    expect(errorsOf(await post([full]))).toEqual([['/destinations/0/url', 'too_long']]);
  });

  it('take countries in any case, by the code that is used today, each once', async () => {
    const link = await aLink(owner, sarah, { destinations: [{ ...GERMAN, countries: ['de', 'uk', 'GB', 'DE'] }] });
    expect(link.destinations[0].countries).toEqual(['DE', 'GB']);
    expect(await led(link, from('GB'))).toContain('shop.example.de');
  });

  it('stay with a change of something else, and go with an empty list', async () => {
    const link = await aLink(owner, sarah, { destinations: [GERMAN] });
    const changed = await patch(link, { placement: 'story', utm: { content: '{link.placement}' } });
    expect(changed.json.targetUrls[0].url).toContain('utm_content=story');
    const gone = await patch(link, { destinations: [] });
    expect([gone.json.destinations, gone.json.targetUrls]).toEqual([[], []]);
    api.clock.advance(60_000);
    await expect.poll(() => led(link, from('DE'))).toMatch(/^https:\/\/shop\.example\.com/);
  });
});

describe("a campaign's landing pages per country", () => {
  it('are those of links minted with its landing page', async () => {
    const campaign = await aCampaign(owner, { destinations: [GERMAN] });
    expect(campaign.destinations).toEqual([GERMAN]);
    const mint = (over: object) => owner.make('/v1/links', { creatorId: sarah.id, campaignId: campaign.id, ...over });
    const link = await mint({});
    expect(link.destinations).toEqual([GERMAN]);
    expect(await led(link, from('AT'))).toContain('shop.example.de/protein?x=1&utm_source=creator');
    expect((await mint({ destinationUrl: 'https://shop.example.com/own' })).destinations).toEqual([]);
    expect((await mint({ destinations: [ALPINE] })).destinations).toEqual([ALPINE]);
    expect((await mint({ destinations: [] })).destinations).toEqual([]);
    await owner.call('PATCH', `/v1/campaigns/${campaign.id}`, { body: { destinations: null } });
    expect((await owner.get(`/v1/links/${link.id}`)).destinations).toEqual([GERMAN]);
    expect((await mint({})).destinations).toEqual([]);
    // Null is what a new link would have: the campaign's of today.
    const back = await patch(link, { destinationUrl: null, destinations: null });
    expect(back.json.destinations).toEqual([]);
  });

  it("are checked against the merchant's hosts", async () => {
    const body = { name: 'Far', startsOn: '2026-11-01', destinationUrl: 'https://shop.example.com/' };
    const destinations = [{ countries: ['DE'], url: 'https://evil.example.net/' }];
    const refused = await owner.call('POST', '/v1/campaigns', { body: { ...body, destinations } });
    expect(errorsOf(refused)).toEqual([['/destinations/0/url', 'host_not_allowed']]);
  });
});

describe('a link that has expired', () => {
  const expiring = (over: object = {}) =>
    aLink(owner, sarah, { expiresAt: new Date(api.clock.now + 1000).toISOString(), ...over });
  const OWN = 'https://shop.example.com/too-late';

  it("leads to its own fallback, else the merchant's, else nowhere", async () => {
    const [own, plain] = [await expiring({ fallbackUrl: OWN }), await expiring()];
    expect([own.fallbackUrl, plain.fallbackUrl]).toEqual([OWN, null]);
    expect(await led(own)).toContain('https://shop.example.com/?');
    api.clock.advance(1000);
    expect(await led(own, { query: 'a=1' })).toBe(OWN);
    expect((await follow(api, plain.slug)).status).toBe(404);
    await owner.call('PATCH', '/v1/merchant', { body: { fallbackUrl: 'https://shop.example.com/all' } });
    expect([await led(own), await led(plain)]).toEqual([OWN, 'https://shop.example.com/all']);
    const ended = await follow(api, own.slug, from('DE'));
    expect([ended.status, ended.cookies, ended.headers['cache-control']]).toEqual([302, [], 'private, no-store']);
  });

  it('keeps its fallback through other changes, and has it checked', async () => {
    const link = await expiring({ fallbackUrl: OWN });
    expect((await patch(link, { placement: 'story' })).json.fallbackUrl).toBe(OWN);
    expect(errorsOf(await patch(link, { fallbackUrl: 'https://evil.example.net/' }))).toEqual([
      ['/fallbackUrl', 'host_not_allowed'],
    ]);
    expect((await patch(link, { fallbackUrl: null })).json.fallbackUrl).toBeNull();
  });
});

describe('a discount code', () => {
  const aCode = async (store: Json, over: object = {}) =>
    owner.make('/v1/discount-codes', {
      creatorId: sarah.id,
      storeId: store.id,
      value: { type: 'percent', amount: 15 },
      ...over,
    });
  const shopify = () => aStore(owner, { platform: 'shopify', domain: 'open-shop.myshopify.com' });

  it('is applied at each destination of a Shopify shop, and on no host of another store', async () => {
    const code = await aCode(await shopify());
    await aStore(owner, { platform: 'woocommerce', domain: 'woo.example.com' });
    const woo = { countries: ['US'], url: 'https://woo.example.com/p' };
    const link = await aLink(owner, sarah, { discountCodeId: code.id, destinations: [GERMAN, woo] });
    expect(new URL(link.targetUrl).pathname).toBe('/discount/SARAH15');
    const [german, other] = link.targetUrls.map(({ url }: Json) => new URL(url));
    expect(german.host + german.pathname).toBe('shop.example.de/discount/SARAH15');
    expect(other.pathname).toBe('/p');
    const { location } = (await follow(api, link.slug, from('DE'))).headers;
    const inner = new URL(new URL(location as string).searchParams.get('redirect') as string, location);
    expect(inner.searchParams.get('trb_click')).toMatch(/^clk_/);
  });

  it("is applied by a WooCommerce shop's checkout link", async () => {
    const code = await aCode(await aStore(owner, { platform: 'woocommerce', domain: 'woo.example.com' }));
    const destinationUrl = 'https://woo.example.com/checkout-link/?products=12:1';
    const link = await aLink(owner, sarah, { discountCodeId: code.id, destinationUrl });
    expect(new URL(link.targetUrl).searchParams.get('coupon')).toBe('SARAH15');
    expect(await led(link, { query: 'coupon=STOLEN' })).toBe(link.targetUrl);
  });

  it('that is archived or has ended is refused for a link, and no longer applied by a change of one', async () => {
    const store = await shopify();
    const [code, ended] = [await aCode(store), await aCode(store, { endsAt: new Date(api.clock.now).toISOString() })];
    const link = await aLink(owner, sarah, { discountCodeId: code.id });
    expect(link.targetUrl).toContain('/discount/');
    await owner.call('DELETE', `/v1/discount-codes/${code.id}`);
    const body = { creatorId: sarah.id, destinationUrl: 'https://shop.example.com/' };
    const refused = async (discountCodeId: string) =>
      errorsOf(await owner.call('POST', '/v1/links', { body: { ...body, discountCodeId } }));
    expect(await refused(code.id)).toEqual([['/discountCodeId', 'code_archived']]);
    expect(await refused(ended.id)).toEqual([['/discountCodeId', 'code_ended']]);
    const changed = await patch(link, { placement: 'story' });
    expect([changed.status, changed.json.discountCodeId]).toEqual([200, code.id]);
    expect(changed.json.targetUrl).not.toContain('/discount/');
  });
});

describe('a percent sign that begins no escape', () => {
  it.each([
    'https://shop.example.com/discount/SAVE10?redirect=/p/100%-cotton',
    'https://shop.example.com/discount/SAVE10?redirect=/p/%E9t%E9',
    'https://shop.example.com/p?q=100%&r=%zz#5%',
  ])('in %s keeps no shopper from it', async (destinationUrl) => {
    const link = await aLink(owner, sarah, { destinationUrl });
    const answer = await follow(api, link.slug);
    expect([answer.status, answer.headers.location?.includes('trb_click=clk_')]).toEqual([302, true]);
    expect(await led(link)).toBe(link.targetUrl);
  });
});

describe('a changed destination', () => {
  it('takes effect within the 60 seconds that a warm process keeps a link', async () => {
    const link = await aLink(owner, sarah, { destinationUrl: 'https://shop.example.com/old' });
    expect(await led(link)).toContain('/old');
    await patch(link, { destinationUrl: 'https://shop.example.com/new', destinations: [GERMAN] });
    api.clock.advance(59_999);
    expect([await led(link), await led(link, from('DE'))]).toEqual(Array(2).fill(expect.stringContaining('/old')));
    api.clock.advance(1);
    // On a busy machine the old one is served for some milliseconds more, while it is read again.
    await expect.poll(() => led(link)).toContain('/new');
    expect(await led(link, from('DE'))).toContain('shop.example.de');
  });
});
