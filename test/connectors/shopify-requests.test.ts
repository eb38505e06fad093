// Shopify's privacy topics and a removed app: what is asked for, of which shop, for whom.
import { describe, expect, it } from 'vitest';
import { shopify } from '../../lib/connectors/shopify.ts';
import {
  aCustomerRedaction,
  aDataRequest,
  aShopifyDelivery,
  aShopifyShop,
  aShopRedaction,
  someOptions,
} from '../support/payloads/shopify.ts';

type Body = Parameters<typeof aShopifyDelivery>[1];

const normalise = (topic: string, body: Body, options = {}) =>
  shopify.normalise(aShopifyDelivery(topic, body), someOptions(options));

const ON_ITS_OWN_DOMAIN = { storeDomain: 'shop.example.com' };

describe('a customer’s erasure', () => {
  it('names the customer by id and e-mail, and the orders', () => {
    expect(normalise('customers/redact', aCustomerRedaction())).toEqual({
      outcome: 'request',
      request: {
        type: 'erase_customer',
        customer: { platformId: '900', email: 'buyer@example.com' },
        orderExternalIds: ['5001', '5002'],
      },
    });
  });

  it('keeps ids beyond 2^53, of customer and orders', () => {
    const body =
      '{"shop_id":954889,"shop_domain":"Open-Shop.myshopify.com","customer":{"id":115310627314723954,"email":null},' +
      '"orders_to_redact":[820982911946154508,9007199254740993]}';
    expect(normalise('customers/redact', body)).toMatchObject({
      request: {
        customer: { platformId: '115310627314723954', email: null },
        orderExternalIds: ['820982911946154508', '9007199254740993'],
      },
    });
  });

  it.each([
    [{ customer: { id: null, email: 'a@example.com' }, orders_to_redact: [] }],
    [{ customer: { id: 1, email: '' }, orders_to_redact: [] }],
    [{ customer: {}, orders_to_redact: [1] }],
  ])('may name them in part: %j', (over) => {
    expect(normalise('customers/redact', aCustomerRedaction(over)).outcome).toBe('request');
  });

  it.each([
    [{ customer: {}, orders_to_redact: [] }],
    [{ customer: { id: 'gid://shopify/Customer/1' } }],
    [{ customer: { id: 1.5 } }],
    [{ orders_to_redact: [null] }],
    [{ orders_to_redact: ['#1001'] }],
  ])('is refused where it names nobody for sure: %j', (over) => {
    expect(normalise('customers/redact', aCustomerRedaction(over))).toMatchObject({
      outcome: 'failed',
      reason: 'invalid_payload',
    });
  });
});

describe('a customer’s request for their data', () => {
  it('names the customer and the orders asked for', () => {
    expect(normalise('customers/data_request', aDataRequest())).toEqual({
      outcome: 'request',
      request: {
        type: 'customer_data',
        customer: { platformId: '900', email: 'buyer@example.com' },
        orderExternalIds: ['5001', '5002'],
      },
    });
  });
});

describe('a shop’s erasure', () => {
  it('is of this store', () => {
    expect(normalise('shop/redact', aShopRedaction())).toEqual({
      outcome: 'request',
      request: { type: 'erase_store' },
    });
  });
});

describe('a privacy topic', () => {
  const other = { shop_domain: 'other.myshopify.com' };

  it.each([
    ['customers/redact', aCustomerRedaction(other)],
    ['customers/data_request', aDataRequest(other)],
    ['shop/redact', aShopRedaction(other)],
  ])('of another shop of the same app does nothing here: %s', (topic, body) => {
    expect(normalise(topic, body)).toMatchObject({ outcome: 'failed', reason: 'shop_domain_mismatch' });
  });

  it.each([
    ['customers/redact', aCustomerRedaction()],
    ['customers/data_request', aDataRequest()],
    ['shop/redact', aShopRedaction()],
  ])('needs a store that is named by its myshopify.com: %s', (topic, body) => {
    expect(normalise(topic, body, ON_ITS_OWN_DOMAIN)).toMatchObject({
      reason: 'shop_domain_mismatch',
      detail: expect.stringContaining('myshopify.com'),
    });
  });
});

describe('a removed app', () => {
  it.each([
    [aShopifyShop(), {}],
    [aShopifyShop({ myshopify_domain: 'open-shop.myshopify.com' }), {}],
    [aShopifyShop({ myshopify_domain: 'open-shop.myshopify.com' }), ON_ITS_OWN_DOMAIN],
  ])('is said of the store by the shop’s own record', (body, options) => {
    expect(normalise('app/uninstalled', body, options)).toEqual({
      outcome: 'request',
      request: { type: 'uninstalled' },
    });
  });

  it('is not said of it by another shop’s', () => {
    const other = aShopifyShop({ myshopify_domain: 'other.myshopify.com' });
    expect(normalise('app/uninstalled', other)).toMatchObject({ reason: 'shop_domain_mismatch' });
  });
});
