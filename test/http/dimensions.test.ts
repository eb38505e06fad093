// The performance report by what was sold, where to and to whom: grouped by and filtered on, always adding up to the shop.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MerchantData } from '../../lib/domain/entities.ts';
import type { OrderSnapshot } from '../../lib/domain/orders/events.ts';
import { keys } from '../../lib/table/keys.ts';
import { recordById, type StoredRecord } from '../../lib/table/records.ts';
import { getItem, putItem } from '../../lib/table/table.ts';
import { type Json, type TestApi, testApi } from '../support/http.ts';
import { aLine, aRefund, aSnapshot } from '../support/payloads/order-events.ts';
import { delivered } from '../support/shop.ts';
import { aWorld, clickIdOf, follow, rollUp, type World } from '../support/world.ts';

const DAY = 86_400_000;
const WHOLE = { from: '2026-11-18', to: '2026-11-19' };
const [P1, P2, CARD] = [
  aLine({ id: '1', sku: 'P-1', productId: 'p1', collections: ['summer'], quantity: 2, price: 3_000, discount: 1_000 }),
  aLine({
    id: '2',
    sku: 'P-2',
    productId: 'p2',
    collections: ['summer', 'sale'],
    quantity: 1,
    price: 4_000,
    discount: 0,
  }),
  aLine({ id: '3', sku: 'CARD', giftCard: true, price: 5_000, quantity: 1, discount: 0 }),
];

let api: TestApi;
let world: World;

/**
 * Wednesday: Sarah's code sells both products to a new customer in Germany, for 90.00; Mike's, in the app, the first to the
 * same customer, sent to the US, for 30.00, and a gift card. Nobody's is an order of the till, for 40.00. Thursday: of
 * Sarah's order the second product is refunded in part, 15.00, and 5.00 for nothing in particular.
 */
beforeAll(async () => {
  api = await testApi({ clock: Date.parse('2026-11-18T12:00:00Z') });
  world = await aWorld(api, { merchant: { customerHistoryFrom: '2026-01-01' } });
  const merchant = (await recordById<MerchantData>(api.service.table, world.merchant.id)) as StoredRecord<MerchantData>;
  const shop = { merchant, storeId: world.store.id } as Parameters<typeof delivered>[1];
  const tell = (externalId: string, event: Parameters<typeof delivered>[3]) =>
    delivered(api.service, shop, externalId, event);
  const order = (externalId: string, over: Partial<OrderSnapshot>) => {
    const placedAt = api.clock.now + Number(externalId);
    return tell(externalId, aSnapshot({ placedAt, updatedAt: placedAt, ...over }));
  };
  const code = ({ code: { code } }: World['sarah']) => [{ code, amount: 1 }];
  const clickId = clickIdOf(await follow(api, world.sarah.link.slug));
  await order('1', {
    ...{ lines: [P1, P2], gross: 10_000, discounts: 1_000, units: 3, country: 'DE', customerKeys: ['k1'] },
    ...{ codes: code(world.sarah), clickId },
  });
  await order('2', {
    ...{ lines: [{ ...P1, quantity: 1, discount: 0 }, CARD], gross: 3_000, discounts: 0, units: 1, country: 'US' },
    ...{ codes: code(world.mike), customerKeys: ['k1'], channel: 'app' },
  });
  await order('3', { lines: [P2], gross: 4_000, discounts: 0, units: 1, channel: 'pos' });
  api.clock.advance(DAY);
  const refunded = { refundedAt: api.clock.now, tax: 0 };
  const lines = [{ lineId: '2', quantity: 0, amount: 1_500, tax: 0 }];
  await tell('1', { type: 'refund', refund: aRefund({ id: 'r1', items: 1_500, ...refunded, lines }) });
  await tell('1', { type: 'refund', refund: aRefund({ id: 'r2', items: 500, ...refunded, lines: [] }) });
  api.clock.advance(100_000);
  await rollUp(world, WHOLE.from, WHOLE.to);
});
afterAll(() => api.close());

type Query = Record<string, string | number>;
const PATH = '/v1/reports/performance';
const report = (query: Query = {}): Promise<Json> => world.get(PATH, { ...WHOLE, ...query });
const told = async (query: Query, ...fields: string[]) =>
  (await report(query)).data.map((row: Json) => fields.map((field) => row[field]));

const COLUMNS = ['orders', 'units', 'grossRevenue', 'discounts', 'refunds', 'netRevenue'];

describe('grouped by', () => {
  it.each([
    [
      'sku',
      [
        ['P-1', 2, 3, 9_000, 1_000, 0, 8_000],
        ['P-2', 1, 1, 4_000, 0, 1_500, 2_500],
        [null, 0, 0, 0, 0, 500, -500],
      ],
    ],
    [
      'productId',
      [
        ['p1', 2, 3, 9_000, 1_000, 0, 8_000],
        ['p2', 1, 1, 4_000, 0, 1_500, 2_500],
        [null, 0, 0, 0, 0, 500, -500],
      ],
    ],
    [
      'collection',
      [
        ['summer', 2, 4, 13_000, 1_000, 1_500, 10_500],
        ['sale', 1, 1, 4_000, 0, 1_500, 2_500],
        [null, 0, 0, 0, 0, 500, -500],
      ],
    ],
    [
      'customerType',
      [
        ['new', 1, 3, 10_000, 1_000, 2_000, 7_000],
        ['returning', 1, 1, 3_000, 0, 0, 3_000],
      ],
    ],
    [
      'country',
      [
        ['DE', 1, 3, 10_000, 1_000, 2_000, 7_000],
        ['US', 1, 1, 3_000, 0, 0, 3_000],
        // Sarah's click: no CDN said where from.
        [null, 0, 0, 0, 0, 0, 0],
      ],
    ],
    [
      'channel',
      [
        ['web', 1, 3, 10_000, 1_000, 2_000, 7_000],
        ['app', 1, 1, 3_000, 0, 0, 3_000],
      ],
    ],
  ])('%s, what creators sold is told apart', async (field, rows) => {
    expect(await told({ groupBy: field.replace('Id', '') }, field, ...COLUMNS)).toEqual(rows);
  });

  it('anything of these, totals are the orders’ own and clicks are nobody’s', async () => {
    const whole = await report();
    for (const groupBy of [
      'sku',
      'product',
      'collection',
      'customerType',
      'channel,country',
      'channel',
      'sku,country,day',
    ]) {
      for (const basis of ['booked', 'settled']) {
        const { data, totals, reconciliation } = await report({ groupBy, basis });
        expect(totals).toMatchObject({ orders: 2, units: 4, netRevenue: 10_000, aov: 5_000, newCustomers: 1 });
        expect(reconciliation).toEqual(whole.reconciliation);
        for (const row of [...data, totals]) {
          const none = { clicks: null, uniqueClicks: null, excludedClicks: null, cvr: null, revenuePerClick: null };
          expect(row).toMatchObject(none);
        }
        if (groupBy === 'collection') continue;
        expect(data.reduce((sum: number, row: Json) => sum + row.netRevenue, 0)).toBe(10_000);
      }
    }
    expect(whole.reconciliation).toMatchObject({ storeNetRevenue: 14_000, credited: 10_000, unattributed: 4_000 });
  });

  it('them together with creators, campaigns, stores, sizes and time', async () => {
    const [first] = (await report({ groupBy: 'creator,campaign,store,sizeTier,sku,day,week,month', sku: 'P-2' })).data;
    expect(first).toMatchObject({
      ...{ creatorName: 'Sarah Lim', campaignName: 'Launch', storeName: 'shop.example.com', sizeTier: 'micro' },
      ...{ sku: 'P-2', day: '2026-11-18', week: '2026-W47', month: '2026-11', orders: 1, netRevenue: 2_500 },
    });
    const [product] = (await report({ groupBy: 'product' })).data;
    expect(product).toMatchObject({ productId: 'p1', productTitle: 'Protein' });
    expect(Object.keys(product)).not.toContain('title');
  });

  it('day, each refund is settled on its own', async () => {
    expect(
      await told({ groupBy: 'day,sku', basis: 'settled' }, 'day', 'sku', 'orders', 'refunds', 'netRevenue'),
    ).toEqual([
      ['2026-11-18', 'P-1', 2, 0, 8_000],
      ['2026-11-18', 'P-2', 1, 0, 4_000],
      ['2026-11-19', null, 0, 500, -500],
      ['2026-11-19', 'P-2', 0, 1_500, -1_500],
    ]);
  });
});

describe('filtered on', () => {
  it.each([
    [{ sku: 'P-1' }, 2, 8_000],
    [{ productId: 'p2' }, 1, 2_500],
    [{ collection: 'summer' }, 2, 10_500],
    [{ customerType: 'new' }, 1, 7_000],
    [{ country: 'de' }, 1, 7_000],
    [{ channel: 'app' }, 1, 3_000],
    [{ sku: 'P-1', country: 'US', channel: 'app', customerType: 'returning' }, 1, 3_000],
    [{ sku: 'P-9' }, 0, 0],
  ])('%j, rows and totals are of those alone', async (filter, orders, netRevenue) => {
    const { data, totals } = await report({ ...filter, groupBy: 'creator' });
    // Clicks come from countries, and are of nothing else that orders are told apart by.
    const clicks = 'country' in filter && !('channel' in filter) ? 0 : null;
    expect(totals).toMatchObject({ orders, netRevenue, clicks });
    expect(data.reduce((sum: number, row: Json) => sum + row.netRevenue, 0)).toBe(netRevenue);
    expect(data.every((row: Json) => row.netRevenue !== 0)).toBe(true);
  });

  it('a creator and a store as well', async () => {
    const mine = { groupBy: 'sku', creatorId: world.mike.creator.id, storeId: world.store.id };
    expect(await told(mine, 'sku', 'netRevenue')).toEqual([['P-1', 3_000]]);
    expect((await report({ ...mine, storeId: 'sto_000000000000000000' })).data).toEqual([]);
  });

  it.each<Query>([{ country: 'Germany' }, { customerType: 'old' }, { sku: '' }, { channel: 'x'.repeat(256) }])(
    'what can’t be, it is refused: %j',
    async (query) => {
      const { status, json } = await world.call('GET', PATH, { query: { ...WHOLE, ...query } });
      expect([status, json.errors[0].pointer]).toEqual([422, `/query/${Object.keys(query)[0]}`]);
    },
  );
});

describe('asked together', () => {
  it.each([
    [{ groupBy: 'link,sku' }, 'link', 'sku'],
    [{ groupBy: 'code', productId: 'p1' }, 'code', 'product'],
    [{ groupBy: 'placement,country' }, 'placement', 'country'],
    [{ groupBy: 'platform', channel: 'web' }, 'platform', 'channel'],
    [{ groupBy: 'link', customerType: 'new' }, 'link', 'customerType'],
    [{ groupBy: 'sku,product' }, 'sku', 'product'],
    [{ groupBy: 'collection', sku: 'P-1' }, 'collection', 'sku'],
    [{ productId: 'p1', collection: 'summer' }, 'collection', 'product'],
    [{ groupBy: 'device,os' }, 'device', 'os'],
    [{ groupBy: 'app,link' }, 'link', 'app'],
    [{ groupBy: 'referrerHost,country' }, 'referrerHost', 'country'],
    [{ groupBy: 'language,store' }, 'language', 'store'],
    [{ groupBy: 'device', storeId: 'ext_any' }, 'device', 'store'],
    [{ groupBy: 'os', sku: 'P-1' }, 'os', 'sku'],
  ])('%j is refused, and both are named', async (query, one, other) => {
    const { status, json } = await world.call('GET', PATH, { query: { ...WHOLE, ...query } });
    expect([status, json.errors]).toMatchObject([422, [{ pointer: '/query/groupBy', code: 'not_combinable' }]]);
    expect(json.errors[0].message).toContain(one);
    expect(json.errors[0].message).toContain(other);
  });
});

describe('pages and CSV', () => {
  it('go through all rows, with whole totals on each', async () => {
    const whole = await report({ groupBy: 'sku' });
    const first = await report({ groupBy: 'sku', limit: 2 });
    const rest = await report({ groupBy: 'sku', limit: 2, cursor: first.nextCursor });
    expect([...first.data, ...rest.data]).toEqual(whole.data);
    expect([first.totals, rest.totals]).toEqual([whole.totals, whole.totals]);
  });

  it('have a column for each key, the product’s title beside it, and money in major units', async () => {
    const query = { ...WHOLE, groupBy: 'product,customerType,country,channel', productId: 'p2' };
    const { text } = await world.call('GET', PATH, { query, headers: { accept: 'text/csv' } });
    const [header = '', row = ''] = text.split('\r\n');
    expect(header.split(',').slice(0, 7)).toEqual([
      ...['productId', 'productTitle', 'customerType', 'country', 'channel', 'clicks', 'uniqueClicks'],
    ]);
    expect(row).toMatch(/^p2,Protein,new,DE,web,,,/);
    expect(row).toContain('25.00');
  });
});

describe('a day computed before there were such figures', () => {
  it('is missing from these reports and no other, until it is computed again', async () => {
    const place = keys.rollupHeader(world.merchant.id, '2026-11-18');
    const item = await getItem(api.service.table, place);
    if (!item) throw new Error('The day is computed');
    const { narrow: _narrow, ...header } = item.header as Json;
    await putItem(api.service.table, { ...item, header });
    const whole = await report();
    expect(whole).toMatchObject({ missingDays: [], totals: { netRevenue: 10_000 } });
    for (const query of [{ groupBy: 'sku' }, { country: 'DE' }] as Query[]) {
      const without = await report(query);
      expect(without).toMatchObject({ missingDays: ['2026-11-18'], data: [], computedAt: whole.computedAt });
      expect(without.reconciliation).toMatchObject({ storeNetRevenue: 0, credited: 0, unattributed: 0 });
    }
    await rollUp(world, '2026-11-18');
    expect(await report({ groupBy: 'sku' })).toMatchObject({ missingDays: [], totals: { netRevenue: 10_000 } });
  });
});
