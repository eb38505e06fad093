// A store's webhook secret: made, shown once, rotated, and the old one good for a day.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, type TestApi, testApi } from '../support/http.ts';
import { aShopifyOrder } from '../support/payloads/shopify.ts';
import { aSession, aStripeDelivery, aStripeEvent } from '../support/payloads/stripe.ts';
import { aMerchant, aStore, deliver, deliverShopify, itemsIn, type Owner, someOrder } from '../support/world.ts';

let api: TestApi;
let owner: Owner;
beforeAll(async () => {
  api = await testApi();
  owner = await aMerchant(api);
});
afterAll(() => api.close());

const rotate = async (store: Json, body: Json = {}): Promise<Json> =>
  (await owner.call('POST', `/v1/stores/${store.id}/rotate-secret`, { body })).json;

describe('a secret', () => {
  it('is made when none is given: as Standard Webhooks want it, or plain text', async () => {
    const standard = await aStore(owner);
    expect(standard.webhookSecret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(standard.webhookUrl).toBe(`http://localhost:8787/webhooks/${standard.id}`);
    const shopify = await aStore(owner, { platform: 'shopify' });
    expect(shopify.webhookSecret).toMatch(/^[a-z0-9]{64}$/);
  });

  it('is the one given, shown once, and sealed in the table like every credential', async () => {
    const made = await aStore(owner, {
      platform: 'shopify',
      webhookSecret: 'shpss_of-the-shop',
      accessToken: 'shpat_secret',
    });
    expect(made).toMatchObject({ webhookSecret: 'shpss_of-the-shop', credentials: ['accessToken'] });
    const shown = await owner.get(`/v1/stores/${made.id}`);
    const listed = await owner.get('/v1/stores');
    const csv = await owner.call('GET', '/v1/stores', { headers: { accept: 'text/csv' } });
    for (const text of [JSON.stringify(shown), JSON.stringify(listed), csv.text, JSON.stringify(await itemsIn(api))]) {
      expect(text).not.toMatch(/shpss_of-the-shop|shpat_secret/);
    }
    const kept = await deliverShopify(api, made, 'orders/paid', aShopifyOrder(), {
      headers: { 'x-shopify-shop-domain': made.domain },
    });
    expect(kept.status).toBe(200);
  });

  it.each([
    ['standard', 'webhook-signature', 'webhook-timestamp'],
    ['shopify', 'X-Shopify-Hmac-Sha256', 'base64'],
    ['woocommerce', 'X-WC-Webhook-Signature', 'base64'],
    ['stripe', 'Stripe-Signature', '<t>.<body>'],
  ])('of %s that does not fit is refused in that platform’s own words', async (platform, ...words) => {
    const store = await aStore(owner, { platform });
    const body = aShopifyOrder();
    const headers = { 'content-type': 'application/json' };
    const refused = await api.call('POST', `/webhooks/${store.id}`, { body, headers });
    expect([refused.status, refused.json.code]).toEqual([401, 'invalid_signature']);
    for (const word of words) expect(refused.json.detail).toContain(word);
    if (platform !== 'standard') expect(refused.json.detail).not.toContain('webhook-timestamp');
  });

  it('of the standard platform must be one that can sign', async () => {
    for (const webhookSecret of [
      'plain-text-secret',
      'whsec_',
      'whsec_short',
      'whsec_!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!',
    ]) {
      const refused = await owner.call('POST', '/v1/stores', {
        body: { platform: 'standard', domain: 'shop.example.com', webhookSecret },
      });
      expect([refused.status, refused.json.errors?.[0]?.pointer]).toEqual([422, '/webhookSecret']);
    }
  });
});

describe('the secret of a stripe store', () => {
  const stripeStore = (webhookSecret?: string) =>
    owner.call('POST', '/v1/stores', { body: { platform: 'stripe', domain: 'shop.example.com', webhookSecret } });

  it('is Stripe’s own, which only comes with the endpoint: entered at once, or by rotation', async () => {
    const given = await stripeStore('whsec_AbC123');
    expect([given.status, given.json.webhookSecret]).toEqual([201, 'whsec_AbC123']);
    const { json: store } = await stripeStore();
    expect((await rotate(store, { webhookSecret: 'whsec_AbC123' })).webhookSecret).toBe('whsec_AbC123');
    const seconds = api.clock.now / 1000;
    const delivery = aStripeDelivery(aStripeEvent('checkout.session.completed', aSession()), {
      seconds,
      secret: 'whsec_AbC123',
    });
    const headers = { 'content-type': 'application/json', ...(delivery.headers as Record<string, string>) };
    const kept = await api.call('POST', `/webhooks/${store.id}`, { body: delivery.raw, headers });
    expect([kept.status, kept.json.state]).toEqual([200, 'applied']);
  });

  it('that was made here is said to be of no use, and rotation makes none', async () => {
    const { json: store } = await stripeStore();
    expect(store.webhookSecretNotice).toMatch(/whsec_.*rotate-secret/);
    const unsaid = await owner.call('POST', `/v1/stores/${store.id}/rotate-secret`, { body: {} });
    expect([unsaid.status, unsaid.json.errors]).toMatchObject([422, [{ pointer: '/webhookSecret', code: 'required' }]]);
    expect(await rotate(store, { webhookSecret: 'whsec_AbC123' })).not.toHaveProperty('webhookSecretNotice');
    expect((await stripeStore('whsec_AbC123')).json).not.toHaveProperty('webhookSecretNotice');
    expect(await aStore(owner, { platform: 'shopify' })).not.toHaveProperty('webhookSecretNotice');
  });

  it('is no API key', async () => {
    const refused = await stripeStore('sk_live_0123456789');
    expect([refused.status, refused.json.errors[0].code]).toEqual([422, 'not_a_signing_secret']);
  });
});

describe('after a rotation', () => {
  it('both secrets are good for 24 hours, then the new one alone', async () => {
    const store = await aStore(owner);
    const order = (externalId: string) => someOrder(api, { externalId });
    const rotated = await rotate(store);
    expect(rotated.webhookSecret).not.toBe(store.webhookSecret);
    expect(rotated.id).toBe(store.id);
    for (const secret of [store.webhookSecret, rotated.webhookSecret]) {
      expect((await deliver(api, store, 'order.paid', order(`a-${secret}`), { secret })).status).toBe(200);
    }
    api.clock.advance(24 * 3_600_000 - 1);
    expect((await deliver(api, store, 'order.paid', order('b'), { secret: store.webhookSecret })).status).toBe(200);
    api.clock.advance(1);
    expect((await deliver(api, store, 'order.paid', order('c'), { secret: store.webhookSecret })).status).toBe(401);
    expect((await deliver(api, store, 'order.paid', order('c'), { secret: rotated.webhookSecret })).status).toBe(200);
  });

  it('a second one does not give the first secret another day', async () => {
    const store = await aStore(owner);
    await rotate(store);
    api.clock.advance(23 * 3_600_000);
    await rotate(store);
    api.clock.advance(3_600_000);
    const refused = await deliver(api, store, 'order.paid', someOrder(api), { secret: store.webhookSecret });
    expect(refused.status).toBe(401);
  });

  it('a secret of the shop own making is taken', async () => {
    const store = await aStore(owner, { platform: 'shopify', domain: 'rotating.myshopify.com' });
    expect((await rotate(store, { webhookSecret: 'from-the-admin-page' })).webhookSecret).toBe('from-the-admin-page');
    const kept = await deliverShopify(api, store, 'orders/paid', aShopifyOrder(), { secret: 'from-the-admin-page' });
    expect(kept.status).toBe(200);
    const refused = await owner.call('POST', `/v1/stores/${store.id}/rotate-secret`, {
      body: { webhookSecret: 'short' },
    });
    expect(refused.status).toBe(422);
  });
});

describe('an archived store', () => {
  it('takes no delivery any more, as if there were no such store, whatever signed it', async () => {
    const store = await aStore(owner);
    expect((await deliver(api, store, 'order.paid', someOrder(api, { externalId: 'before' }))).status).toBe(200);
    expect((await owner.call('DELETE', `/v1/stores/${store.id}`)).status).toBe(204);
    const unknown = await deliver(api, { ...store, id: 'sto_unknown' }, 'order.paid', someOrder(api));
    for (const secret of [store.webhookSecret, `whsec_${'A'.repeat(43)}=`]) {
      const refused = await deliver(api, store, 'order.paid', someOrder(api, { externalId: 'after' }), { secret });
      expect([refused.status, refused.json.code, refused.json.detail]).toEqual([404, 'not_found', unknown.json.detail]);
    }
    const { data } = await owner.get('/v1/webhook-events', { storeId: store.id });
    expect(data).toHaveLength(1);
  });
});

describe('a store', () => {
  it('keeps its platform: what it sent is read by it', async () => {
    const body = { platform: 'shopify', domain: 'kept.myshopify.com' };
    await owner.call('PUT', '/v1/stores/ext_kept', { body });
    const refused = await owner.call('PUT', '/v1/stores/ext_kept', { body: { ...body, platform: 'standard' } });
    expect(refused.json.errors).toMatchObject([{ pointer: '/platform', code: 'fixed' }]);
  });

  it('may have the domain of another merchant, and only a host name as one', async () => {
    const other = await aMerchant(api);
    expect((await aStore(other)).domain).toBe((await aStore(owner)).domain);
    for (const domain of ['https://shop.example.com', 'shop example', '', 'a'.repeat(254)]) {
      const refused = await owner.call('POST', '/v1/stores', { body: { platform: 'standard', domain } });
      expect(refused.json.errors).toMatchObject([{ pointer: '/domain' }]);
    }
  });
});
