// Shopify bodies and deliveries, written from the documented shapes; every part can be told otherwise.
import { createHmac } from 'node:crypto';
import type {
  ConnectorOrderEvent,
  ConnectorSnapshot,
  Delivery,
  NormaliseOptions,
} from '../../../lib/connectors/connector.ts';
import { shopify } from '../../../lib/connectors/shopify.ts';
import type { OrderEvent } from '../../../lib/domain/orders/events.ts';

type Json = Record<string, unknown>;

export const SHOPIFY_SECRET = 'shpss_0123456789abcdef';
export const RECEIVED_AT = Date.parse('2026-11-20T12:00:00Z');

const EXPONENTS: Record<string, number> = { USD: 2, EUR: 2, CAD: 2, JPY: 0, KWD: 3 };

export const someOptions = (over: Partial<NormaliseOptions> = {}): NormaliseOptions => ({
  receivedAt: RECEIVED_AT,
  storeDomain: 'open-shop.myshopify.com',
  merchantCurrency: 'USD',
  exponentOf: (currency) => EXPONENTS[currency],
  ...over,
});

export const shopMoney = (amount: string | number, currency_code = 'USD') => ({
  shop_money: { amount, currency_code },
});

export const aShopifyLine = (over: Json = {}): Json => ({
  id: 1,
  admin_graphql_api_id: 'gid://shopify/LineItem/1',
  sku: 'P-1',
  product_id: 77,
  title: 'Protein',
  quantity: 2,
  price: '60.00',
  total_discount: '0.00',
  discount_allocations: [{ amount: '20.00', discount_application_index: 0 }],
  tax_lines: [{ price: '4.00', rate: 0.04, title: 'Tax' }],
  gift_card: false,
  ...over,
});

/** A paid web order of 2 x 60.00 with 20.00 off, 4.00 tax on top and 6.00 shipping. */
export const aShopifyOrder = (over: Json = {}): Json => ({
  id: 5001,
  admin_graphql_api_id: 'gid://shopify/Order/5001',
  name: '#5001',
  test: false,
  created_at: '2026-11-20T05:00:00-05:00',
  processed_at: '2026-11-20T05:00:00-05:00',
  updated_at: '2026-11-20T05:00:10-05:00',
  cancelled_at: null,
  currency: 'USD',
  financial_status: 'paid',
  source_name: 'web',
  taxes_included: false,
  total_price: '110.00',
  subtotal_price: '100.00',
  total_discounts: '20.00',
  total_line_items_price: '120.00',
  total_tax: '4.00',
  total_shipping_price_set: shopMoney('6.00'),
  shipping_lines: [{ price: '6.00', discount_allocations: [], tax_lines: [] }],
  discount_applications: [],
  discount_codes: [],
  note_attributes: [],
  landing_site: '/',
  referring_site: null,
  line_items: [aShopifyLine()],
  refunds: [],
  customer: { id: 900, email: 'buyer@example.com', first_name: 'Ada', last_name: 'Buyer' },
  browser_ip: '203.0.113.7',
  ...over,
});

/** One of the two units given back: 50.00 and its 2.00 tax. */
export const aShopifyRefund = (over: Json = {}): Json => ({
  id: 71,
  admin_graphql_api_id: 'gid://shopify/Refund/71',
  order_id: 5001,
  created_at: '2026-11-21T05:00:00-05:00',
  processed_at: '2026-11-21T06:00:00-05:00',
  refund_line_items: [{ quantity: 1, line_item_id: 1, subtotal: 50.0, total_tax: 2.0 }],
  transactions: [{ kind: 'refund', status: 'success', amount: '52.00', currency: 'USD' }],
  order_adjustments: [],
  refund_shipping_lines: [],
  ...over,
});

/** What the shop is told that it owes a buyer's bank: all of `aShopifyOrder`. */
export const aShopifyDispute = (over: Json = {}): Json => ({
  id: 81,
  order_id: 5001,
  type: 'chargeback',
  amount: '110.00',
  currency: 'USD',
  reason: 'fraudulent',
  network_reason_code: '4837',
  status: 'needs_response',
  evidence_due_by: '2026-12-10T19:00:00-05:00',
  evidence_sent_on: null,
  finalized_on: null,
  initiated_at: '2026-11-25T05:00:00-05:00',
  ...over,
});

const ofTheShop = { shop_id: 954889, shop_domain: 'open-shop.myshopify.com' };
const aCustomer = { id: 900, email: 'buyer@example.com', phone: '555-625-1199' };

export const aCustomerRedaction = (over: Json = {}): Json => ({
  ...ofTheShop,
  customer: aCustomer,
  orders_to_redact: [5001, 5002],
  ...over,
});

export const aDataRequest = (over: Json = {}): Json => ({
  ...ofTheShop,
  orders_requested: [5001, 5002],
  customer: aCustomer,
  data_request: { id: 9999 },
  ...over,
});

export const aShopRedaction = (over: Json = {}): Json => ({ ...ofTheShop, ...over });

/** The shop itself, as `app/uninstalled` tells it. */
export const aShopifyShop = (over: Json = {}): Json => ({
  id: 548380009,
  name: 'Super Toys',
  email: 'owner@example.com',
  domain: null,
  currency: 'USD',
  created_at: null,
  updated_at: null,
  shop_owner: 'Sam Owner',
  plan_name: 'enterprise',
  myshopify_domain: null,
  taxes_included: null,
  ...over,
});

export const anOrderEdit = (over: Json = {}): Json => ({
  order_edit: {
    id: 78912328793,
    app_id: null,
    created_at: '2026-11-21T05:00:00-05:00',
    notify_customer: false,
    order_id: 5001,
    reason: '',
    staff_note: '',
    user_id: null,
    line_items: { additions: [{ id: 2, delta: 1 }], removals: [{ id: 1, delta: 1 }] },
    discounts: { line_item: { additions: [], removals: [] } },
    shipping_lines: { additions: [], removals: [] },
    ...over,
  },
});

export const shopifySignature = (
  raw: Uint8Array | string,
  secret = SHOPIFY_SECRET,
  encoding: 'base64' | 'hex' = 'base64',
) => createHmac('sha256', secret).update(raw).digest(encoding);

/** A signed delivery of a body (an object, or the bytes themselves). */
export const aShopifyDelivery = (
  topic: string,
  body: Json | string | Uint8Array,
  headers: Record<string, string | undefined> = {},
): Delivery => {
  const raw = body instanceof Uint8Array ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return {
    raw,
    headers: {
      'x-shopify-topic': topic,
      'x-shopify-hmac-sha256': shopifySignature(raw),
      'x-shopify-shop-domain': 'open-shop.myshopify.com',
      'x-shopify-webhook-id': 'delivery-1',
      'x-shopify-event-id': 'event-1',
      'x-shopify-triggered-at': '2026-11-20T10:00:11.123456789Z',
      ...headers,
    },
  };
};

/** What a body says that Shopify sends as an order or a refund, whichever it is. */
const read = (body: Json | string): ConnectorOrderEvent => {
  const topic = typeof body !== 'string' && 'refund_line_items' in body ? 'refunds/create' : 'orders/updated';
  const normalised = shopify.normalise(aShopifyDelivery(topic, body), someOptions());
  if (normalised.outcome !== 'order') throw new Error(JSON.stringify(normalised));
  return normalised.event;
};

/** An order body as its snapshot. */
export const readSnapshot = (body: Json | string): ConnectorSnapshot => {
  const event = read(body);
  if (event.type !== 'snapshot') throw new Error(event.type);
  return event;
};

/** An order or refund body as the fold takes it: of the customer nothing. */
export const readEvent = (body: Json): OrderEvent => {
  const event = read(body);
  if (event.type !== 'snapshot') return event;
  const { customer: _, ...snapshot } = event;
  return { ...snapshot, customerKeys: [] };
};
