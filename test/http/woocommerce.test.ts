// A WooCommerce store over HTTP: its unsigned ping, and an order through all that happens to it, in any order of arrival.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readOrderPartition } from '../../lib/table/orders.ts';
import { aGatewayEvent, answeredOf, type Json, type TestApi, testApi } from '../support/http.ts';
import { aMeta, aWooDelivery, aWooOrder, aWooPing } from '../support/payloads/woocommerce.ts';
import { TEST_NOW } from '../support/service.ts';
import { aStore, aWorld, clickIdOf, follow, itemsIn, type World } from '../support/world.ts';

/** As WordPress stores it; the shop signs with what was typed. */
const STORED_SECRET = 'salt &amp; pepper &#039;26';
const TYPED_SECRET = "salt & pepper '26";

let api: TestApi;
let world: World;
let store: Json;
beforeAll(async () => {
  api = await testApi();
});
beforeEach(async () => {
  api.clock.now = TEST_NOW;
  world = await aWorld(api);
  store = await aStore(world, {
    platform: 'woocommerce',
    domain: 'shop.example.com',
    webhookSecret: STORED_SECRET,
  });
});
afterAll(() => api.close());

const send = (delivery: ReturnType<typeof aWooDelivery>, storeId: string = store.id) =>
  api.call('POST', `/webhooks/${storeId}`, {
    body: delivery.raw,
    headers: delivery.headers as Record<string, string>,
  });
const tell = (topic: string, body: Record<string, unknown>, headers: Record<string, string> = {}) =>
  send(aWooDelivery(topic, body, headers, TYPED_SECRET));

/** Runs `act` and expects that it leaves the table as it was. */
const storesNothing = async (act: () => Promise<unknown>) => {
  const byKey = (a: Json, b: Json) => (`${a.pk} ${a.sk}` < `${b.pk} ${b.sk}` ? -1 : 1);
  const before = (await itemsIn(api)).sort(byKey);
  await act();
  expect((await itemsIn(api)).sort(byKey)).toEqual(before);
};

describe('the ping that WooCommerce sends when a webhook is saved', () => {
  it('is answered with 200 and has no effect, in base64 as API Gateway hands it on', async () => {
    const { raw, headers } = aWooPing();
    const event = aGatewayEvent('POST', `/webhooks/${store.id}`, {
      body: raw,
      headers: headers as Record<string, string>,
    });
    expect(event).toMatchObject({ isBase64Encoded: true, body: Buffer.from('webhook_id=27').toString('base64') });
    await storesNothing(async () => {
      const answer = answeredOf(await api.handlers.webhook(event, undefined as never));
      expect([answer.status, answer.text]).toEqual([200, '']);
      expect(
        (await send(aWooPing('webhook_id=27', { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' })))
          .status,
      ).toBe(200);
    });
    expect((await world.get('/v1/webhook-events')).data).toEqual([]);
  });

  it.each([
    ['another form', 415, aWooPing('webhook_id=12&x=1')],
    ['a form that names a topic', 415, aWooPing('webhook_id=12', { 'x-wc-webhook-topic': 'order.updated' })],
    ['an empty form', 415, aWooPing('')],
    ['a ping in JSON', 401, aWooPing('webhook_id=12', { 'content-type': 'application/json' })],
    ['an order without a signature', 401, aWooDelivery('order.updated', aWooOrder(), { 'x-wc-webhook-signature': '' })],
    [
      'an order signed with the secret as it is stored',
      401,
      aWooDelivery('order.updated', aWooOrder(), {}, 'x &amp; y'),
    ],
  ])('is nothing but that: %s is %i', async (_, status, delivery) => {
    await storesNothing(async () => expect((await send(delivery)).status).toBe(status));
  });

  it('is 404 for a store that is not there or archived, and 415 for a store of another platform', async () => {
    expect((await send(aWooPing(), 'sto_000000000000000000')).status).toBe(404);
    expect((await send(aWooPing(), world.store.id)).status).toBe(415);
    await world.call('DELETE', `/v1/stores/${store.id}`);
    expect((await send(aWooPing())).status).toBe(404);
  });
});

const gmt = (minutes: number) => new Date(TEST_NOW + minutes * 60_000).toISOString().slice(0, 19);

/** An order's life: made, paid with its attribution, partly given back, thrown away, brought back. */
const lifeOf = (clickId: string) => {
  const unpaid = { date_paid: null, date_paid_gmt: null };
  const attributed = {
    date_paid_gmt: gmt(1),
    meta_data: [aMeta('_wc_order_attribution_session_entry', `https://shop.example.com/p?trb_click=${clickId}`)],
  };
  const refunds = [{ id: 71, reason: '', total: '-10.00' }];
  const order = (minute: number, over: Record<string, unknown>) =>
    aWooOrder({ date_created_gmt: gmt(0), date_modified_gmt: gmt(minute), ...over });
  return {
    created: ['order.created', order(0, { status: 'pending', ...unpaid })],
    updated: ['order.updated', order(1, attributed)],
    refunded: ['order.updated', order(2, { ...attributed, refunds })],
    deleted: ['order.deleted', { id: 727 }],
    restored: ['order.restored', order(4, { ...attributed, refunds })],
  } as const;
};
type Happening = keyof ReturnType<typeof lifeOf>;

const theOrder = async (): Promise<Json> => {
  const { data } = await world.get('/v1/orders');
  expect(data).toHaveLength(1);
  return data[0];
};

describe('an order of a WooCommerce store', () => {
  const clicked = async () => clickIdOf(await follow(api, world.sarah.link.slug)) ?? '';

  it('is followed from its checkout to the trash and back', async () => {
    const life = lifeOf(await clicked());
    const states = [];
    for (const [topic, body] of Object.values(life)) {
      api.clock.advance(60_000);
      expect(await tell(topic, body)).toMatchObject({ status: 200, json: { state: 'applied' } });
      const { state, netRevenue, clickId } = await theOrder();
      states.push([state, netRevenue, clickId !== null]);
    }
    expect(states).toEqual([
      ['pending', 10000, false],
      ['paid', 10000, true],
      ['paid', 9000, true],
      ['cancelled', 9000, true],
      ['paid', 9000, true],
    ]);
    const { id } = await theOrder();
    const attribution = await world.get(`/v1/orders/${id}/attribution`);
    expect(attribution.credits.direct).toMatchObject([{ creatorId: world.sarah.creator.id, netRevenue: 9000 }]);
  });

  it.each<[string, readonly Happening[]]>([
    ['as it happened', ['created', 'updated', 'refunded', 'deleted', 'restored']],
    ['backwards', ['restored', 'deleted', 'refunded', 'updated', 'created']],
    ['from the trash on', ['deleted', 'created', 'restored', 'updated', 'refunded']],
    ['brought back before it was thrown away', ['created', 'updated', 'refunded', 'restored', 'deleted']],
    [
      'each twice',
      [
        'created',
        'created',
        'updated',
        'updated',
        'refunded',
        'refunded',
        'deleted',
        'deleted',
        'restored',
        'restored',
      ],
    ],
  ])('is the same however its events arrive: %s', async (_, arrivals) => {
    const life = lifeOf(await clicked());
    for (const arrival of arrivals) {
      api.clock.advance(60_000);
      const [topic, body] = life[arrival];
      expect((await tell(topic, body)).status).toBe(200);
    }
    const { id } = await theOrder();
    const order = await world.get(`/v1/orders/${id}`);
    expect(order).toMatchObject({
      ...{ externalId: '727', state: 'paid', placedAt: `${gmt(1)}.000Z`, cancelledAt: null },
      ...{ grossRevenue: 12000, discounts: 2000, refunds: 1000, shipping: 600, tax: 400, netRevenue: 9000 },
    });
    const { entries } = await readOrderPartition(api.service.table, id);
    expect(entries).toMatchObject([{ type: 'refund', at: Date.parse(`${gmt(2)}Z`), refunds: 1000 }]);
    const attribution = await world.get(`/v1/orders/${id}/attribution`);
    expect(attribution.credits.direct).toMatchObject([{ creatorId: world.sarah.creator.id, netRevenue: 9000 }]);
  });

  it('is told once and several times more with the same data: the noise of one sale changes nothing', async () => {
    const paid = aWooOrder({ date_paid_gmt: gmt(0), date_created_gmt: gmt(0), date_modified_gmt: gmt(0) });
    await tell('order.created', paid);
    const before = await theOrder();
    for (const second of [1, 2, 3]) {
      const again = { ...paid, date_modified_gmt: `${gmt(0).slice(0, -2)}0${second}` };
      expect((await tell('order.updated', again, { 'x-wc-webhook-delivery-id': `d${second}` })).status).toBe(200);
      expect((await tell('order.updated', again)).status).toBe(200);
    }
    const { updatedAt: _before, ...figures } = before;
    expect(await theOrder()).toMatchObject(figures);
    expect((await world.get('/v1/webhook-events')).data).toHaveLength(4);
  });

  it('shares a delivery id with another of the same second, and neither is lost', async () => {
    await tell('order.created', aWooOrder({ id: 727 }));
    await tell('order.created', aWooOrder({ id: 728 }));
    expect((await world.get('/v1/orders')).data).toHaveLength(2);
  });

  it('is no order while its shopper has not placed it', async () => {
    const draft = aWooOrder({ status: 'checkout-draft', date_paid_gmt: null, date_paid: null });
    expect((await tell('order.updated', draft)).json).toMatchObject({ state: 'ignored' });
    expect((await world.get('/v1/orders')).data).toEqual([]);
  });

  it('finds its creator though attribution is saved after order.created, and keeps it when later tellings lack it', async () => {
    const paid = { date_created_gmt: gmt(0), date_paid_gmt: gmt(1) };
    const entry = `https://shop.example.com/?trb_click=${await clicked()}`;
    const meta_data = [aMeta('_wc_order_attribution_session_entry', entry)];
    api.clock.advance(60_000);
    const creditsAfter = async (topic: string, over: Record<string, unknown>) => {
      await tell(topic, aWooOrder({ ...paid, ...over }));
      const { id } = await theOrder();
      return (await world.get(`/v1/orders/${id}/attribution`)).credits.direct;
    };
    const credited = [{ creatorId: world.sarah.creator.id, netRevenue: 10000 }];
    expect(await creditsAfter('order.created', { date_modified_gmt: gmt(1) })).toEqual([]);
    expect(await creditsAfter('order.updated', { date_modified_gmt: gmt(1), meta_data })).toMatchObject(credited);
    expect(await creditsAfter('order.updated', { date_modified_gmt: gmt(2) })).toMatchObject(credited);
  });

  it('that came from another host is applied on replay, once the store’s domain is put right', async () => {
    const elsewhere = { 'x-wc-webhook-source': 'https://new.example.com/shop/' };
    const made = (await tell('order.created', aWooOrder(), elsewhere)).json;
    const gone = (await tell('order.deleted', { id: 727 }, elsewhere)).json;
    expect([made.state, gone.state]).toEqual(['failed', 'failed']);
    expect(await world.get(`/v1/webhook-events/${made.id}`)).toMatchObject({ reason: 'shop_domain_mismatch' });
    await world.call('PATCH', `/v1/stores/${store.id}`, { body: { domain: 'new.example.com' } });
    api.clock.advance(3_600_000);
    for (const { id } of [made, gone]) {
      expect((await world.call('POST', `/v1/webhook-events/${id}/replay`)).json).toMatchObject({ state: 'applied' });
    }
    // Thrown away when that was told, not when it was understood.
    expect(await theOrder()).toMatchObject({ state: 'cancelled', cancelledAt: `${gmt(0)}.000Z` });
  });

  it('of a renewal is no new sale', async () => {
    const meta_data = [aMeta('_subscription_renewal', '801')];
    await tell('order.created', aWooOrder({ created_via: 'subscription', meta_data }));
    expect(await theOrder()).toMatchObject({ kind: 'renewal', state: 'paid' });
  });
});
