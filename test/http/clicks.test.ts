// A day's hits one by one: what each was found to be, filtered, page by page, as the day's count has it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clickItem } from '../../lib/table/clicks.ts';
import { writeItems } from '../../lib/table/table.ts';
import { type Json, type TestApi, testApi } from '../support/http.ts';
import { aMerchant, aWorld, clickIdOf, follow, PHONE, rollUp, type World } from '../support/world.ts';

const DAY = '2026-11-20';
const BOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';

let api: TestApi;
let world: World;
let first: string | null;

/** Ten people on Sarah's link, each tapping twice; a bot, an unfurler, a prefetch and a probe on Mike's. */
beforeAll(async () => {
  api = await testApi();
  world = await aWorld(api);
  for (let i = 0; i < 10; i++) {
    const headers = { 'accept-language': 'pt-BR', referer: 'https://www.tiktok.com/@sarah' };
    const answer = await follow(api, world.sarah.link.slug, { headers });
    first ??= clickIdOf(answer);
    api.clock.advance(1_000);
    await follow(api, world.sarah.link.slug, { cookies: [String(answer.cookies[0]).split(';')[0] as string] });
  }
  const machine = (headers: Record<string, string>, method = 'GET') =>
    follow(api, world.mike.link.slug, { headers, method });
  await machine({ 'user-agent': BOT });
  await machine({ 'user-agent': 'WhatsApp/2.23.20.0' });
  await machine({ 'sec-purpose': 'prefetch;prerender' });
  await machine({ 'sec-gpc': '1' }, 'HEAD');
});
afterAll(() => api.close());

const page = (query: Record<string, string | number> = {}) => world.get('/v1/clicks', { day: DAY, ...query });

const all = async (query: Record<string, string | number> = {}): Promise<Json[]> => {
  const found: Json[] = [];
  let cursor: string | null | undefined;
  do {
    const { data, nextCursor } = await page({ ...query, ...(cursor && { cursor }) });
    found.push(...data);
    cursor = nextCursor;
  } while (cursor);
  return found;
};

const counted = (hits: readonly Json[]) => {
  const counts: Record<string, number> = {};
  for (const { kind } of hits) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
};

describe('the hits of a day', () => {
  it('are told with everything that is known of them', async () => {
    const { data } = await page({ kind: 'human', limit: 100 });
    const click = data.find(({ id }: Json) => id === first);
    expect(click).toEqual({
      ...{ id: first, at: '2026-11-20T12:00:00.000Z', linkId: world.sarah.link.id, linkSlug: world.sarah.link.slug },
      ...{ creatorId: world.sarah.creator.id, campaignId: world.campaign.id, kind: 'human', reason: 'browser' },
      ...{ rulesVersion: 'clicks-3', visitorId: expect.stringMatching(/^vis_20261120[\w-]{22}$/), userAgent: PHONE },
      ...{ device: 'mobile', os: 'iOS', app: null, referrerHost: 'www.tiktok.com', country: null, language: 'pt' },
      externalId: null,
    });
  });

  it('are labelled as the count of the day labels them, however small the pages', async () => {
    await rollUp(world, DAY);
    const { totals } = await world.get('/v1/reports/performance', { from: DAY, to: DAY });
    const whole = await all({ limit: 100 });
    expect(counted(whole)).toEqual({ human: 10, duplicate: 10, bot: 1, preview: 1, prefetch: 1, probe: 1 });
    expect(totals).toMatchObject({ clicks: 10, excludedClicks: { duplicate: 10, bot: 1, preview: 1, prefetch: 1 } });
    // A page of one begins between the taps of a visitor.
    expect(await all({ limit: 1 })).toEqual(whole);
    expect(await all({ limit: 7 })).toEqual(whole);
  });

  it.each([
    [{ kind: 'duplicate' }, 10],
    [{ kind: 'preview' }, 1],
    [{ kind: 'internal' }, 0],
  ])('are filtered by kind: %j', async (query, count) => {
    const hits = await all({ ...query, limit: 3 });
    expect(hits).toHaveLength(count);
    expect(hits.every(({ kind }) => kind === query.kind)).toBe(true);
  });

  it('are filtered by link and by creator', async () => {
    expect(await all({ linkId: world.mike.link.id })).toHaveLength(4);
    expect(await all({ creatorId: world.mike.creator.id })).toHaveLength(4);
    expect(await all({ creatorId: world.sarah.creator.id, kind: 'bot' })).toEqual([]);
    expect(await all({ linkId: 'ext_nothing' })).toEqual([]);
  });

  it('have no visitor where they asked for none', async () => {
    expect(await all({ kind: 'probe' })).toMatchObject([{ visitorId: null, reason: 'head_request' }]);
  });

  it('are none on another day and of another merchant', async () => {
    expect(await all({ day: '2026-11-19' })).toEqual([]);
    const other = await aMerchant(api);
    expect((await other.get('/v1/clicks', { day: DAY })).data).toEqual([]);
    const foreign = await other.call('GET', '/v1/clicks', { query: { day: DAY, linkId: world.sarah.link.id } });
    expect(foreign.json.data).toEqual([]);
  });

  it('come as CSV', async () => {
    const query = { day: DAY, kind: 'preview' };
    const { text } = await world.call('GET', '/v1/clicks', { query, headers: { accept: 'text/csv' } });
    const [header = '', row = ''] = text.split('\r\n');
    expect(header).toMatch(
      /^id,at,linkId,linkSlug,creatorId,campaignId,kind,reason,rulesVersion,visitorId,device,os,app/,
    );
    expect(row).toContain('preview,whatsapp_preview,clicks-3');
  });

  it('are searched for a rare kind over several requests, none of which reads on for ever', async () => {
    const owner = await aWorld(api);
    const link = { linkId: owner.sarah.link.id, method: 'GET', userAgent: PHONE, purpose: null } as const;
    const facts = { ...link, referrerHost: null, country: null, externalId: null };
    const hits = Array.from({ length: 10_001 }, (_, i) =>
      clickItem(
        owner.merchant.id,
        { day: DAY, shard: 0, visitor: null, at: api.clock.now + i, suffix: '00c0ffee' },
        facts,
      ),
    );
    await writeItems(api.service.table, hits);
    const answer = await owner.get('/v1/clicks', { day: DAY, kind: 'bot' });
    expect(answer).toEqual({ data: [], nextCursor: expect.any(String) });
    const rest = await owner.get('/v1/clicks', { day: DAY, kind: 'bot', cursor: answer.nextCursor });
    expect(rest).toEqual({ data: [], nextCursor: null });
  });

  it('are refused without a day, with a cursor of another list, and without the scope', async () => {
    expect((await world.call('GET', '/v1/clicks')).status).toBe(422);
    const { nextCursor } = await page({ limit: 1 });
    const elsewhere = await world.call('GET', '/v1/clicks', { query: { day: '2026-11-19', cursor: nextCursor } });
    expect(elsewhere.json.code).toBe('invalid_cursor');
    const { key } = await world.make('/v1/api-keys', { name: 'writer', scopes: ['write'] });
    expect((await api.call('GET', '/v1/clicks', { key, query: { day: DAY } })).status).toBe(403);
  });
});
