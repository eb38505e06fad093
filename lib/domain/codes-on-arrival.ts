// Discount codes that a shop applies by itself when a shopper arrives: which platform has an address for that.
import type { Platform } from './entities.ts';
import { discountUrl } from './utm.ts';

/** A store as far as its addresses go. */
export interface Shop {
  readonly platform: Platform;
  readonly domain: string;
}

/** Platforms whose shops are sites of their own, at their domain; `standard` and Stripe may stand behind any. */
const SITES: ReadonlySet<Platform> = new Set(['shopify', 'woocommerce', 'bigcommerce']);

const isAt =
  (host: string) =>
  ({ domain }: Shop): boolean =>
    domain.toLowerCase() === host;

/**
 * A target at which the code is applied on arrival, or the target as it is where no address does that.
 *
 * `takenIn` are the stores that know the code, `others` the rest of the merchant's: the store whose domain the target is
 * on decides. A Shopify shop is mostly known by its myshopify.com name and met by another, so a host that is no other
 * store's is taken for its own. WooCommerce (from 10.0) applies a coupon by its checkout links alone
 * (developer.woocommerce.com, "Shareable Checkout URLs"), which name their products.
 */
export function withCode(target: string, code: string, takenIn: readonly Shop[], others: readonly Shop[]): string {
  const host = new URL(target).hostname;
  const there = takenIn.find(isAt(host));
  const elsewhere = others.some((shop) => SITES.has(shop.platform) && isAt(host)(shop));
  const shop = there ?? (elsewhere ? undefined : takenIn.find(({ platform }) => platform === 'shopify'));
  if (shop?.platform === 'shopify') return discountUrl(target, code);
  return shop?.platform === 'woocommerce' ? withCoupon(target, code) : target;
}

/** A checkout link with the coupon; any other address, or one that brings a coupon, as it is. */
function withCoupon(target: string, code: string): string {
  const url = new URL(target);
  const isCheckoutLink = /\/checkout-link\/?$/.test(url.pathname) && url.searchParams.has('products');
  if (!isCheckoutLink || url.searchParams.has('coupon')) return target;
  url.search += `&coupon=${encodeURIComponent(code)}`;
  return url.href;
}
