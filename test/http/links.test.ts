// Links: slugs, destinations, UTM and what a link's target is made of.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answered, type Json, type TestApi, testApi } from '../support/http.ts';
import { aCampaign, aCreator, aMerchant, aStore, aWorld, follow, type World } from '../support/world.ts';

let api: TestApi;
let world: World;
beforeAll(async () => {
  api = await testApi();
  world = await aWorld(api);
});
afterAll(() => api.close());

const post = (over: Record<string, unknown> = {}) =>
  world.call('POST', '/v1/links', {
    body: { creatorId: world.sarah.creator.id, campaignId: world.campaign.id, ...over },
  });
const made = async (over: Record<string, unknown> = {}): Promise<Json> => {
  const answer = await post(over);
  expect(answer.status).toBe(201);
  return answer.json;
};
const errorsOf = (answer: Answered) => answer.json.errors.map(({ pointer, code }: Json) => [pointer, code]);
const queryOf = (url: string) => Object.fromEntries(new URL(url).searchParams);

describe('a slug', () => {
  it('is made up when none is asked for: 8 characters, none mistaken for another', async () => {
    const link = await made();
    expect(link.slug).toMatch(/^[a-hj-km-np-z2-9]{8}$/);
    expect(link.shortUrl).toBe(`http://localhost:8787/${link.slug}`);
  });

  it('may be asked for in any case and is the same in any case', async () => {
    const link = await made({ slug: 'Sarah-BIO' });
    expect(link.slug).toBe('sarah-bio');
    const taken = await post({ slug: 'SARAH-bio' });
    expect([taken.status, taken.json.code]).toEqual([409, 'slug_taken']);
    expect((await follow(api, 'sArAh-bIo')).status).toBe(302);
  });

  it('is unique over all merchants, since they share the domain', async () => {
    await made({ slug: 'ours' });
    const other = await aWorld(api);
    const answer = await other.call('POST', '/v1/links', {
      body: { creatorId: other.sarah.creator.id, campaignId: other.campaign.id, slug: 'ours' },
    });
    expect(answer.json.code).toBe('slug_taken');
  });

  it('can not be a word the domain needs itself', async () => {
    for (const slug of ['health', 'docs', 'webhooks', 'API', 'robots', 'favicon']) {
      expect((await post({ slug })).json.code).toBe('slug_taken');
    }
  });

  it('has 3 to 64 letters, digits and dashes', async () => {
    for (const slug of ['ab', 'a'.repeat(65), 'a b c', 'a_b_c', 'a/b/c', 'ünï', '../etc', '']) {
      expect(errorsOf(await post({ slug }))).toMatchObject([['/slug', expect.any(String)]]);
    }
    for (const slug of ['abc', 'a'.repeat(64), '---']) expect((await post({ slug })).status).toBe(201);
  });

  it('is given to one of many who ask for it at once', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => post({ slug: 'wanted' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(409)]);
  });
});

describe('a destination', () => {
  it("is the campaign's unless the link has its own; without a campaign it must have one", async () => {
    expect((await made()).destinationUrl).toBe('https://shop.example.com/p/protein?ref=x#top');
    expect((await made({ destinationUrl: 'https://shop.example.com/own' })).destinationUrl).toContain('/own');
    expect(errorsOf(await post({ campaignId: null }))).toEqual([['/destinationUrl', 'required']]);
    const programme = await made({ campaignId: undefined, destinationUrl: 'https://shop.example.com/' });
    expect(programme.campaignId).toBeNull();
  });

  it.each([
    ['', 'not_a_url'],
    ['no url', 'not_a_url'],
    ['shop.example.com/p', 'not_a_url'],
    ['http://shop.example.com/', 'not_https'],
    ['javascript:alert(1)', 'not_https'],
    ['https://user:pw@shop.example.com/', 'userinfo'],
    ['https://shop.example.com@evil.example.net/', 'userinfo'],
    ['https://shop.example.com:8443/', 'port'],
    ['https://shop.example.com\\@evil.example.net/', 'backslash'],
    ['https://shop.example.com/\tx', 'control_character'],
    ['https://evil.example.net/', 'host_not_allowed'],
    ['https://sub.shop.example.com/', 'host_not_allowed'],
    ['https://shop.example.com.evil.example.net/', 'host_not_allowed'],
    [`https://shop.example.com/${'a'.repeat(1990)}`, 'too_long'],
  ])('%j is refused: %s', async (destinationUrl, code) => {
    const refused = await post({ destinationUrl });
    expect(refused.status).toBe(422);
    // Text with a space in it fails as such before it fails as a URL; text over 2,000 characters in the schema.
    const [[pointer, seen]] = errorsOf(refused);
    expect(pointer).toBe('/destinationUrl');
    expect(destinationUrl.includes(' ') ? 'not_a_url' : seen.replace('too_big', 'too_long')).toBe(code);
  });

  it('is checked with its UTM: what a shopper is sent to is never too long', async () => {
    const refused = await post({ destinationUrl: `https://shop.example.com/${'a'.repeat(1960)}` });
    expect(errorsOf(refused)).toEqual([['/destinationUrl', 'too_long']]);
  });
});

describe('UTM', () => {
  it('has defaults: the platform or creator, creator, the campaign', async () => {
    expect(queryOf((await made()).targetUrl)).toEqual({
      ref: 'x',
      utm_source: 'creator',
      utm_medium: 'creator',
      utm_campaign: 'launch',
    });
    expect(queryOf((await made({ platform: 'tiktok' })).targetUrl).utm_source).toBe('tiktok');
  });

  it("fills the campaign's templates, and the link's own before them", async () => {
    const campaign = await aCampaign(world, {
      name: 'Été & Co',
      utm: {
        source: '{platform}',
        content: '{creator.handle}/{link.placement}',
        term: '{creator.name}',
        medium: 'paid',
      },
    });
    const link = await made({
      campaignId: campaign.id,
      platform: 'youtube',
      placement: 'pinned comment',
      utm: { medium: '' },
    });
    expect(queryOf(link.targetUrl)).toEqual({
      ref: 'x',
      utm_source: 'youtube',
      utm_campaign: campaign.slug,
      utm_content: 'sarahlim/pinned comment',
      utm_term: 'Sarah Lim',
    });
    const own = await made({
      campaignId: campaign.id,
      utm: { content: '{link.slug}', source: 'newsletter' },
      slug: 'own-utm',
    });
    expect(queryOf(own.targetUrl)).toMatchObject({
      utm_content: 'own-utm',
      utm_source: 'newsletter',
      utm_medium: 'paid',
    });
  });

  it('knows a made-up slug as well', async () => {
    const link = await made({ utm: { content: '{link.slug}' } });
    expect(queryOf(link.targetUrl).utm_content).toBe(link.slug);
  });

  it('refuses placeholders that stand for nothing', async () => {
    expect(errorsOf(await post({ utm: { source: '{creator.email}' } }))).toEqual([
      ['/utm/source', 'unknown_placeholder'],
    ]);
  });

  it('of links already minted stays when the campaign changes', async () => {
    const campaign = await aCampaign(world, { name: 'Stable' });
    const link = await made({ campaignId: campaign.id });
    await world.call('PATCH', `/v1/campaigns/${campaign.id}`, { body: { utm: { source: 'changed' } } });
    expect((await world.get(`/v1/links/${link.id}`)).targetUrl).toBe(link.targetUrl);
  });
});

describe('a link with a discount code', () => {
  it('applies it on arrival in a Shopify shop', async () => {
    const store = await aStore(world, { platform: 'shopify', domain: 'open-shop.myshopify.com' });
    const value = { type: 'percent', amount: 15 };
    const code = await world.make('/v1/discount-codes', {
      creatorId: world.sarah.creator.id,
      storeId: store.id,
      value,
    });
    const link = await made({ discountCodeId: code.id });
    const target = new URL(link.targetUrl);
    expect(target.origin + target.pathname).toBe('https://shop.example.com/discount/SARAH15');
    const inner = new URL(target.searchParams.get('redirect') as string, target);
    expect(inner.pathname + inner.hash).toBe('/p/protein#top');
    expect(queryOf(inner.href)).toMatchObject({ ref: 'x', utm_medium: 'creator' });
  });

  it('leads to the destination itself in other shops', async () => {
    const link = await made({ discountCodeId: world.sarah.code.id });
    expect(new URL(link.targetUrl).pathname).toBe('/p/protein');
  });
});

describe('a change of a link', () => {
  it('renders its target anew', async () => {
    const link = await made({ slug: 'moving' });
    const changed = await world.call('PATCH', `/v1/links/${link.id}`, {
      body: { destinationUrl: 'https://shop.example.com/new?utm_source=old', platform: 'instagram', expiresAt: null },
    });
    expect(changed.json.targetUrl).toBe(
      'https://shop.example.com/new?utm_source=instagram&utm_medium=creator&utm_campaign=launch',
    );
    expect((await follow(api, 'moving')).headers.location).toContain('/new?');
    const back = await world.call('PATCH', `/v1/links/${link.id}`, { body: { destinationUrl: null } });
    expect(back.json.destinationUrl).toBe('https://shop.example.com/p/protein?ref=x#top');
  });

  it('may not lead where a new link may not', async () => {
    const link = await made();
    const refused = await world.call('PATCH', `/v1/links/${link.id}`, {
      body: { destinationUrl: 'https://evil.example.net' },
    });
    expect(errorsOf(refused)).toEqual([['/destinationUrl', 'host_not_allowed']]);
  });
});

describe('a batch of links', () => {
  const item = (over: Record<string, unknown> = {}) => ({
    creatorId: world.sarah.creator.id,
    campaignId: world.campaign.id,
    ...over,
  });
  const send = (items: unknown) => world.call('POST', '/v1/links/batch', { body: { items } });

  it('makes a thousand, each answering for itself and in order, bad ones beside good ones', async () => {
    const items: unknown[] = Array.from({ length: 1000 }, (_, i) => item({ slug: `batch-${i}` }));
    items[10] = item({ slug: 'batch-9' });
    items[20] = item({ creatorId: 'crt_000000000000000000', utm: { source: '{x}' } });
    items[30] = item({ destinationUrl: 'https://evil.example.net/' });
    items[40] = 'not an object';
    items[50] = item({ slug: 'docs' });
    const begun = performance.now();
    const { status, json } = await send(items);
    console.info(`a batch of 1,000 links took ${Math.round(performance.now() - begun)} ms`);
    expect([status, json.data.length]).toEqual([200, 1000]);
    const bad = new Map<number, [number, string]>([
      [20, [422, 'invalid_request']],
      [30, [422, 'invalid_request']],
      [40, [422, 'invalid_request']],
      [50, [409, 'slug_taken']],
    ]);
    for (const [i, one] of json.data.entries()) {
      // Nine and ten want the same slug: either may have been faster.
      if (i === 9 || i === 10) continue;
      const expected = bad.get(i);
      if (expected) expect([one.status, one.error.code]).toEqual(expected);
      else expect([one.status, one.link.slug]).toEqual([201, `batch-${i}`]);
    }
    expect([json.data[9].status, json.data[10].status].sort()).toEqual([201, 409]);
    expect(json.data[20].error.errors).toMatchObject([{ pointer: '/utm/source' }]);
    expect((await follow(api, 'batch-999')).status).toBe(302);
  });

  it('takes 1 to 1,000 items', async () => {
    for (const items of [[], Array(1001).fill(item()), 'x', undefined]) {
      const refused = await send(items);
      expect(errorsOf(refused)).toMatchObject([['/items', expect.any(String)]]);
    }
  });

  it('takes own ids, and says which are taken', async () => {
    const { json } = await send([item({ externalId: 'b1' }), item({ externalId: 'b 2' })]);
    expect(json.data).toMatchObject([{ status: 201, link: { externalId: 'b1' } }, { status: 422 }]);
    expect((await send([item({ externalId: 'b1' })])).json.data[0]).toMatchObject({
      status: 409,
      error: { code: 'external_id_taken' },
    });
  });

  it('of another merchant has nothing of ours', async () => {
    const other = await aMerchant(api);
    const theirs = await aCreator(other);
    const { json } = await send([item({ creatorId: theirs.id })]);
    expect(json.data[0]).toMatchObject({ status: 422, error: { errors: [{ pointer: '/creatorId' }] } });
  });
});
