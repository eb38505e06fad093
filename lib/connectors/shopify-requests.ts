// What Shopify asks for that is about no single order: the privacy topics it obliges apps to serve, and an app removed.
import { WORDED } from '../contracts/wording.ts';
import type { Normalised, NormaliseOptions, ShopRequest } from './connector.ts';
import { failed, invalid, issuesOf } from './failures.ts';
import type { JsonObject } from './payload-json.ts';
import { customerRequestShape } from './shopify-shapes.ts';

/** `text` names this store. On a domain of its own a store can't be told from another shop of the same app. */
const namesStore = (text: unknown, storeDomain: string): boolean =>
  typeof text === 'string' && text.toLowerCase() === storeDomain.toLowerCase();

const ANOTHER_SHOP = failed(
  'shop_domain_mismatch',
  'The body names another shop than this store, whose domain must be its *.myshopify.com for this topic.',
);

const asked = (request: ShopRequest): Normalised => ({ outcome: 'request', request });

/**
 * An app has one address for all its shops' privacy topics, and an erasure can't be undone: the body, which is signed,
 * must name this very store.
 */
export const storeErasure = (body: JsonObject, { storeDomain }: NormaliseOptions): Normalised =>
  namesStore(body.shop_domain, storeDomain) ? asked({ type: 'erase_store' }) : ANOTHER_SHOP;

/** The same for a customer, whom the shop names by id or e-mail, and by orders. */
export const customerRequest =
  (type: 'erase_customer' | 'customer_data') =>
  (body: JsonObject, { storeDomain }: NormaliseOptions): Normalised => {
    if (!namesStore(body.shop_domain, storeDomain)) return ANOTHER_SHOP;
    const parsed = customerRequestShape.safeParse(body, WORDED);
    if (!parsed.success) return invalid(issuesOf(parsed.error));
    const { customer, orders_to_redact, orders_requested } = parsed.data;
    const orderExternalIds = (type === 'erase_customer' ? orders_to_redact : orders_requested) ?? [];
    const platformId = customer.id ?? null;
    const email = customer.email || null;
    if (platformId === null && email === null && orderExternalIds.length === 0) return invalid(['customer: nobody']);
    return asked({ type, customer: { platformId, email }, orderExternalIds });
  };

/** The app was removed from the shop; the body is the shop, which may not tell its `*.myshopify.com`. */
export const uninstalled = (body: JsonObject, { storeDomain }: NormaliseOptions): Normalised => {
  const named = body.myshopify_domain;
  const comparable = typeof named === 'string' && storeDomain.toLowerCase().endsWith('.myshopify.com');
  return comparable && !namesStore(named, storeDomain) ? ANOTHER_SHOP : asked({ type: 'uninstalled' });
};
