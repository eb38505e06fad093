// Costs and values: money a marketer enters is exact, in the merchant's currency and on a day that exists.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answered, type Json, type TestApi, testApi } from '../support/http.ts';
import { aMerchant, type Owner } from '../support/world.ts';

let api: TestApi;
let owner: Owner;
beforeAll(async () => {
  api = await testApi();
  owner = await aMerchant(api);
});
afterAll(() => api.close());

const USD = { amount: 350_000, currency: 'USD' };
const cost = (over: Record<string, unknown>) =>
  owner.call('POST', '/v1/costs', { body: { type: 'fee', amount: USD, incurredOn: '2026-11-20', ...over } });
const errorsOf = (answer: Answered) => answer.json.errors.map(({ pointer, code }: Json) => [pointer, code]);

describe('an amount', () => {
  it.each([0, 1, 350_000, 10_000_000_000_000])('of %i minor units is kept to the unit', async (amount) => {
    const made = await cost({ amount: { amount, currency: 'USD' } });
    expect(made.json.amount).toEqual({ amount, currency: 'USD' });
  });

  it.each([['-1'], ['0.5'], ['10000000000001'], ['9007199254740993'], ['1e400'], ['"100"'], ['null'], ['{}']])(
    'of %s is 422',
    async (amount) => {
      const body = `{"type":"fee","incurredOn":"2026-11-20","amount":{"currency":"USD","amount":${amount}}}`;
      const refused = await owner.call('POST', '/v1/costs', { body });
      expect(new Set(errorsOf(refused).map(([pointer]: string[]) => pointer))).toEqual(new Set(['/amount/amount']));
    },
  );

  it('that is not a number at all is not JSON', async () => {
    for (const amount of ['NaN', 'Infinity', '0x10', '1_000', '.5']) {
      const body = `{"type":"fee","incurredOn":"2026-11-20","amount":{"currency":"USD","amount":${amount}}}`;
      expect((await owner.call('POST', '/v1/costs', { body })).json.code).toBe('malformed_json');
    }
  });

  it("is in the merchant's currency, which is one that exists", async () => {
    expect(errorsOf(await cost({ amount: { amount: 1, currency: 'EUR' } }))).toEqual([
      ['/amount/currency', 'currency_mismatch'],
    ]);
    for (const currency of ['usd', 'XXX', 'US', '', 'XAU', 840]) {
      const refused = await cost({ amount: { amount: 1, currency } });
      expect(errorsOf(refused)[0][0]).toBe('/amount/currency');
    }
  });

  it('has as many decimals as its currency: yen none, Kuwaiti dinars three', async () => {
    for (const [currency, shown] of [
      ['JPY', '350000'],
      ['KWD', '350.000'],
    ] as const) {
      const shop = await aMerchant(api, { currency });
      await shop.make('/v1/costs', { type: 'fee', amount: { amount: 350_000, currency }, incurredOn: '2026-11-20' });
      const csv = await shop.call('GET', '/v1/costs', { headers: { accept: 'text/csv' } });
      expect(csv.text).toContain(`,${shown},${currency},`);
    }
  });
});

describe('a day', () => {
  it.each([
    '2026-02-29',
    '2026-13-01',
    '2026-11-31',
    '20261120',
    '2026-11-20T00:00:00Z',
    '0000-01-01',
    '9999-12-31',
    '',
  ])('%j is 422', async (incurredOn) => {
    expect(errorsOf(await cost({ incurredOn }))).toEqual([['/incurredOn', 'invalid_day']]);
  });

  it('may be a leap day', async () => {
    expect((await cost({ incurredOn: '2028-02-29' })).status).toBe(201);
  });
});

describe('types', () => {
  it('are those of the trade', async () => {
    const types = ['fee', 'retainer', 'product', 'shipping', 'agency', 'time', 'tools', 'bonus', 'reimbursement'];
    for (const type of [...types, 'ad_boost', 'other']) expect((await cost({ type })).status).toBe(201);
    expect(errorsOf(await cost({ type: 'bribe' }))[0][0]).toBe('/type');
    for (const type of ['content', 'brand_search', 'other']) {
      expect((await owner.call('POST', '/v1/values', { body: { type, amount: USD, on: '2026-11-20' } })).status).toBe(
        201,
      );
    }
    const refused = await owner.call('POST', '/v1/values', { body: { type: 'direct', amount: USD, on: '2026-11-20' } });
    expect(errorsOf(refused)[0][0]).toBe('/type');
  });

  it('miss nothing that is required', async () => {
    expect(errorsOf(await owner.call('POST', '/v1/costs', { body: {} }))).toEqual([
      ['/type', expect.any(String)],
      ['/amount', 'required'],
      ['/incurredOn', 'required'],
    ]);
    expect(errorsOf(await owner.call('POST', '/v1/values', { body: {} }))).toEqual([
      ['/type', expect.any(String)],
      ['/amount', 'required'],
      ['/on', 'required'],
    ]);
  });

  it('of time carry hours and their rate', async () => {
    const made = await cost({ type: 'time', hours: 12.5, hourlyRate: 9600 });
    expect(made.json).toMatchObject({ hours: 12.5, hourlyRate: 9600 });
    expect(errorsOf(await cost({ hours: -1, hourlyRate: 0.5 })).map(([pointer]: string[]) => pointer)).toEqual([
      '/hours',
      '/hourlyRate',
    ]);
  });
});
