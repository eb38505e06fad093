// Shopify: is the delivery the shop's, which event is it, what does it say.
import { equalInConstantTime, hmac, sha256Hex } from '../platform/crypto.ts';
import { amountReader } from './amounts.ts';
import type { Connector, Delivery, Headers, Normalised, NormaliseOptions } from './connector.ts';
import { failed, ignoredTopic, invalid, issuesOf, unknownCurrency } from './failures.ts';
import { instantOf } from './instants.ts';
import { type JsonObject, parseObject } from './payload-json.ts';
import { snapshotOf } from './shopify-order.ts';
import { refundCurrency, refundOf } from './shopify-refund.ts';
import { orderShape, refundShape, shopifyId } from './shopify-shapes.ts';

const ORDER_TOPICS = new Set(['orders/create', 'orders/paid', 'orders/updated', 'orders/cancelled']);
const REFUND_TOPIC = 'refunds/create';

/** The newer "Events" product sends the same names without `X-`. */
const header = (headers: Headers, name: string): string | undefined =>
  headers[`x-shopify-${name}`] ?? headers[`shopify-${name}`];

/** Base64 HMAC-SHA256 of the raw bytes under the secret's UTF-8; every secret is tried, whichever fits. */
const verify: Connector['verify'] = ({ headers, raw }, secrets) => {
  const given = header(headers, 'hmac-sha256') ?? '';
  const fits = secrets
    .filter((secret) => secret !== '')
    .map((secret) => equalInConstantTime(hmac(Buffer.from(secret), raw).toString('base64'), given));
  return fits.includes(true);
};

/** Topic and event id; the id of the delivery where no event id came, else the body itself. */
const identify: Connector['identify'] = ({ headers, raw }) => ({
  topic: header(headers, 'topic') ?? '',
  eventId: header(headers, 'event-id') || header(headers, 'webhook-id') || sha256Hex(raw),
});

/** The topic is not signed: a captured body sent again under another one must be recognised by its shape. */
const fitsTopic = (topic: string, body: JsonObject): boolean => {
  const isRefund = Array.isArray(body.refund_line_items);
  if (topic === REFUND_TOPIC) return isRefund && body.order_id != null;
  return !isRefund && Array.isArray(body.line_items) && (body.id ?? body.admin_graphql_api_id) != null;
};

/** `shop-domain` is not signed either; a store on its own domain can't be compared with it. */
const isAnotherShop = (headers: Headers, storeDomain: string): boolean => {
  const shop = header(headers, 'shop-domain')?.toLowerCase();
  const store = storeDomain.toLowerCase();
  return store.endsWith('.myshopify.com') && shop !== undefined && shop !== store;
};

const toldAt = ({ headers }: Delivery, { receivedAt }: NormaliseOptions): number =>
  instantOf(header(headers, 'triggered-at')) ?? receivedAt;

/** Sums of sane amounts are exact; others are refused before they are rounded. */
const isExact = (amounts: readonly number[]): boolean => amounts.every(Number.isSafeInteger);

const normaliseOrder = (body: JsonObject, told: number, { exponentOf }: NormaliseOptions): Normalised => {
  const parsed = orderShape.safeParse(body);
  if (!parsed.success) return invalid(issuesOf(parsed.error));
  const order = parsed.data;
  const orderExternalId = shopifyId('Order', order.admin_graphql_api_id, order.id);
  if (orderExternalId === null) return invalid(['id: missing']);
  const exponent = order.currency ? exponentOf(order.currency) : undefined;
  if (!order.currency || exponent === undefined) return unknownCurrency(order.currency);
  const reader = amountReader(exponent);
  const event = snapshotOf(order, order.currency, told, reader);
  if (reader.problems.length > 0) return invalid(reader.problems);
  const { gross, discounts, shipping, tax, units } = event;
  if (!isExact([gross, discounts, shipping, tax, units])) return invalid(['line_items: amounts beyond reason']);
  return { outcome: 'order', orderExternalId, event };
};

const normaliseRefund = (body: JsonObject, told: number, options: NormaliseOptions): Normalised => {
  const parsed = refundShape.safeParse(body);
  if (!parsed.success) return invalid(issuesOf(parsed.error));
  const currency = refundCurrency(parsed.data) ?? options.merchantCurrency;
  const exponent = currency ? options.exponentOf(currency) : undefined;
  if (!currency || exponent === undefined) return unknownCurrency(currency);
  const reader = amountReader(exponent);
  const refund = refundOf(parsed.data, currency, told, reader);
  const orderExternalId = parsed.data.order_id;
  if (!refund || !orderExternalId) return invalid(['id, order_id: missing']);
  if (reader.problems.length > 0) return invalid(reader.problems);
  if (!isExact([refund.items, refund.shipping, refund.tax])) return invalid(['refund: amounts beyond reason']);
  return { outcome: 'order', orderExternalId, event: { type: 'refund', refund } };
};

const normalise: Connector['normalise'] = (delivery, options) => {
  const { topic } = identify(delivery);
  if (!ORDER_TOPICS.has(topic) && topic !== REFUND_TOPIC) {
    return ignoredTopic(topic);
  }
  if (isAnotherShop(delivery.headers, options.storeDomain)) {
    return failed('shop_domain_mismatch', 'The delivery names another shop than this store.');
  }
  // Numbers stay text: ids go beyond 2^53 and amounts are decimals.
  const body = parseObject(delivery.raw, (text) => text);
  if (body === undefined) return failed('not_json', 'The body is not a JSON object, or is cut off.');
  if (!fitsTopic(topic, body)) return failed('shape_does_not_fit_topic', `The body is not one of ${topic}.`);
  const told = toldAt(delivery, options);
  return topic === REFUND_TOPIC ? normaliseRefund(body, told, options) : normaliseOrder(body, told, options);
};

/** Webhooks of Shopify's Admin API, all versions since 2016. https://shopify.dev/docs/api/webhooks */
export const shopify: Connector = { verify, identify, normalise };
