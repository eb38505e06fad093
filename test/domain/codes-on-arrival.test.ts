// Which shop applies a code at which address, and which address is left alone.
import { describe, expect, it } from 'vitest';
import { type Shop, withCode } from '../../lib/domain/codes-on-arrival.ts';

const SHOPIFY: Shop = { platform: 'shopify', domain: 'open-shop.myshopify.com' };
const WOO: Shop = { platform: 'woocommerce', domain: 'Woo.example.com' };
const PRODUCT = 'https://www.example.com/p/protein?utm_medium=creator#top';

const pathOf = (url: string) => new URL(url).pathname;

describe("a code of a Shopify shop's", () => {
  it('is applied at its own name, and at a host that is no other shop, as storefronts have one', () => {
    expect(pathOf(withCode('https://open-shop.myshopify.com/p', 'S15', [SHOPIFY], []))).toBe('/discount/S15');
    expect(pathOf(withCode(PRODUCT, 'S15', [SHOPIFY], [WOO]))).toBe('/discount/S15');
    expect(pathOf(withCode(PRODUCT, 'S15', [WOO, SHOPIFY], []))).toBe('/discount/S15');
  });

  it("is not applied on another shop's host, where there is no such address", () => {
    const target = 'https://woo.example.com/p?utm_medium=creator';
    expect(withCode(target, 'S15', [SHOPIFY], [WOO])).toBe(target);
    expect(withCode(target, 'S15', [SHOPIFY, WOO], [])).toBe(target);
    const other: Shop = { platform: 'shopify', domain: 'second.myshopify.com' };
    expect(withCode('https://second.myshopify.com/p', 'S15', [SHOPIFY], [other])).toBe(
      'https://second.myshopify.com/p',
    );
  });

  it('is applied where a store of our own kind tells the orders of the same host', () => {
    const told: Shop = { platform: 'standard', domain: 'www.example.com' };
    expect(pathOf(withCode(PRODUCT, 'S15', [SHOPIFY], [told]))).toBe('/discount/S15');
  });
});

describe("a code of a WooCommerce shop's", () => {
  const coupon = (target: string) => withCode(target, 'S 15&', [WOO], []);

  it('is applied by its checkout links, which take one', () => {
    expect(coupon('https://woo.example.com/checkout-link/?products=12:2,13&utm_source=x#f')).toBe(
      'https://woo.example.com/checkout-link/?products=12:2,13&utm_source=x&coupon=S%2015%26#f',
    );
    expect(coupon('https://woo.example.com/shop/checkout-link?products=12')).toContain('&coupon=');
  });

  it('is left to the shopper anywhere else: WooCommerce itself has no other address for it', () => {
    for (const target of [
      'https://woo.example.com/product/protein/',
      'https://woo.example.com/checkout-link/',
      'https://woo.example.com/checkout-link/?products=1&coupon=OTHER',
      'https://www.example.com/checkout-link/?products=1',
    ]) {
      expect(coupon(target)).toBe(target);
    }
  });
});

it.each(['standard', 'stripe', 'bigcommerce'] as const)('a code of %s alone changes no address', (platform) => {
  expect(withCode(PRODUCT, 'S15', [{ platform, domain: 'www.example.com' }], [])).toBe(PRODUCT);
});
