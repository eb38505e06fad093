// Importing history over HTTP: what is refused whole, and what becomes of each line of clicks and customers.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, type TestApi, testApi } from '../support/http.ts';
import { imported, lines, NDJSON, outcomeOf, sent } from '../support/imports.ts';
import { aMerchant, aStore, aWorld, deliver, itemsIn, rollUp, someOrder, type World } from '../support/world.ts';

const DAY_MS = 86_400_000;

let api: TestApi;
let world: World;
beforeAll(async () => {
  api = await testApi();
  world = await aWorld(api);
});
afterAll(() => api.close());

const ago = (ms: number) => new Date(api.clock.now - ms).toISOString();

let made = 0;
const aClick = (over: Json = {}) => ({
  slug: world.sarah.link.slug,
  at: ago(DAY_MS),
  externalId: `click-${++made}`,
  ...over,
});

const KINDS = ['clicks', 'orders', 'customers'] as const;

describe('an import', () => {
  it.each(KINDS)('of %s without lines is taken, and does nothing', async (kind) => {
    expect(outcomeOf(await imported(world.call, kind, ''))).toEqual([0, 0, []]);
    expect(outcomeOf(await imported(world.call, kind, '', ' ', '\t', '\r'))).toEqual([0, 0, []]);
  });

  it.each(KINDS)('of %s needs the scope write', async (kind) => {
    const reader = await world.make('/v1/api-keys', { name: 'reader', scopes: ['read'] });
    const asked = (key: string) => api.call('POST', `/v1/imports/${kind}`, { key, headers: NDJSON, body: '{}' });
    expect((await asked(reader.key)).status).toBe(403);
    expect((await asked('trb_live_nobody')).status).toBe(401);
  });

  it.each(KINDS)('of %s is taken as NDJSON by any of its names, and as nothing else', async (kind) => {
    const as = async (type: string) =>
      (await world.call('POST', `/v1/imports/${kind}`, { headers: { 'content-type': type }, body: '{}' })).status;
    const types = [
      'application/x-ndjson',
      'application/NDJSON; charset=utf-8',
      'application/jsonl',
      'application/json',
    ];
    for (const type of types) expect(await as(type)).toBe(200);
    for (const type of ['text/plain', 'application/xml', 'multipart/form-data']) expect(await as(type)).toBe(415);
    const untyped = await world.call('POST', `/v1/imports/${kind}`);
    expect([untyped.status, untyped.json.code]).toEqual([415, 'unsupported_media_type']);
  });

  it.each(KINDS)('of %s takes up to 4 MB and 10,000 lines', async (kind) => {
    const large = await world.call('POST', `/v1/imports/${kind}`, { headers: NDJSON, body: 'x'.repeat(4_194_305) });
    expect([large.status, large.json.code]).toEqual([413, 'body_too_large']);
    const within = await world.call('POST', `/v1/imports/${kind}`, { headers: NDJSON, body: 'x'.repeat(4_194_304) });
    expect(outcomeOf(within.json)).toEqual([0, 0, ['1 malformed_json']]);
    const many = await sent(world.call, kind, ...Array.from({ length: 10_001 }, () => '1'));
    expect([many.status, many.json.errors[0].code]).toEqual([422, 'too_many_lines']);
    expect((await imported(world.call, kind, ...Array.from({ length: 10_000 }, () => '1'))).rejected).toHaveLength(
      10_000,
    );
  });

  it('takes no query that it does not know', async () => {
    const answer = await world.call('POST', '/v1/imports/clicks', {
      headers: NDJSON,
      body: '',
      query: { dryRun: true },
    });
    expect(answer.status).toBe(422);
  });

  it('answers a repeat under the same Idempotency-Key as it did, and refuses another body', async () => {
    const headers = { ...NDJSON, 'idempotency-key': 'import-1' };
    const send = (body: string) => world.call('POST', '/v1/imports/clicks', { headers, body });
    const body = lines(aClick());
    expect(outcomeOf((await send(body)).json)).toEqual([1, 0, []]);
    const again = await send(body);
    expect([again.headers['idempotency-replayed'], ...outcomeOf(again.json)]).toEqual(['true', 1, 0, []]);
    expect((await send(lines(aClick()))).json.code).toBe('idempotency_key_reused');
  });

  it('says of each bad line what is wrong with it, by its number, and takes the good ones', async () => {
    const bytes = Buffer.concat([
      Buffer.from(`${lines(aClick(), '', '{"slug": ', '[]', '"text"')}\n`),
      Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d, 0x0a]),
      Buffer.from(lines('{"slug": "\\ud83d"}', aClick())),
    ]);
    const { json } = await world.call('POST', '/v1/imports/clicks', { headers: NDJSON, body: bytes });
    const malformed = [3, 4, 5, 6, 7].map((line) => `${line} malformed_json`);
    expect(outcomeOf(json)).toEqual([2, 0, malformed]);
  });

  it('never quotes a value, and names every fault of a line', async () => {
    const { rejected } = await imported(world.call, 'clicks', {
      slug: 7,
      at: 'jane@example.com',
      extra: 1,
      country: 'USA',
    });
    expect(rejected[0].code).toBe('invalid_line');
    for (const field of ['slug', 'at', 'externalId', 'country', 'extra']) expect(rejected[0].message).toContain(field);
    expect(JSON.stringify(rejected)).not.toContain('jane@');
  });
});

describe('imported clicks', () => {
  it('are applied once, however often and in whatever company they are sent', async () => {
    const [one, two, three] = [aClick(), aClick(), aClick()];
    expect(outcomeOf(await imported(world.call, 'clicks', one, two, one))).toEqual([2, 1, []]);
    expect(outcomeOf(await imported(world.call, 'clicks', three, two, one))).toEqual([1, 2, []]);
  });

  it('are refused for a link that is not there or is not theirs, and for a time that can not be', async () => {
    const stranger = await aWorld(api);
    const told = [
      aClick({ slug: 'nowhere' }),
      aClick({ slug: stranger.sarah.link.slug }),
      aClick({ at: ago(-6 * 60_000) }),
      aClick({ at: ago(400 * DAY_MS) }),
      aClick({ at: ago(-4 * 60_000) }),
      aClick({ at: ago(400 * DAY_MS - 1) }),
      aClick({ slug: world.sarah.link.slug.toUpperCase() }),
    ];
    const faults = ['1 unknown_slug', '2 unknown_slug', '3 in_future', '4 too_old'];
    expect(outcomeOf(await imported(world.call, 'clicks', ...told))).toEqual([3, 0, faults]);
  });

  it('have an id of their own: it can not be that of another link, but is free to another merchant', async () => {
    const click = aClick();
    await imported(world.call, 'clicks', click);
    const other = { ...click, slug: world.mike.link.slug };
    expect(outcomeOf(await imported(world.call, 'clicks', other))).toEqual([0, 0, ['1 external_id_taken']]);
    const stranger = await aWorld(api);
    const theirs = { ...click, slug: stranger.sarah.link.slug };
    expect(outcomeOf(await imported(stranger.call, 'clicks', theirs))).toEqual([1, 0, []]);
  });

  it('count as clicks of their day, bots by their user agent apart, and keep nothing that names anybody', async () => {
    const own = await aWorld(api);
    const slug = own.sarah.link.slug;
    const person = { visitorId: 'jane@example.com', referrer: 'https://www.instagram.com/p/secret?x=1' };
    const told = [
      aClick({ slug, ...person }),
      aClick({ slug, ...person, at: ago(DAY_MS - 60_000) }),
      aClick({ slug, ...person, at: ago(DAY_MS - 63_000) }),
      aClick({ slug }),
      aClick({ slug, userAgent: 'Googlebot/2.1 (+http://www.google.com/bot.html)' }),
    ];
    expect(outcomeOf(await imported(own.call, 'clicks', ...told))).toEqual([5, 0, []]);
    await rollUp(own, '2026-11-19');
    const report = await own.get('/v1/reports/performance', { from: '2026-11-19', to: '2026-11-19' });
    expect(report.totals).toMatchObject({ clicks: 3, uniqueClicks: 2 });
    expect(report.totals.excludedClicks).toMatchObject({ bot: 1, duplicate: 1 });
    const stored = JSON.stringify(await itemsIn(api));
    for (const secret of ['jane@', '/p/secret']) expect(stored).not.toContain(secret);
  });

  it('keep no IP address, of whoever it may be', async () => {
    const own = await aWorld(api);
    const slug = own.sarah.link.slug;
    const told = [
      aClick({ slug, referrer: 'http://203.0.113.9/x', userAgent: 'Foo (203.0.113.9) Chrome/120.0.0.0' }),
      aClick({ slug, referrer: '[2001:db8::9]', userAgent: 'Foo (2001:DB8::9) Chrome/120.0.0.0' }),
    ];
    expect(outcomeOf(await imported(own.call, 'clicks', ...told))).toEqual([2, 0, []]);
    const clicks = (await itemsIn(api)).filter(({ pk }) => pk.startsWith(`CLK#${own.merchant.id}#`));
    const kept = [undefined, 'Foo (-) Chrome/120.0.0.0'];
    expect(clicks.map(({ r, u }) => [r, u])).toEqual([kept, kept]);
  });

  it('lead orders to their link: by id, and by the visitor whom another tool names', async () => {
    const own = await aWorld(api);
    const [byId, byVisitor] = [
      aClick({ slug: own.sarah.link.slug }),
      aClick({ slug: own.mike.link.slug, visitorId: 7 }),
    ];
    const order = (externalId: string, over: Json) => someOrder(api, { storeId: own.store.id, externalId, ...over });
    // The orders first: clicks that come late mark the days they may change.
    const orders = [order('1', { clickId: `ext_${byId.externalId}` }), order('2', { visitorId: '7' })];
    await imported(own.call, 'orders', ...orders);
    await rollUp(own, '2026-11-20');
    const creators = async () => {
      const { data } = await own.get('/v1/orders');
      return data.map((one: Json) => [one.externalId, one.creatorId]).sort();
    };
    expect(await creators()).toEqual([
      ['1', null],
      ['2', null],
    ]);
    api.clock.advance(120_000);
    await imported(own.call, 'clicks', byId, byVisitor);
    const { staleDays } = await own.get('/v1/reports/performance', { from: '2026-11-19', to: '2026-11-20' });
    expect(staleDays).toContain('2026-11-20');
    await rollUp(own, '2026-11-20');
    expect(await creators()).toEqual([
      ['1', own.sarah.creator.id],
      ['2', own.mike.creator.id],
    ]);
    const [{ id }] = (await own.get('/v1/orders', { name: '#1001' })).data.filter(
      (one: Json) => one.externalId === '1',
    );
    const { touches } = await own.get(`/v1/orders/${id}/attribution`);
    expect(touches).toMatchObject([{ type: 'click', linkId: own.sarah.link.id, accepted: true, reason: 'in_window' }]);
  });

  it('lead no order of another merchant anywhere', async () => {
    const [own, stranger] = [await aWorld(api), await aWorld(api)];
    const click = aClick({ slug: own.sarah.link.slug, visitorId: 'v' });
    await imported(own.call, 'clicks', click);
    const order = { storeId: stranger.store.id, clickId: `ext_${click.externalId}`, visitorId: 'v' };
    await imported(stranger.call, 'orders', someOrder(api, order));
    const [{ id }] = (await stranger.get('/v1/orders')).data;
    expect((await stranger.get(`/v1/orders/${id}/attribution`)).touches).toEqual([]);
  });
});

describe('imported customers', () => {
  it('make later orders returning, and no order before', async () => {
    const own = await aWorld(api, { merchant: { customerHistoryFrom: '2020-01-01' } });
    const order = (externalId: string, placedAt: string, customer: Json) =>
      deliver(api, own.store, 'order.paid', someOrder(api, { externalId, placedAt, customer }));
    await order('before', ago(3 * DAY_MS), { email: 'jane@example.com' });
    await order('after', ago(DAY_MS), { email: ' Jane@Example.com' });
    await order('by-id', ago(DAY_MS), { id: 'c7' });
    await order('another', ago(DAY_MS), { email: 'john@example.com' });
    const told = async () =>
      Object.fromEntries((await own.get('/v1/orders')).data.map((one: Json) => [one.externalId, one.customer]));
    expect(await told()).toEqual({ before: 'new', after: 'returning', 'by-id': 'new', another: 'new' });
    const since = { firstOrderAt: ago(2 * DAY_MS) };
    const known = [
      { email: 'john@example.com', ...since },
      { id: 'c7', ...since },
    ];
    expect(outcomeOf(await imported(own.call, 'customers', ...known))).toEqual([2, 0, []]);
    expect(await told()).toEqual({ before: 'new', after: 'returning', 'by-id': 'returning', another: 'returning' });
  });

  it('are known since the earliest that was ever told; what is no earlier is a duplicate', async () => {
    const email = 'known@example.com';
    const told = (days: number) => imported(world.call, 'customers', { email, firstOrderAt: ago(days * DAY_MS) });
    expect(outcomeOf(await told(5))).toEqual([1, 0, []]);
    expect(outcomeOf(await told(5))).toEqual([0, 1, []]);
    expect(outcomeOf(await told(4))).toEqual([0, 1, []]);
    expect(outcomeOf(await told(6))).toEqual([1, 0, []]);
    expect(outcomeOf(await told(5))).toEqual([0, 1, []]);
  });

  it('need an e-mail or an id, and an id its store where there is not one store only', async () => {
    const own = await aMerchant(api);
    const firstOrderAt = ago(DAY_MS);
    const faults = async (...told: Json[]) => (await outcomeOf(await imported(own.call, 'customers', ...told)))[2];
    expect(await faults({ id: 'c1', firstOrderAt }, { email: 'a@b.c', firstOrderAt })).toEqual(['1 store_required']);
    const store = await aStore(own, { externalId: 'one' });
    expect(await faults({ id: 'c1', firstOrderAt })).toEqual([]);
    await aStore(own, { domain: 'two.example.com' });
    const several = [
      { id: 'c2', firstOrderAt },
      { id: 'c2', storeId: store.id, firstOrderAt },
      { id: 'c2', storeId: 'ext_one', firstOrderAt },
      { id: 'c2', storeId: world.store.id, firstOrderAt },
      { firstOrderAt },
      { email: '   ', firstOrderAt },
      { email: 'a@b.c', firstOrderAt: ago(-DAY_MS) },
    ];
    const wanted = ['1 store_required', '4 unknown_store', '5 invalid_line', '6 invalid_line', '7 in_future'];
    expect(await faults(...several)).toEqual(wanted);
  });

  it('have the days of their later orders marked', async () => {
    const own = await aWorld(api);
    const customer = { email: 'late@example.com' };
    await deliver(api, own.store, 'order.paid', someOrder(api, { placedAt: ago(2 * DAY_MS), customer }));
    await rollUp(own, '2026-11-18');
    const stale = async () =>
      (await own.get('/v1/reports/performance', { from: '2026-11-18', to: '2026-11-18' })).staleDays;
    api.clock.advance(120_000);
    await rollUp(own, '2026-11-18');
    expect(await stale()).toEqual([]);
    await imported(own.call, 'customers', { email: 'else@example.com', firstOrderAt: '2026-01-01T00:00:00Z' });
    expect(await stale()).toEqual([]);
    await imported(own.call, 'customers', { ...customer, firstOrderAt: '2026-01-01T00:00:00Z' });
    expect(await stale()).toEqual(['2026-11-18']);
  });
});
