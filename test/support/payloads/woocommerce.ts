// WooCommerce bodies and deliveries, written from the documented shapes; every part can be told otherwise.
import { createHmac } from 'node:crypto';
import type { Delivery, NormaliseOptions } from '../../../lib/connectors/connector.ts';

type Json = Record<string, unknown>;

export const WOO_SECRET = 'woo_0123456789abcdef';
export const RECEIVED_AT = Date.parse('2026-11-20T12:00:00Z');

const EXPONENTS: Record<string, number> = { USD: 2, EUR: 2, JPY: 0, KWD: 3 };

export const wooOptions = (over: Partial<NormaliseOptions> = {}): NormaliseOptions => ({
  receivedAt: RECEIVED_AT,
  storeDomain: 'shop.example.com',
  merchantCurrency: 'USD',
  exponentOf: (currency) => EXPONENTS[currency],
  ...over,
});

let metaIds = 9000;

export const aMeta = (key: string, value: unknown): Json => ({ id: ++metaIds, key, value });

/** Two at 60.00 with 20.00 off and 4.00 tax: every amount is the whole line's, `price` alone is one item's. */
export const aWooLine = (over: Json = {}): Json => ({
  id: 11,
  name: 'Protein – Größe M',
  product_id: 77,
  variation_id: 0,
  quantity: 2,
  tax_class: '',
  subtotal: '120.00',
  subtotal_tax: '4.80',
  total: '100.00',
  total_tax: '4.00',
  taxes: [{ id: 1, total: '4', subtotal: '4.8' }],
  meta_data: [],
  sku: 'P-1',
  price: 50,
  ...over,
});

/** A paid order of 120.00 with 20.00 off, 4.00 tax on top and 6.00 shipping. */
export const aWooOrder = (over: Json = {}): Json => ({
  id: 727,
  parent_id: 0,
  number: '727',
  order_key: 'wc_order_58d2d042d1d',
  created_via: 'checkout',
  version: '9.4.0',
  status: 'processing',
  currency: 'USD',
  date_created: '2026-11-20T05:00:00',
  date_created_gmt: '2026-11-20T10:00:00',
  date_modified: '2026-11-20T05:00:10',
  date_modified_gmt: '2026-11-20T10:00:10',
  date_paid: '2026-11-20T05:00:05',
  date_paid_gmt: '2026-11-20T10:00:05',
  date_completed: null,
  date_completed_gmt: null,
  discount_total: '20.00',
  discount_tax: '0.80',
  shipping_total: '6.00',
  shipping_tax: '0.00',
  cart_tax: '4.00',
  total: '110.00',
  total_tax: '4.00',
  prices_include_tax: false,
  customer_id: 26,
  customer_ip_address: '203.0.113.7',
  customer_user_agent: 'Mozilla/5.0',
  billing: { first_name: 'Ada', last_name: 'Buyer', country: 'US', email: 'buyer@example.com' },
  shipping: { first_name: 'Ada', last_name: 'Buyer', country: 'US' },
  payment_method: 'bacs',
  meta_data: [],
  line_items: [aWooLine()],
  tax_lines: [],
  shipping_lines: [{ id: 12, method_title: 'Flat rate', total: '6.00', total_tax: '0.00' }],
  fee_lines: [],
  coupon_lines: [],
  refunds: [],
  ...over,
});

/** JSON as PHP's json_encode writes it: slashes and everything beyond ASCII escaped. */
export const phpJson = (body: unknown): string =>
  JSON.stringify(body)
    .replaceAll('/', '\\/')
    .replace(/[\u0080-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

export const wooSignature = (
  raw: Uint8Array | string,
  secret = WOO_SECRET,
  encoding: 'base64' | 'hex' = 'base64',
): string => createHmac('sha256', secret).update(raw).digest(encoding);

/** A signed delivery of a body (an object, or the bytes themselves). */
export const aWooDelivery = (
  topic: string,
  body: Json | string | Uint8Array,
  headers: Record<string, string | undefined> = {},
  secret = WOO_SECRET,
): Delivery => {
  const raw = body instanceof Uint8Array ? body : Buffer.from(typeof body === 'string' ? body : phpJson(body));
  const [resource = '', event = ''] = topic.split('.');
  return {
    raw,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'WooCommerce/9.4.0 Hookshot (WordPress/6.7)',
      'x-wc-webhook-source': 'https://shop.example.com/',
      'x-wc-webhook-topic': topic,
      'x-wc-webhook-resource': resource,
      'x-wc-webhook-event': event,
      'x-wc-webhook-signature': wooSignature(raw, secret),
      'x-wc-webhook-id': '27',
      'x-wc-webhook-delivery-id': '5f2b8a1c9d3e4f60718293a4b5c6d7e8',
      ...headers,
    },
  };
};

/** What WooCommerce sends when a webhook is saved. */
export const aWooPing = (body = 'webhook_id=27', headers: Record<string, string | undefined> = {}): Delivery => ({
  raw: Buffer.from(body),
  headers: {
    'content-type': 'application/x-www-form-urlencoded',
    'user-agent': 'WooCommerce/9.4.0 Hookshot (WordPress/6.7)',
    ...headers,
  },
});
