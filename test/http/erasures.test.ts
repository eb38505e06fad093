// Erasing a person over the API: who may, whom it finds, what is refused, and the receipt, read again.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sweep } from '../../lib/flows/sweep.ts';
import { type Json, type TestApi, testApi } from '../support/http.ts';
import { aShopifyOrder } from '../support/payloads/shopify.ts';
import {
  aMerchant,
  aStore,
  aWorld,
  clickIdOf,
  deliver,
  deliverShopify,
  follow,
  itemsIn,
  placeOrder,
  rollUp,
  type World,
} from '../support/world.ts';

let api: TestApi;
let world: World;
let theirs: World;
beforeAll(async () => {
  api = await testApi();
  world = await aWorld(api);
  theirs = await aWorld(api);
});
afterAll(() => api.close());

let buyers = 0;

/** An order of somebody who bought nothing before. */
const bought = async (over: Record<string, unknown> = {}, owner = world) => {
  const number = ++buyers;
  const customer = { email: `buyer${number}@example.com`, id: `b${number}` };
  const externalId = `e${number}`;
  await placeOrder(api, owner.store, { externalId, name: `#${externalId}`, customer, ...over });
  const [order] = (await owner.get('/v1/orders', { name: `#${externalId}` })).data;
  return { ...customer, order: order as Json, externalId };
};

const erased = (body: Json, owner = world) => owner.make('/v1/erasures', body);

describe('an erasure', () => {
  it('answers a receipt that names nobody, and can be read again', async () => {
    const { email, order } = await bought();
    const receipt = await erased({ email });
    expect(receipt).toMatchObject({
      ...{ state: 'done', by: 'api', requestedAt: expect.any(String), finishedAt: expect.any(String), eventId: null },
      subject: { type: 'customer', hashes: [expect.any(String)], orderIds: [] },
      removed: { orders: 1, events: 1, bodies: 1, customerRecords: 2 },
    });
    expect(Date.parse(receipt.backupsUntil) - Date.parse(receipt.finishedAt)).toBe(35 * 86_400_000);
    expect(receipt.kept.length).toBeGreaterThan(1);
    expect(JSON.stringify(receipt)).not.toContain(email);
    expect(await world.get(`/v1/erasures/${receipt.id}`)).toEqual(receipt);
    expect((await world.get('/v1/erasures')).data[0]).toEqual(receipt);
    const table = await world.call('GET', '/v1/erasures', { headers: { accept: 'text/csv' } });
    expect(table.text.split('\r\n')[0]).toContain('removed.orders');
    expect(table.text).toContain(receipt.id);
    const after = await world.get(`/v1/orders/${order.id}`);
    expect(after).toMatchObject({ customer: order.customer, netRevenue: order.netRevenue, clickId: null });
    expect(after.erasedAt).toBe(receipt.finishedAt);
    expect(JSON.stringify(await itemsIn(api))).not.toContain(email);
  });

  it('finds a customer by the shop’s id, and by an order, ours or the shop’s', async () => {
    const [one, two, three] = [await bought(), await bought(), await bought()];
    expect((await erased({ customerId: one.id })).removed.orders).toBe(1);
    expect(await erased({ orderRef: two.order.id })).toMatchObject({
      subject: { hashes: [], orderIds: [two.order.id] },
      removed: { orders: 1 },
    });
    expect((await erased({ orderRef: three.externalId, storeId: world.store.id })).removed.orders).toBe(1);
    expect((await erased({ email: three.email })).removed.orders).toBe(0);
  });

  it('of the same person again has the same hash, of another merchant another', async () => {
    const { email } = await bought();
    await bought({ customer: { email } }, theirs);
    const [one, two, other] = [await erased({ email }), await erased({ email }), await erased({ email }, theirs)];
    expect(two.subject.hashes).toEqual(one.subject.hashes);
    expect(other.subject.hashes).not.toEqual(one.subject.hashes);
    expect(other.removed.orders).toBe(1);
  });

  it('under an Idempotency-Key is one', async () => {
    const { email } = await bought();
    const options = { body: { email }, headers: { 'idempotency-key': 'erase-1' } };
    const [first, again] = [
      await world.call('POST', '/v1/erasures', options),
      await world.call('POST', '/v1/erasures', options),
    ];
    expect(again.json).toEqual(first.json);
    expect(again.headers['idempotency-replayed']).toBe('true');
  });

  it('keeps the credit of an order whose click it cuts, and says so', async () => {
    const clickId = clickIdOf(await follow(api, world.sarah.link.slug));
    const { email, order } = await bought({ clickId });
    const before = await world.get(`/v1/orders/${order.id}/attribution`);
    expect(before).toMatchObject({ sealed: false, credits: { direct: [{ creatorId: world.sarah.creator.id }] } });
    await erased({ email });
    const after = await world.get(`/v1/orders/${order.id}/attribution`);
    expect(after).toMatchObject({ sealed: true, touches: [], unattributed: null });
    expect(after.credits).toEqual(before.credits);
  });
});

describe('a shop’s own request', () => {
  it('is kept, carried out within minutes, and listed with its receipt', async () => {
    const owner = await aMerchant(api);
    const store = await aStore(owner, { platform: 'shopify', domain: 'open-shop.myshopify.com' });
    const email = 'redact.me@example.com';
    await deliverShopify(api, store, 'orders/paid', aShopifyOrder({ email, customer: { id: 115, email } }));
    const customer = { id: 115, email, phone: null };
    const body = { shop_id: 1, shop_domain: store.domain, customer, orders_to_redact: [] };
    const told = await deliverShopify(api, store, 'customers/redact', body);
    expect([told.status, told.json.state]).toEqual([200, 'received']);
    api.clock.advance(1_000);
    await sweep(api.service);
    const event = await owner.get(`/v1/webhook-events/${told.json.id}`);
    expect(event).toMatchObject({ state: 'applied', reason: 'erasure_requested' });
    const [receipt] = (await owner.get('/v1/erasures')).data;
    expect(event.detail).toContain(receipt.id);
    expect(receipt).toMatchObject({ by: 'customers/redact', eventId: event.id, removed: { orders: 1, bodies: 1 } });
    expect(JSON.stringify(await itemsIn(api))).not.toContain('redact.me');
    expect((await owner.call('POST', `/v1/webhook-events/${event.id}/replay`)).status).toBe(404);
  });

  it('that could not be read at first is carried out by its replay, and its body goes', async () => {
    const owner = await aMerchant(api);
    const store = await aStore(owner, { platform: 'shopify', domain: 'wrong-name.myshopify.com' });
    const customer = { id: 116, email: 'too.early@example.com', phone: null };
    const body = { shop_id: 1, shop_domain: 'right-name.myshopify.com', customer, orders_to_redact: [] };
    const headers = { 'x-shopify-shop-domain': 'right-name.myshopify.com' };
    const told = await deliverShopify(api, store, 'customers/redact', body, { headers });
    expect(told.json.state).toBe('failed');
    await owner.call('PATCH', `/v1/stores/${store.id}`, { body: { domain: 'right-name.myshopify.com' } });
    const replayed = await owner.call('POST', `/v1/webhook-events/${told.json.id}/replay`);
    expect(replayed.json).toMatchObject({ state: 'received', reason: 'erasure_requested' });
    expect((await owner.call('POST', `/v1/webhook-events/${told.json.id}/replay`)).status).toBe(404);
    api.clock.advance(1_000);
    await sweep(api.service);
    expect((await owner.get(`/v1/webhook-events/${told.json.id}`)).state).toBe('applied');
    expect((await owner.get('/v1/erasures')).data).toHaveLength(1);
  });

  it('that the app is gone shows at the store', async () => {
    const owner = await aMerchant(api);
    const store = await aStore(owner, { platform: 'shopify', domain: 'gone-shop.myshopify.com' });
    expect(store.uninstalledAt).toBeNull();
    const shop = { id: 1, domain: store.domain, myshopify_domain: store.domain };
    const told = await deliverShopify(api, store, 'app/uninstalled', shop);
    expect(told.json.state).toBe('applied');
    expect((await owner.get(`/v1/stores/${store.id}`)).uninstalledAt).toBe(new Date(api.clock.now).toISOString());
  });
});

describe('what is refused', () => {
  it.each([
    ['nobody', {}, '', 'required'],
    ['what is no address', { email: 'ada' }, '/email', undefined],
    ['an order that is not there', { orderRef: 'ord_000000000000000000' }, '/orderRef', 'unknown_reference'],
    ['an unknown order of the shop', { orderRef: 'nothing' }, '/orderRef', 'unknown_reference'],
    ['an unknown store', { customerId: '1', storeId: 'sto_000000000000000000' }, '/storeId', 'unknown_reference'],
    ['a field of no meaning', { email: 'a@example.com', name: 'Ada' }, '/name', undefined],
  ])('%s', async (_what, body, pointer, code) => {
    const answer = await world.call('POST', '/v1/erasures', { body });
    expect(answer.status).toBe(422);
    expect(answer.json.errors[0]).toMatchObject({ pointer, ...(code && { code }) });
  });

  it('a customer’s id without a store, where there is none or more than one', async () => {
    const owner = await aMerchant(api);
    const ask = () => owner.call('POST', '/v1/erasures', { body: { customerId: '1' } });
    expect((await ask()).json.errors[0]).toMatchObject({ pointer: '/storeId', code: 'required' });
    const store = await aStore(owner);
    expect((await ask()).status).toBe(201);
    await aStore(owner, { domain: 'second.example.com' });
    expect((await ask()).status).toBe(422);
    const named = { customerId: '1', storeId: store.id };
    expect((await owner.call('POST', '/v1/erasures', { body: named })).status).toBe(201);
  });

  it('another merchant’s order, store and receipt', async () => {
    const { order, email } = await bought();
    for (const body of [{ orderRef: order.id }, { customerId: 'b1', storeId: world.store.id }]) {
      expect((await theirs.call('POST', '/v1/erasures', { body })).status).toBe(422);
    }
    const receipt = await erased({ email });
    expect((await theirs.call('GET', `/v1/erasures/${receipt.id}`)).status).toBe(404);
    expect((await world.call('GET', '/v1/erasures/era_000000000000000000')).status).toBe(404);
    const listed = (await theirs.get('/v1/erasures', { limit: 100 })).data;
    expect(listed.map(({ id }: Json) => id)).not.toContain(receipt.id);
  });

  it('a key without the scope admin, on each of the routes', async () => {
    const { key } = await world.make('/v1/api-keys', { name: 'writes', scopes: ['read', 'write'] });
    for (const [method, path] of [
      ['POST', '/v1/erasures'],
      ['GET', '/v1/erasures'],
      ['GET', '/v1/erasures/era_000000000000000000'],
    ] as const) {
      const body = method === 'POST' ? { body: { email: 'a@example.com' } } : {};
      expect((await api.call(method, path, { key, ...body })).status).toBe(403);
    }
  });
});

describe('how long things are kept', () => {
  const patch = (owner: World, retention: Json) => owner.call('PATCH', '/v1/merchant', { body: { retention } });
  const clicksOf = async (owner: World) =>
    (await itemsIn(api)).filter(({ pk }) => pk.startsWith(`CLK#${owner.merchant.id}#`));

  it('is 400 days for clicks and 14 for bodies unless the merchant says otherwise', async () => {
    const owner = await aWorld(api);
    expect(owner.merchant.retention).toEqual({ clickDays: 400, bodyDays: 14 });
    expect((await patch(owner, { clickDays: 60 })).json.retention).toEqual({ clickDays: 60, bodyDays: 14 });
    expect((await patch(owner, { bodyDays: 30 })).json.retention).toEqual({ clickDays: 60, bodyDays: 30 });
    expect((await patch(owner, null)).json.retention).toEqual({ clickDays: 400, bodyDays: 14 });
    for (const wrong of [{ clickDays: 29 }, { clickDays: 3651 }, { bodyDays: 0 }, { bodyDays: 91 }]) {
      expect((await patch(owner, wrong)).status).toBe(422);
    }
  });

  it('holds for the clicks of links that were there before, and of new ones', async () => {
    const owner = await aWorld(api);
    await patch(owner, { clickDays: 60 });
    api.clock.advance(61_000);
    const fresh = await owner.make('/v1/links', { creatorId: owner.mike.creator.id, campaignId: owner.campaign.id });
    for (const link of [owner.sarah.link, fresh]) {
      expect(link).not.toHaveProperty('clickDays');
      await follow(api, link.slug);
    }
    const expires = Math.floor(api.clock.now / 1000) + 60 * 86_400;
    expect((await clicksOf(owner)).map((click) => click.expires)).toEqual([expires, expires]);
  });

  it('holds at once for bodies: one that is older than now allowed is not read any more', async () => {
    const owner = await aWorld(api);
    // Of one that was understood what was read is kept, and replayed when its body is gone.
    const { id } = (await deliver(api, owner.store, 'order.paid', { externalId: '1' })).json;
    const replayed = () => owner.call('POST', `/v1/webhook-events/${id}/replay`);
    api.clock.advance(5 * 86_400_000);
    expect((await replayed()).status).toBe(200);
    await patch(owner, { bodyDays: 4 });
    expect((await replayed()).status).toBe(404);
  });

  it('seals a day whose clicks may be gone, and its orders say so', async () => {
    const owner = await aWorld(api);
    await patch(owner, { clickDays: 100 });
    const clickId = clickIdOf(await follow(api, owner.sarah.link.slug));
    const day = new Date(api.clock.now).toISOString().slice(0, 10);
    const { order } = await bought({ clickId }, owner);
    api.clock.advance(86_400_000);
    await rollUp(owner, day);
    const credits = async () => owner.get(`/v1/orders/${order.id}/attribution`);
    const before = await credits();
    api.clock.advance(120 * 86_400_000);
    await rollUp(owner, day);
    expect(await credits()).toMatchObject({ sealed: true, touches: [], credits: before.credits });
    const { data } = await owner.get('/v1/reports/performance', { from: day, to: day, groupBy: 'creator' });
    expect(data.find(({ creatorId }: Json) => creatorId === owner.sarah.creator.id)).toMatchObject({
      ...{ clicks: 1, orders: 1, netRevenue: 10_000 },
    });
  });
});
