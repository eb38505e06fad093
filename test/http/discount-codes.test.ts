// Discount codes: made from names, unique in each store, matched as shoppers type them.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answered, type Json, type TestApi, testApi } from '../support/http.ts';
import { aCreator, aMerchant, aStore, aWorld, type Owner, placeOrder, type World } from '../support/world.ts';

let api: TestApi;
let owner: Owner;
let store: Json;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

/** A merchant with an empty store, so that every name is free. */
const fresh = async () => {
  owner = await aMerchant(api);
  store = await aStore(owner);
};
const PERCENT = { type: 'percent', amount: 15 };
const post = (creator: Json, over: Record<string, unknown> = {}): Promise<Answered> =>
  owner.call('POST', '/v1/discount-codes', {
    body: { creatorId: creator.id, storeId: store.id, value: PERCENT, ...over },
  });
const codeOf = async (creator: Json, over: Record<string, unknown> = {}) => (await post(creator, over)).json.code;
const errorsOf = (answer: Answered) => answer.json.errors.map(({ pointer, code }: Json) => [pointer, code]);

describe('a code made from a name', () => {
  it.each([
    ['Sarah Lim', PERCENT, 'SARAH15'],
    ['Zoë Ng', PERCENT, 'ZOE15'],
    ['Łukasz', PERCENT, 'LUKASZ15'],
    ['Øyvind Ås', { type: 'percent', amount: 12.5 }, 'OYVIND12'],
    ['深圳 Li', PERCENT, 'SHENZHEN15'],
    ["D'Arcy", PERCENT, 'DARCY15'],
    ['!!!', PERCENT, 'CREATOR15'],
    ['😀 👩🏽‍🌾 🇸🇬', PERCENT, 'CREATOR15'],
    ['🌸 Mei', PERCENT, 'MEI15'],
    ['Christopherson-Featherstonehaugh', PERCENT, 'CHRISTOPHERSONFE15'],
    ['Jo', { type: 'fixed', amount: 1000, currency: 'USD' }, 'JO10'],
    ['A', { type: 'percent', amount: 5 }, 'A05'],
  ])('%s with %j is %s', async (name, value, expected) => {
    await fresh();
    const code = await codeOf(await aCreator(owner, { name }), { value });
    expect(code).toBe(expected);
    expect(code).toMatch(/^[A-Z0-9-]{3,20}$/);
  });

  it('goes on with A to Z, then two characters that are not mistaken for others', async () => {
    await fresh();
    const creator = await aCreator(owner);
    const codes: string[] = [];
    for (let i = 0; i < 30; i++) codes.push(await codeOf(creator));
    expect(codes.slice(0, 27)).toEqual(['SARAH15', ...[...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].map((c) => `SARAH15${c}`)]);
    for (const code of codes.slice(27)) expect(code).toMatch(/^SARAH15[A-HJ-KM-NP-Z2-9]{2}$/);
    expect(new Set(codes).size).toBe(30);
  });

  it('is different for each of two hundred made at once', async () => {
    await fresh();
    const creator = await aCreator(owner);
    const answers = await Promise.all(Array.from({ length: 200 }, () => post(creator)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ json }) => json.code)).size).toBe(200);
  });

  it('is free in every one of its stores', async () => {
    await fresh();
    const creator = await aCreator(owner);
    const second = await aStore(owner, { domain: 'second.example.com' });
    await post(creator, { storeId: second.id });
    const both = await post(creator, { storeId: undefined, storeIds: [store.id, second.id, store.id] });
    expect(both.json).toMatchObject({ code: 'SARAH15A', storeIds: [store.id, second.id] });
    expect(await codeOf(creator)).toBe('SARAH15');
    const taken = await post(creator, { storeId: second.id, code: 'SARAH15A' });
    expect([taken.status, taken.json.code]).toEqual([409, 'code_taken']);
  });
});

describe('a code asked for', () => {
  it('is 3 to 20 capitals, digits and dashes, unless a shop has it already', async () => {
    await fresh();
    const creator = await aCreator(owner);
    for (const code of ['ab', 'lower15', 'WITH SPACE', 'X'.repeat(21), 'ÄÖÜ15', '15%OFF']) {
      expect(errorsOf(await post(creator, { code }))).toEqual([['/code', 'not_mintable']]);
      expect((await post(creator, { code, adopt: true })).json.code).toBe(code);
    }
    expect(await codeOf(creator, { code: 'SARAH-VIP' })).toBe('SARAH-VIP');
  });

  it('with adopt needs a code that is more than white space', async () => {
    await fresh();
    const creator = await aCreator(owner);
    expect(errorsOf(await post(creator, { adopt: true }))).toEqual([['/code', 'required']]);
    for (const code of ['  ', '\u3000\t']) {
      expect(errorsOf(await post(creator, { adopt: true, code }))).toEqual([['/code', 'blank']]);
    }
  });

  it('may be of any length a shop allows, whatever it unfolds to', async () => {
    await fresh();
    // One character that compatibility folding turns into eighteen.
    const code = '\uFDFA'.repeat(255);
    const creator = await aCreator(owner);
    expect((await post(creator, { code, adopt: true })).status).toBe(201);
    expect((await post(creator, { code, adopt: true })).status).toBe(409);
    expect((await owner.get('/v1/discount-codes', { code })).data).toHaveLength(1);
  });

  it('is taken for whoever asks second, in any case, width or spacing', async () => {
    await fresh();
    const creator = await aCreator(owner);
    await post(creator, { code: 'SARAH-VIP' });
    for (const code of ['SARAH-VIP', ' sarah-vip ', 'Ｓａｒａｈ－ＶＩＰ']) {
      const refused = await post(creator, { code, adopt: true });
      expect([refused.status, refused.json.code]).toEqual([409, 'code_taken']);
    }
    const other = await aStore(owner, { domain: 'other.example.com' });
    expect((await post(creator, { code: 'SARAH-VIP', storeId: other.id })).status).toBe(201);
  });
});

describe('a code looked up', () => {
  it('is found in any case, width and spacing, and as a shop escapes it', async () => {
    await fresh();
    const creator = await aCreator(owner);
    const { id } = (await post(creator, { code: 'TOM&JERRY15', adopt: true })).json;
    for (const code of ['tom&jerry15', ' TOM&JERRY15 ', 'ＴＯＭ＆ＪＥＲＲＹ１５', 'TOM&amp;JERRY15']) {
      expect((await owner.get('/v1/discount-codes', { code })).data.map((one: Json) => one.id)).toEqual([id]);
    }
    expect((await owner.get('/v1/discount-codes', { code: 'TOM' })).data).toEqual([]);
  });
});

describe('what is wrong with a code', () => {
  it('is said all at once', async () => {
    await fresh();
    const creator = await aCreator(owner);
    const times = { startsAt: '2026-12-02T00:00:00Z', endsAt: '2026-12-01T00:00:00Z' };
    const value = { type: 'fixed', amount: 500, currency: 'EUR' };
    const refused = await post(creator, { storeId: undefined, code: 'x', value, ...times });
    expect(errorsOf(refused)).toEqual([
      ['/storeId', 'required'],
      ['/code', 'not_mintable'],
      ['/value/currency', 'currency_mismatch'],
      ['/endsAt', 'ends_before_start'],
    ]);
  });

  it.each([
    [{ type: 'percent', amount: 0 }],
    [{ type: 'percent', amount: 101 }],
    [{ type: 'percent', amount: 10, currency: 'USD' }],
    [{ type: 'fixed', amount: 10 }],
    [{ type: 'fixed', amount: 1.5, currency: 'USD' }],
    [{ type: 'fixed', amount: 0, currency: 'USD' }],
    [{ type: 'free' }],
    [15],
    [null],
  ])('value %j is 422', async (value) => {
    await fresh();
    const refused = await post(await aCreator(owner), { value });
    expect(refused.status).toBe(422);
    expect(errorsOf(refused)[0][0]).toMatch(/^\/value/);
  });
});

describe('a batch of codes', () => {
  it('makes each in turn, and a bad one stops none', async () => {
    const world: World = await aWorld(api);
    const item = { creatorId: world.sarah.creator.id, storeId: world.store.id, value: PERCENT };
    const { status, json } = await world.call('POST', '/v1/discount-codes/batch', {
      body: { items: [item, { ...item, code: 'no' }, { ...item, code: 'SARAH15' }, item] },
    });
    expect(status).toBe(200);
    expect(json.data.map((one: Json) => one.status)).toEqual([201, 422, 409, 201]);
    const codes = [json.data[0].discountCode.code, json.data[3].discountCode.code];
    for (const code of codes) expect(code).toMatch(/^SARAH15[A-Z]$/);
    expect(codes[0]).not.toBe(codes[1]);
    expect(json.data[2].error.code).toBe('code_taken');
  });
});

describe('a code on an order', () => {
  it('is matched as it was typed, however long it is', async () => {
    const world = await aWorld(api);
    const kept = await placeOrder(api, world.store, { discountCodes: [` ${world.sarah.code.code.toLowerCase()} `] });
    const { orderId } = await world.get(`/v1/webhook-events/${kept.id}`);
    const why = await world.get(`/v1/orders/${orderId}/attribution`);
    expect(why.credits.direct).toMatchObject([{ creatorId: world.sarah.creator.id, codeId: world.sarah.code.id }]);
    const long = await placeOrder(api, world.store, { externalId: 'long', discountCodes: ['x'.repeat(100_000)] });
    const event = await world.get(`/v1/webhook-events/${long.id}`);
    const unknown = await world.get(`/v1/orders/${event.orderId}/attribution`);
    expect(unknown.unattributed.reason).toBe('no_touch');
  });
});
