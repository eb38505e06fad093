// CSV of any list or report: RFC 4180, money in major units, the same header whatever the rows are.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answered, type TestApi, testApi } from '../support/http.ts';
import { aMerchant, aWorld, deliver, placeOrder, ROOT, rollUp, type World } from '../support/world.ts';

let api: TestApi;
let world: World;
const RANGE = 'from=2026-11-20&to=2026-11-20';
beforeAll(async () => {
  api = await testApi();
  world = await aWorld(api);
});
afterAll(() => api.close());

/** RFC 4180 read back: rows of cells. */
const parsed = (text: string): string[][] => {
  expect(text.endsWith('\r\n')).toBe(true);
  const rows: string[][] = [[]];
  for (const [, quoted, plain = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
};
const csv = (path: string, query = '', call = world.call): Promise<Answered> =>
  call('GET', path, { query, headers: { accept: 'text/csv' } });
const rowsOf = async (path: string, query = '') => {
  const [header = [], ...rows] = parsed((await csv(path, query)).text);
  return rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i]])));
};

const LISTS = [
  'creators',
  'stores',
  'campaigns',
  'links',
  'discount-codes',
  'costs',
  'values',
  'orders',
  'webhook-events',
  'api-keys',
];

describe('every list and report', () => {
  it.each(LISTS)('%s has the same header row with and without rows', async (kind) => {
    const fresh = await aMerchant(api);
    const empty = await csv(
      `/v1/${kind}`,
      'archived=true'.slice(0, /orders|events/.test(kind) ? 0 : undefined),
      fresh.call,
    );
    expect(empty.headers['content-type']).toBe('text/csv; charset=utf-8; header=present');
    const [header = [], ...none] = parsed(empty.text);
    expect(none).toEqual([]);
    expect(header.length).toBeGreaterThan(3);
    expect(new Set(header).size).toBe(header.length);
    const [full] = parsed((await csv(`/v1/${kind}`)).text);
    expect(full).toEqual(header);
    for (const row of parsed((await csv(`/v1/${kind}`)).text)) expect(row).toHaveLength(header.length);
  });

  it('has its group keys first, and rows or none', async () => {
    const fresh = await aMerchant(api);
    for (const call of [fresh.call, world.call]) {
      const [header = []] = parsed((await csv('/v1/reports/performance', `${RANGE}&groupBy=day,creator`, call)).text);
      expect(header.slice(0, 5)).toEqual(['day', 'creatorId', 'creatorName', 'clicks', 'uniqueClicks']);
      expect(header).toEqual(
        expect.arrayContaining(['excludedClicks.bot', 'renewals.netRevenue', 'netRevenue', 'cvr']),
      );
      const [roi = []] = parsed((await csv('/v1/reports/roi', 'groupBy=campaign', call)).text);
      expect(roi.slice(0, 4)).toEqual(['campaignId', 'campaignName', 'costs.fee', 'costs.retainer']);
      expect(roi).toEqual(
        expect.arrayContaining(['costs.total', 'value.direct.amount', 'value.direct.kind', 'roiMargin']),
      );
    }
  });

  it('is only what asks for it: problems and single things stay JSON', async () => {
    const merchants = await api.call('GET', '/v1/merchants', { key: ROOT, headers: { accept: 'text/csv' } });
    expect(merchants.headers['content-type']).toMatch(/^text\/csv/);
    const one = await csv(`/v1/creators/${world.sarah.creator.id}`);
    expect(one.headers['content-type']).toMatch(/^application\/json/);
    const refused = await csv('/v1/creators', 'limit=0');
    expect([refused.status, refused.json.code]).toEqual([422, 'invalid_request']);
  });

  it.each([
    ['text/csv', true],
    ['TEXT/CSV; charset=utf-8', true],
    ['text/csv, */*', true],
    ['*/*, text/csv', true],
    ['text/*', true],
    ['text/csv, application/problem+json', true],
    ['application/json;q=0.5, text/csv', true],
    ['text/csv, application/json', true],
    ['application/json, text/csv', false],
    ['text/csv;q=0', false],
    ['text/csv; q=0.000, application/json', false],
    ['text/csv;q=0.5, application/json', false],
    ['text/csv;q=0.5, */*', false],
    ['text/csv-x', false],
    ['x-text/csv', false],
    ['application/json, text/plain, */*', false],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', false],
    ['*/*', false],
    ['', false],
  ])('is answered to Accept: %s: %s', async (accept, isCsv) => {
    const { headers } = await world.call('GET', '/v1/creators', { headers: { accept } });
    expect(headers['content-type']?.startsWith('text/csv')).toBe(isCsv);
  });

  it('pages like its JSON, with the next cursor in a header', async () => {
    const first = await csv('/v1/creators', 'limit=1');
    const cursor = first.headers['x-next-cursor'] as string;
    const second = await csv('/v1/creators', `limit=1&cursor=${cursor}`);
    expect(parsed(first.text)).toHaveLength(2);
    expect(parsed(second.text)[1]).not.toEqual(parsed(first.text)[1]);
    expect(second.headers['x-next-cursor']).toBeUndefined();
  });
});

describe('cells', () => {
  it('hold quotes, commas, line breaks and any script as they are', async () => {
    const name = 'Zoë "Z", Ng — 深圳 😀';
    const note = 'one, "two"\r\nline two\nthree\rfour';
    await world.make('/v1/creators', { name, note, tags: ['a', 'b'], externalId: 'cells' });
    const row = (await rowsOf('/v1/creators')).find(({ externalId }) => externalId === 'cells');
    expect(row).toMatchObject({ name, note, tags: 'a; b', handle: '', email: '' });
  });

  it('never start a formula, and leave negative numbers alone', async () => {
    const names = ['=1+1', '+1', '-1', '@SUM(A1)', '=HYPERLINK("https://evil.example.net")'];
    for (const name of names) await world.make('/v1/creators', { name, note: '\t=1', tags: ['=2'] });
    const rows = await rowsOf('/v1/creators', 'limit=100');
    for (const name of names)
      expect(rows).toContainEqual(expect.objectContaining({ name: `'${name}`, note: "'\t=1", tags: "'=2" }));
    await placeOrder(api, world.store, {
      externalId: 'n',
      discountCodes: [world.sarah.code.code],
      placedAt: '2026-11-19T12:00:00Z',
    });
    await deliver(api, world.store, 'refund.created', { externalId: 'r', orderExternalId: 'n', amount: 1_050 });
    await rollUp(world, '2026-11-19', '2026-11-20');
    const settled = await rowsOf('/v1/reports/performance', `${RANGE}&basis=settled`);
    expect(settled).toMatchObject([{ netRevenue: '-10.50', refunds: '10.50', orders: '0', aov: '' }]);
  });

  it('are quoted where another program would end a line or a cell', async () => {
    const notes = ['a\n=cmd|y', 'a\r=cmd|y', 'a;=1'];
    for (const note of notes) await world.make('/v1/creators', { name: 'Breaks', note });
    const { text } = await csv('/v1/creators', 'q=Breaks');
    for (const note of notes) expect(text).toContain(`,"${note}"`);
    expect(
      parsed(text)
        .slice(1)
        .map((row) => row.at(-1))
        .sort(),
    ).toEqual(notes.sort());
  });

  it('hold money in major units of its own currency, wherever it stands', async () => {
    const money = { amount: 350_005, currency: 'USD' };
    await world.make('/v1/costs', {
      type: 'time',
      amount: money,
      incurredOn: '2026-11-20',
      hours: 1.5,
      hourlyRate: 4_050,
    });
    expect(await rowsOf('/v1/costs')).toMatchObject([
      { amount: '3500.05', 'amount.currency': 'USD', hours: '1.5', hourlyRate: '40.50' },
    ]);
    await world.make('/v1/campaigns', {
      name: 'Budgeted',
      destinationUrl: 'https://shop.example.com/',
      startsOn: '2026-11-01',
      budget: money,
      goal: { metric: 'orders', target: 100 },
    });
    expect((await rowsOf('/v1/campaigns')).map((row) => [row.name, row.budget, row['goal.target']]).sort()).toEqual([
      ['Budgeted', '3500.05', '100'],
      ['Launch', '', ''],
    ]);
    const lines = [{ id: '1', title: 'Tea', quantity: 2, price: 1_250 }];
    await placeOrder(api, world.store, { externalId: 'm', lines, discountCodes: [{ code: 'X', amount: 99 }] });
    const order = (await rowsOf('/v1/orders')).find(({ externalId }) => externalId === 'm');
    expect(order).toMatchObject({ grossRevenue: '120.00', netRevenue: '100.00', tax: '4.00', units: '2' });
    expect(JSON.parse(order?.lines ?? '')).toMatchObject([{ quantity: 2, price: '12.50', tax: '0.00' }]);
    expect(JSON.parse(order?.discountCodes ?? '')).toEqual([{ code: 'X', amount: '0.99' }]);
  });

  it('hold a percentage as it is, and a fixed discount as money', async () => {
    const fixed = { type: 'fixed', amount: 1_050, currency: 'USD' };
    const shared = { creatorId: world.sarah.creator.id, storeId: world.store.id, minimumSubtotal: 5_000 };
    await world.make('/v1/discount-codes', { ...shared, value: fixed, code: 'FIXED' });
    await world.make('/v1/discount-codes', { ...shared, value: { type: 'percent', amount: 12.5 }, code: 'PERCENT' });
    const rows = await rowsOf('/v1/discount-codes');
    const shown = (code: string) => rows.find((row) => row.code === code);
    expect(shown('FIXED')).toMatchObject({
      'value.type': 'fixed',
      'value.amount': '10.50',
      'value.currency': 'USD',
      minimumSubtotal: '50.00',
    });
    expect(shown('PERCENT')).toMatchObject({ 'value.type': 'percent', 'value.amount': '12.5', 'value.currency': '' });
  });

  it('hold averages with two digits more', async () => {
    await placeOrder(api, world.store, {
      externalId: 'a1',
      itemsTotal: 1_000,
      discounts: 0,
      discountCodes: [world.mike.code.code],
    });
    await placeOrder(api, world.store, {
      externalId: 'a2',
      itemsTotal: 1_001,
      discounts: 0,
      discountCodes: [world.mike.code.code],
    });
    await rollUp(world, '2026-11-20');
    const rows = await rowsOf('/v1/reports/performance', `${RANGE}&creatorId=${world.mike.creator.id}`);
    expect(rows).toMatchObject([{ orders: '2', netRevenue: '20.01', aov: '10.0050' }]);
  });
});
