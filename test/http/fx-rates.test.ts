// Currencies over HTTP: rates set and imported, and orders of other currencies that follow from them to the last unit.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aGatewayEvent, answeredOf, type Json, type TestApi, testApi } from '../support/http.ts';
import { aShopifyOrder } from '../support/payloads/shopify.ts';
import {
  aMerchant,
  aStore,
  aWorld,
  deliver,
  deliverShopify,
  type Owner,
  placeOrder,
  rollUp,
} from '../support/world.ts';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

const CSV = { 'content-type': 'text/csv' };
const DAY = '2026-11-20';

const put = (owner: Owner, body: Json) => owner.call('PUT', '/v1/fx-rates', { body });
const rate = (over: Json = {}) => ({ date: DAY, base: 'EUR', quote: 'USD', rate: '1.0837', ...over });
const imported = async (owner: Owner, body: string, query: Record<string, string> = {}): Promise<Json> => {
  const answer = await owner.call('POST', '/v1/imports/fx-rates', { body, headers: CSV, query });
  expect([answer.status, answer.text]).toEqual([200, answer.text]);
  return answer.json;
};
const orderOf = async (owner: Owner, externalId: string): Promise<Json> => {
  const { data } = await owner.get('/v1/orders', { limit: 100 });
  return owner.get(`/v1/orders/${data.find((order: Json) => order.externalId === externalId).id}`);
};
const report = async (owner: Owner, basis = 'booked'): Promise<Json> =>
  owner.get('/v1/reports/performance', { from: DAY, to: DAY, groupBy: 'store', basis });

describe('PUT /v1/fx-rates', () => {
  it('keeps a rate as decimal text, from text or number, and says who set it and when', async () => {
    const owner = await aMerchant(api);
    expect((await put(owner, rate({ rate: '1.083700' }))).json).toEqual({
      ...{ date: DAY, base: 'EUR', quote: 'USD', rate: '1.0837', source: 'manual' },
      setAt: new Date(api.clock.now).toISOString(),
    });
    const numeric = await put(owner, rate({ quote: 'JPY', rate: 168.21, source: 'our bank' }));
    expect([numeric.status, numeric.json.rate, numeric.json.source]).toEqual([200, '168.21', 'our bank']);
    const { data } = await owner.get('/v1/fx-rates');
    expect(data.map(({ quote }: Json) => quote)).toEqual(['JPY', 'USD']);
  });

  it.each([
    ['same_currency', '/quote', { quote: 'EUR' }],
    ['unknown_currency', '/base', { base: 'XXX' }],
    ['unknown_currency', '/quote', { quote: 'usd' }],
    ['invalid_rate', '/rate', { rate: '0' }],
    ['invalid_rate', '/rate', { rate: 0 }],
    ['invalid_rate', '/rate', { rate: -1.5 }],
    ['invalid_rate', '/rate', { rate: '1e3' }],
    ['invalid_rate', '/rate', { rate: '1,08' }],
    ['invalid_rate', '/rate', { rate: '1.12345678901234567890' }],
    ['invalid_day', '/date', { date: '2026-02-30' }],
    ['unknown_field', '/rates', { rates: [] }],
  ])('refuses %s at %s', async (code, pointer, over) => {
    const owner = await aMerchant(api);
    const refused = await put(owner, rate(over));
    expect([refused.status, refused.json.errors]).toMatchObject([422, [{ code, pointer }]]);
    expect((await owner.get('/v1/fx-rates')).data).toEqual([]);
  });

  it('needs the scope write, as importing does', async () => {
    const owner = await aMerchant(api);
    const { key } = await owner.make('/v1/api-keys', { name: 'reader', scopes: ['read'] });
    expect((await api.call('PUT', '/v1/fx-rates', { key, body: rate() })).status).toBe(403);
    const body = 'Date,USD\n';
    expect((await api.call('POST', '/v1/imports/fx-rates', { key, body, headers: CSV })).status).toBe(403);
    expect((await api.call('GET', '/v1/fx-rates', { key })).status).toBe(200);
  });

  it('loses none of many set at once for one day', async () => {
    const owner = await aMerchant(api);
    const quotes = ['USD', 'JPY', 'GBP', 'CHF', 'SEK', 'NOK', 'DKK', 'PLN'];
    const answers = await Promise.all(quotes.map((quote) => put(owner, rate({ quote }))));
    expect(answers.map(({ status }) => status)).toEqual(quotes.map(() => 200));
    const { data } = await owner.get('/v1/fx-rates');
    expect(data.map(({ quote }: Json) => quote)).toEqual([...quotes].sort());
  });
});

describe('the list of rates', () => {
  it('has the newest day first, is filtered, paged and CSV, and is the merchant’s own', async () => {
    const [owner, other] = [await aMerchant(api), await aMerchant(api)];
    await imported(owner, 'Date,USD,JPY,\n2026-11-19,1.08,168.2,\n2026-11-18,1.07,N/A,\n');
    await put(owner, rate({ base: 'GBP', rate: '1.3' }));
    const told = ({ date, base, quote }: Json) => `${date} ${base} ${quote}`;
    const all = (await owner.get('/v1/fx-rates')).data.map(told);
    expect(all).toEqual(['2026-11-20 GBP USD', '2026-11-19 EUR JPY', '2026-11-19 EUR USD', '2026-11-18 EUR USD']);
    const paged: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Json = await owner.get('/v1/fx-rates', { limit: 1, ...(cursor && { cursor }) });
      paged.push(...page.data.map(told));
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(all);
    const of = async (query: Record<string, string>) => (await owner.get('/v1/fx-rates', query)).data.map(told);
    expect(await of({ quote: 'JPY' })).toEqual([all[1]]);
    expect(await of({ base: 'EUR', to: '2026-11-18' })).toEqual([all[3]]);
    expect(await of({ from: '2026-11-20' })).toEqual([all[0]]);
    expect((await other.get('/v1/fx-rates')).data).toEqual([]);
    const csv = await owner.call('GET', '/v1/fx-rates', { headers: { accept: 'text/csv' }, query: { quote: 'JPY' } });
    expect(csv.text.split('\r\n').slice(0, 2)).toEqual([
      'date,base,quote,rate,source,setAt',
      `2026-11-19,EUR,JPY,168.2,ECB,${new Date(api.clock.now).toISOString()}`,
    ]);
  });
});

describe('an order of another currency', () => {
  it('is listed and counts nowhere until its rate is supplied, and then counts at once and in its day', async () => {
    const world = await aWorld(api);
    const codes = { discountCodes: [world.sarah.code.code] };
    await placeOrder(api, world.store, { externalId: '1', currency: 'EUR', ...codes });
    await rollUp(world, DAY);
    expect((await world.get('/v1/orders', { state: 'fx_missing' })).data.length).toBe(1);
    expect(await orderOf(world, '1')).toMatchObject({ state: 'fx_missing', fx: null, converted: null, ledger: [] });
    expect((await report(world)).reconciliation.storeNetRevenue).toBe(0);

    expect((await put(world, rate({ source: 'our bank' }))).status).toBe(200);
    const order = await orderOf(world, '1');
    expect(order).toMatchObject({
      ...{ state: 'paid', currency: 'EUR', grossRevenue: 12_000, netRevenue: 10_000 },
      fx: { rate: '1.0837', base: 'EUR', quote: 'USD', date: DAY, source: 'our bank' },
      converted: {
        ...{ currency: 'USD', grossRevenue: 13_004, discounts: 2_167, refunds: 0, netRevenue: 10_837 },
        ...{ shipping: 650, tax: 433 },
      },
      ledger: [{ type: 'sale', grossRevenue: 13_004, netRevenue: 10_837 }],
    });
    expect((await world.get('/v1/orders', { state: 'fx_missing' })).data).toEqual([]);
    const { credits } = await world.get(`/v1/orders/${order.id}/attribution`);
    expect(credits.direct).toMatchObject([{ creatorId: world.sarah.creator.id, netRevenue: 10_837 }]);

    expect((await report(world)).staleDays).toEqual([DAY]);
    await rollUp(world, DAY);
    for (const basis of ['booked', 'settled']) {
      const { reconciliation } = await report(world, basis);
      expect(reconciliation).toMatchObject({ storeNetRevenue: 10_837, credited: 10_837, unattributed: 0 });
    }
  });

  it('has a CSV whose converted figures are in the major units of the merchant’s currency', async () => {
    const world = await aWorld(api);
    await put(world, rate({ base: 'JPY', rate: '0.0065' }));
    await placeOrder(api, world.store, { externalId: '1', currency: 'JPY', itemsTotal: 2_000, discounts: 0 });
    const csv = await world.call('GET', '/v1/orders', { headers: { accept: 'text/csv' } });
    const [head = '', row = ''] = csv.text.split('\r\n');
    const cells = new Map(head.split(',').map((name, i) => [name, row.split(',')[i]]));
    expect(
      ['currency', 'grossRevenue', 'fx.rate', 'converted.currency', 'converted.grossRevenue'].map((name) =>
        cells.get(name),
      ),
    ).toEqual(['JPY', '2000', '0.0065', 'USD', '13.00']);
  });

  it('follows when its rate is changed, its refunds with it', async () => {
    const world = await aWorld(api);
    await put(world, rate({ rate: '1' }));
    await placeOrder(api, world.store, { externalId: '1', currency: 'EUR' });
    const refund = { externalId: 'r1', refundedAt: new Date(api.clock.now).toISOString(), amount: 3_333 };
    expect((await deliver(api, world.store, 'refund.created', { orderExternalId: '1', ...refund })).status).toBe(200);
    await put(world, rate({ rate: '1.1' }));
    const order = await orderOf(world, '1');
    expect(order.converted).toMatchObject({
      grossRevenue: 13_200,
      discounts: 2_200,
      refunds: 3_666,
      netRevenue: 7_334,
    });
    const sum = (field: string) => order.ledger.reduce((total: number, line: Json) => total + line[field], 0);
    expect([sum('grossRevenue'), sum('refunds'), sum('netRevenue')]).toEqual([13_200, 3_666, 7_334]);
  });

  it('takes the rate of the Friday before on a weekend, and none that is more than seven days old', async () => {
    const world = await aWorld(api);
    await put(world, rate());
    await placeOrder(api, world.store, { externalId: 'sunday', currency: 'EUR', placedAt: '2026-11-22T10:00:00Z' });
    await placeOrder(api, world.store, { externalId: 'friday', currency: 'EUR', placedAt: '2026-11-27T23:00:00Z' });
    await placeOrder(api, world.store, { externalId: 'late', currency: 'EUR', placedAt: '2026-11-28T00:00:00Z' });
    await placeOrder(api, world.store, { externalId: 'early', currency: 'EUR', placedAt: '2026-11-19T23:00:00Z' });
    const state = async (externalId: string) => (await orderOf(world, externalId)).state;
    expect([await state('sunday'), await state('friday'), await state('late'), await state('early')]).toEqual([
      'paid',
      'paid',
      'fx_missing',
      'fx_missing',
    ]);
    expect((await orderOf(world, 'sunday')).fx.date).toBe(DAY);
    // The day's own rate comes late, and takes the place of the one that stood in for it.
    await put(world, rate({ date: '2026-11-27', rate: '1.2' }));
    expect((await orderOf(world, 'friday')).fx).toMatchObject({ rate: '1.2', date: '2026-11-27' });
    expect(await state('late')).toBe('paid');
  });

  it('of yen is never multiplied by 100, told by our own platform', async () => {
    const world = await aWorld(api);
    await put(world, rate({ base: 'JPY', rate: '0.0065' }));
    await placeOrder(api, world.store, { externalId: '1', currency: 'JPY', itemsTotal: 12_000, discounts: 2_000 });
    expect(await orderOf(world, '1')).toMatchObject({ grossRevenue: 12_000, netRevenue: 10_000 });
    // 12,000 yen at 0.0065 are 78.00 dollars.
    expect((await orderOf(world, '1')).converted).toMatchObject({ grossRevenue: 7_800, netRevenue: 6_500 });
  });

  it('of yen is never multiplied by 100, told by Shopify', async () => {
    const world = await aWorld(api, { store: { platform: 'shopify', domain: 'open-shop.myshopify.com' } });
    await put(world, rate({ base: 'JPY', rate: '0.0065' }));
    const at = new Date(api.clock.now).toISOString();
    const line = { id: 1, quantity: 1, price: '12000', total_discount: '0', tax_lines: [], discount_allocations: [] };
    const body = aShopifyOrder({
      ...{ currency: 'JPY', created_at: at, processed_at: at, updated_at: at, line_items: [line] },
      ...{ discount_codes: [], total_tax: '0', shipping_lines: [] },
    });
    expect((await deliverShopify(api, world.store, 'orders/paid', body)).status).toBe(200);
    expect(await orderOf(world, '5001')).toMatchObject({ currency: 'JPY', grossRevenue: 12_000 });
    expect((await orderOf(world, '5001')).converted).toMatchObject({ currency: 'USD', grossRevenue: 7_800 });
  });

  it('of dollars is booked in dinars, which have three decimals, also through a currency that quotes both', async () => {
    const world = await aWorld(api, { merchant: { currency: 'KWD' } });
    await put(world, rate({ base: 'USD', quote: 'KWD', rate: '0.30712' }));
    await placeOrder(api, world.store, { externalId: '1', itemsTotal: 1_250, discounts: 0 });
    // 12.50 dollars are 3.839 dinars.
    expect((await orderOf(world, '1')).converted).toMatchObject({ currency: 'KWD', grossRevenue: 3_839 });
    await put(world, rate({ date: '2026-11-21', quote: 'USD', rate: '1.25' }));
    await put(world, rate({ date: '2026-11-21', quote: 'KWD', rate: '0.4' }));
    await placeOrder(api, world.store, {
      externalId: '2',
      itemsTotal: 1_250,
      discounts: 0,
      placedAt: '2026-11-21T10:00:00Z',
    });
    expect(await orderOf(world, '2')).toMatchObject({
      converted: { grossRevenue: 4_000 },
      fx: { rate: '0.32', source: 'manual' },
    });
  });

  it('is converted by the day of the merchant’s zone', async () => {
    const world = await aWorld(api, { merchant: { timeZone: 'Asia/Tokyo' } });
    await put(world, rate({ rate: '2' }));
    await put(world, rate({ date: '2026-11-21', rate: '3' }));
    await placeOrder(api, world.store, { externalId: '1', currency: 'EUR', placedAt: '2026-11-20T14:59:59Z' });
    await placeOrder(api, world.store, { externalId: '2', currency: 'EUR', placedAt: '2026-11-20T15:00:00Z' });
    expect([(await orderOf(world, '1')).fx.rate, (await orderOf(world, '2')).fx.rate]).toEqual(['2', '3']);
  });

  it('that is cancelled nets to nothing on either basis', async () => {
    const world = await aWorld(api);
    await put(world, rate());
    await placeOrder(api, world.store, { externalId: '1', currency: 'EUR' });
    await deliver(api, world.store, 'order.cancelled', {
      externalId: '1',
      cancelledAt: new Date(api.clock.now).toISOString(),
    });
    const { ledger } = await orderOf(world, '1');
    for (const field of ['grossRevenue', 'discounts', 'netRevenue', 'shipping', 'tax', 'orders']) {
      expect([field, ledger.reduce((total: number, line: Json) => total + line[field], 0)]).toEqual([field, 0]);
    }
    await rollUp(world, DAY);
    for (const basis of ['booked', 'settled']) {
      expect((await report(world, basis)).reconciliation).toMatchObject({ storeNetRevenue: 0, storeOrders: 0 });
    }
  });

  it('of the merchant’s own currency is not converted, whatever rates there are', async () => {
    const world = await aWorld(api);
    await put(world, rate({ base: 'USD', quote: 'EUR' }));
    await placeOrder(api, world.store, { externalId: '1' });
    expect(await orderOf(world, '1')).toMatchObject({ state: 'paid', fx: null, converted: null });
  });
});

describe('POST /v1/imports/fx-rates', () => {
  const HISTORY = [
    'Date,USD,JPY,CYP,',
    '2026-11-20,1.0837,168.21,N/A,',
    '2026-11-19,1.0811,N/A,N/A,',
    '2026-11-18,none,167.9,N/A,',
    'yesterday,1.08,168,N/A,',
    '',
  ].join('\n');

  it('takes the history as the bank publishes it, and says what of it is no rate', async () => {
    const owner = await aMerchant(api);
    const answer = await imported(owner, HISTORY);
    expect(answer).toMatchObject({
      ...{ accepted: 4, duplicates: 0 },
      rejected: [
        { line: 1, code: 'unknown_currency' },
        { line: 4, code: 'invalid_rate' },
        { line: 5, code: 'invalid_day' },
      ],
    });
    expect(await imported(owner, HISTORY)).toMatchObject({ accepted: 0, duplicates: 4 });
    const { data } = await owner.get('/v1/fx-rates', { quote: 'USD' });
    expect(data.map(({ date, rate: told, source }: Json) => [date, told, source])).toEqual([
      ['2026-11-20', '1.0837', 'ECB'],
      ['2026-11-19', '1.0811', 'ECB'],
    ]);
  });

  it('takes the file of the last day alone, with its blanks and its spelt-out date', async () => {
    const owner = await aMerchant(api);
    const answer = await imported(owner, '\uFEFFDate, USD, JPY, \r\n20 November 2026, 1.0837, 168.21, \r\n');
    expect(answer).toEqual({ accepted: 2, duplicates: 0, kept: 0, rejected: [] });
    expect((await owner.get('/v1/fx-rates')).data.map(({ date }: Json) => date)).toEqual([DAY, DAY]);
  });

  it('takes the data portal’s, whose titles have commas, and spot rates alone', async () => {
    const owner = await aMerchant(api);
    const head = 'KEY,FREQ,CURRENCY,CURRENCY_DENOM,EXR_TYPE,EXR_SUFFIX,TIME_PERIOD,OBS_VALUE,TITLE';
    const title = '"US dollar/Euro, ""reference"" rate, 2:15 pm (C.E.T.)"';
    const row = (currency: string, type: string, day: string, value: string) =>
      `EXR.D.${currency}.EUR.${type}.A,D,${currency},EUR,${type},A,${day},${value},${title}`;
    const rows = [
      row('USD', 'SP00', DAY, '1.0837'),
      row('JPY', 'SP00', DAY, 'NaN'),
      row('USD', 'EN00', DAY, '98.2'),
      row('USD', 'SP00', '2026-11', '1.09'),
    ];
    expect(await imported(owner, [head, ...rows].join('\r\n'))).toMatchObject({
      accepted: 1,
      rejected: [
        { line: 4, code: 'not_a_spot_rate' },
        { line: 5, code: 'invalid_day' },
      ],
    });
  });

  it('leaves out the days before the one that is asked from, and what comes after a quote that is not closed', async () => {
    const owner = await aMerchant(api);
    const body = `Date,USD\n2026-11-20,1.08\n2026-11-19,1.07\n2026-11-18,"1.06\n`;
    const answer = await imported(owner, body, { from: '2026-11-20' });
    expect(answer).toMatchObject({ accepted: 1, rejected: [{ line: 4, code: 'malformed_csv' }] });
  });

  it('refuses what is no such file: another type or none, other columns, other bytes, nothing, too much', async () => {
    const owner = await aMerchant(api);
    const post = (body: unknown, headers: Record<string, string> = CSV) =>
      owner.call('POST', '/v1/imports/fx-rates', { body, headers });
    expect((await post('Date,USD\n', { 'content-type': 'application/json' })).status).toBe(415);
    expect((await post('Date,USD\n', { 'content-type': '' })).status).toBe(415);
    expect((await post('Date,USD\n', { 'content-type': 'text/csv; charset=utf-8' })).status).toBe(200);
    const refused = async (body: unknown) => {
      const { status, json } = await post(body);
      return [status, json.errors?.[0]?.code ?? json.code];
    };
    expect(await refused('day,rate\n2026-11-20,1\n')).toEqual([422, 'unknown_columns']);
    expect(await refused('')).toEqual([422, 'unknown_columns']);
    expect(await refused(`Date,USD\n${'x,1\n'.repeat(1_001)}`)).toEqual([422, 'not_rates']);
    expect(await refused('x'.repeat(4 * 1024 * 1024 + 1))).toEqual([413, 'body_too_large']);
  });

  it('refuses bytes that are no UTF-8, as they come from API Gateway', async () => {
    const owner = await aMerchant(api);
    const event = aGatewayEvent('POST', '/v1/imports/fx-rates', { key: owner.key, body: 'x', headers: CSV });
    const latin = { ...event, body: Buffer.from('Date,\xdcSD', 'latin1').toString('base64'), isBase64Encoded: true };
    const { status, json } = answeredOf(await api.handlers.api(latin, undefined as never));
    expect([status, json.errors]).toMatchObject([422, [{ code: 'not_utf8' }]]);
  });

  it('takes the place of no rate that was set by hand, of that day or another currency of it', async () => {
    const owner = await aMerchant(api);
    await put(owner, rate({ quote: 'KWD', rate: '0.33', source: 'our bank' }));
    await put(owner, rate({ rate: '1', source: 'our bank' }));
    expect(await imported(owner, `Date,USD\n${DAY},1.0837\n`)).toMatchObject({ accepted: 0, duplicates: 0, kept: 1 });
    expect(await imported(owner, `Date,USD,JPY\n${DAY},1.0837,160\n`)).toMatchObject({ accepted: 1, kept: 1 });
    await put(owner, rate({ quote: 'JPY', rate: '161' }));
    expect(await imported(owner, `Date,USD,JPY\n${DAY},1.0837,160\n`)).toMatchObject({ accepted: 0, kept: 2 });
    const { data } = await owner.get('/v1/fx-rates');
    expect(data.map(({ quote, rate: told, source }: Json) => [quote, told, source])).toEqual([
      ['JPY', '161', 'manual'],
      ['KWD', '0.33', 'our bank'],
      ['USD', '1', 'our bank'],
    ]);
  });

  it('puts right the orders that waited for it', async () => {
    const world = await aWorld(api);
    for (const [i, currency] of ['EUR', 'JPY', 'GBP'].entries()) {
      await placeOrder(api, world.store, { externalId: String(i), currency });
    }
    await imported(world, HISTORY);
    const { data } = await world.get('/v1/orders', { state: 'fx_missing' });
    expect(data.map(({ currency }: Json) => currency)).toEqual(['GBP']);
  });

  it('takes the whole history, seven thousand days of forty currencies, within seconds', async () => {
    const owner = await aMerchant(api);
    const store = await aStore(owner);
    await placeOrder(api, store, { externalId: '1', currency: 'SEK' });
    const names =
      'USD,JPY,BGN,CZK,DKK,GBP,HUF,PLN,RON,SEK,CHF,ISK,NOK,TRY,AUD,BRL,CAD,CNY,HKD,IDR,ILS,INR,KRW,MXN,MYR,NZD,PHP,SGD,THB,ZAR';
    const currencies = [...names.split(','), 'AED', 'ARS', 'BDT', 'CLP', 'COP', 'EGP', 'GEL', 'KES', 'KWD', 'LKR'];
    const line = (i: number) => {
      const day = new Date(Date.parse(DAY) - i * 86_400_000).toISOString().slice(0, 10);
      return `${day},${currencies.map((_, j) => `${j + 1}.${1_000 + ((i * 7 + j) % 9_000)}`).join(',')},`;
    };
    const body = [`Date,${currencies.join(',')},`, ...Array.from({ length: 7_000 }, (_, i) => line(i))].join('\n');
    expect(body.length).toBeLessThan(4 * 1024 * 1024);
    const begun = performance.now();
    expect(await imported(owner, body)).toEqual({ accepted: 280_000, duplicates: 0, kept: 0, rejected: [] });
    const seconds = (performance.now() - begun) / 1000;
    expect((await orderOf(owner, '1')).state).toBe('paid');
    // A few seconds where nothing else runs; half a minute would be the end of a request to AWS.
    expect(seconds).toBeLessThan(60);
  }, 180_000);
});
