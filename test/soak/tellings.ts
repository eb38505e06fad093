// The same life told by shops of different platforms: each happening as the body that platform sends for it.
import { createHmac } from 'node:crypto';
import { aShopifyOrder, SHOPIFY_SECRET, shopifySignature, shopMoney } from '../support/payloads/shopify.ts';
import { aStandardDelivery, standardOrderData } from '../support/payloads/standard.ts';
import { aStripeDelivery } from '../support/payloads/stripe.ts';
import { WOO_SECRET } from '../support/payloads/woocommerce.ts';
import type { GivenBack, Happening, Life, SoldLine, Stand, TakenBack } from './life.ts';
import { stripeOf } from './stripe-tellings.ts';
import { wooOf } from './woocommerce-tellings.ts';

type Json = Record<string, unknown>;

/** One event of a shop: its body stays as it is however often it is sent, and is signed when it is. */
export interface Telling {
  readonly platform: Platform;
  readonly topic: string;
  readonly eventId: string;
  readonly body: string;
}

export type Platform = 'standard' | 'shopify' | 'woocommerce' | 'stripe';

const iso = (at: number) => new Date(at).toISOString();
const decimal = (cents: number) => (cents / 100).toFixed(2);
const total = (lines: readonly SoldLine[], of: (line: SoldLine) => number) =>
  lines.reduce((sum, line) => sum + of(line), 0);

const standardDispute = (life: Life, { id, openedAt, amount, wonAt }: TakenBack): readonly [string, Json] => {
  const about = { externalId: String(id), orderExternalId: String(life.number), amount, openedAt: iso(openedAt) };
  if (wonAt === null) return ['dispute.opened', about];
  return ['dispute.closed', { ...about, closedAt: iso(wonAt), won: true }];
};

const standardOf = (life: Life, happening: Happening): readonly [string, Json] => {
  if (happening.what === 'dispute') return standardDispute(life, happening.dispute);
  if (happening.what === 'refund') {
    const { refund } = happening;
    const lines = refund.lines.map(({ id, amount, tax }) => ({ id: String(id), quantity: 1, amount, tax }));
    const amount = refund.lines.reduce((sum, line) => sum + line.amount, 0);
    const tax = refund.lines.reduce((sum, line) => sum + line.tax, 0);
    const about = { externalId: String(refund.id), orderExternalId: String(life.number), refundedAt: iso(refund.at) };
    return ['refund.created', { ...about, amount, shipping: refund.shipping, tax, lines }];
  }
  const { topic, stand } = happening;
  if (topic === 'cancelled') {
    return ['order.cancelled', { externalId: String(life.number), cancelledAt: iso(stand.cancelledAt ?? 0) }];
  }
  const order = standardOrderData({
    ...{ externalId: String(life.number), name: `#${life.number}`, placedAt: iso(life.placedAt) },
    ...{ updatedAt: iso(stand.at), currency: 'USD', payment: stand.payment, test: life.test },
    itemsTotal: total(stand.lines, (line) => line.price * line.quantity),
    discounts: total(stand.lines, (line) => line.discount),
    shipping: stand.shipping,
    tax: total(stand.lines, (line) => line.tax),
    units: total(stand.lines, (line) => line.quantity),
    lines: stand.lines.map((line) => ({ ...line, id: String(line.id), sku: `P-${line.id}` })),
    discountCodes: life.code === null ? [] : [life.code],
    clickId: null,
    customer: { email: life.customer },
  });
  return ['order.updated', order];
};

const shopifyRefund = (life: Life, refund: GivenBack): Json => ({
  ...{ id: refund.id, admin_graphql_api_id: `gid://shopify/Refund/${refund.id}`, order_id: life.number },
  ...{ created_at: iso(refund.at), processed_at: iso(refund.at), order_adjustments: [] },
  refund_line_items: refund.lines.map(({ id, amount, tax }) => ({
    ...{ quantity: 1, line_item_id: id, subtotal: amount / 100, total_tax: tax / 100 },
    subtotal_set: shopMoney(decimal(amount)),
    total_tax_set: shopMoney(decimal(tax)),
  })),
  refund_shipping_lines: refund.shipping === 0 ? [] : [{ subtotal_amount_set: shopMoney(decimal(refund.shipping)) }],
  transactions: [],
});

const shopifyLine = (line: SoldLine): Json => ({
  ...{
    id: line.id,
    admin_graphql_api_id: `gid://shopify/LineItem/${line.id}`,
    sku: `P-${line.id}`,
    product_id: line.id,
  },
  ...{ title: 'Protein', quantity: line.quantity, price: decimal(line.price), total_discount: '0.00' },
  discount_allocations: [{ amount: decimal(line.discount), discount_application_index: 0 }],
  tax_lines: [{ price: decimal(line.tax), rate: 0.04, title: 'Tax' }],
  gift_card: false,
});

const shopifyOrder = (life: Life, { lines, ...stand }: Stand): Json =>
  aShopifyOrder({
    ...{ id: life.number, admin_graphql_api_id: `gid://shopify/Order/${life.number}`, name: `#${life.number}` },
    ...{ created_at: iso(life.placedAt), processed_at: iso(life.placedAt), updated_at: iso(stand.at), test: life.test },
    cancelled_at: stand.cancelledAt === null ? null : iso(stand.cancelledAt),
    financial_status: stand.payment,
    total_discounts: decimal(total(lines, (line) => line.discount)),
    total_tax: decimal(total(lines, (line) => line.tax)),
    total_shipping_price_set: shopMoney(decimal(stand.shipping)),
    shipping_lines: [{ price: decimal(stand.shipping), discount_allocations: [], tax_lines: [] }],
    line_items: lines.map(shopifyLine),
    refunds: stand.refunds.map((refund) => shopifyRefund(life, refund)),
    discount_codes: life.code === null ? [] : [{ code: life.code, amount: '1.00', type: 'percentage' }],
    customer: { id: null, email: life.customer },
  });

const SHOPIFY_TOPICS = {
  placed: 'orders/create',
  paid: 'orders/paid',
  edited: 'orders/updated',
  cancelled: 'orders/cancelled',
} as const;

const shopifyDispute = (life: Life, { id, openedAt, amount, wonAt }: TakenBack): readonly [string, Json] => [
  wonAt === null ? 'disputes/create' : 'disputes/update',
  {
    ...{
      id,
      order_id: life.number,
      type: 'chargeback',
      amount: decimal(amount),
      currency: 'USD',
      reason: 'fraudulent',
    },
    ...{ status: wonAt === null ? 'needs_response' : 'won', initiated_at: iso(openedAt), evidence_due_by: null },
    finalized_on: wonAt === null ? null : iso(wonAt),
  },
];

const shopifyOf = (life: Life, happening: Happening): readonly [string, Json] => {
  if (happening.what === 'dispute') return shopifyDispute(life, happening.dispute);
  return happening.what === 'refund'
    ? ['refunds/create', shopifyRefund(life, happening.refund)]
    : [SHOPIFY_TOPICS[happening.topic], shopifyOrder(life, happening.stand)];
};

const standardBody = (life: Life, happening: Happening): readonly [string, Json] => {
  const [type, data] = standardOf(life, happening);
  return [type, { type, timestamp: iso(life.placedAt), data }];
};

/** What a platform sends for each thing that happens to an order: topic and body. */
const SPEAKERS: Readonly<Record<Platform, (life: Life, happening: Happening) => readonly [string, Json]>> = {
  standard: standardBody,
  shopify: shopifyOf,
  woocommerce: wooOf,
  stripe: stripeOf,
};

/** Every event a shop of that platform sends in the course of an order's life. */
export const tellingsOf = (life: Life, platform: Platform): readonly Telling[] =>
  life.happenings.map((happening, index) => {
    const [topic, body] = SPEAKERS[platform](life, happening);
    return { platform, topic, eventId: `${platform}-${life.number}-${index}`, body: JSON.stringify(body) };
  });

const shopifyHeaders = (topic: string, eventId: string, body: string) => ({
  'x-shopify-topic': topic,
  'x-shopify-hmac-sha256': shopifySignature(body, SHOPIFY_SECRET),
  'x-shopify-shop-domain': 'open-shop.myshopify.com',
  'x-shopify-event-id': eventId,
  'x-shopify-webhook-id': eventId,
});

/** Headers with the signature over the body's bytes, made now: some platforms sign the time with it. */
export const signed = ({ platform, topic, eventId, body }: Telling): Record<string, string> => {
  const seconds = Math.floor(Date.now() / 1000);
  if (platform === 'shopify') return shopifyHeaders(topic, eventId, body);
  if (platform === 'woocommerce') {
    const source = { 'x-wc-webhook-source': 'https://shop.example.com/', 'x-wc-webhook-topic': topic };
    return { ...source, 'x-wc-webhook-signature': createHmac('sha256', WOO_SECRET).update(body).digest('base64') };
  }
  const delivery =
    platform === 'stripe' ? aStripeDelivery(body, { seconds }) : aStandardDelivery(body, { id: eventId, seconds });
  return delivery.headers as Record<string, string>;
};
