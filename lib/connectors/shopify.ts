// Shopify: is the delivery the shop's, which event is it, what does it say.
import { WORDED } from '../contracts/wording.ts';
import { equalInConstantTime, hmac, sha256Hex } from '../platform/crypto.ts';
import { amountReader } from './amounts.ts';
import type { Connector, Delivery, Headers, Normalised, NormaliseOptions } from './connector.ts';
import { failed, ignored, ignoredTopic, invalid, issuesOf, topicMissing, unknownCurrency } from './failures.ts';
import { instantOf } from './instants.ts';
import { type JsonObject, parseObject } from './payload-json.ts';
import { disputeChangedAt, disputeOf } from './shopify-dispute.ts';
import * as fit from './shopify-fit.ts';
import { snapshotOf } from './shopify-order.ts';
import { refundCurrency, refundOf } from './shopify-refund.ts';
import { customerRequest, storeErasure, uninstalled } from './shopify-requests.ts';
import { disputeShape, orderShape, refundShape, shopifyId } from './shopify-shapes.ts';

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

/** `shop-domain` is not signed either; a store on its own domain can't be compared with it. */
const isAnotherShop = (headers: Headers, storeDomain: string): boolean => {
  const shop = header(headers, 'shop-domain')?.toLowerCase();
  const store = storeDomain.toLowerCase();
  return store.endsWith('.myshopify.com') && shop !== undefined && shop !== store;
};

/** When the event fired, as far as the delivery says. */
const triggeredAt = ({ headers }: Delivery): number | null => instantOf(header(headers, 'triggered-at'));

/** Sums of sane amounts are exact; others are refused before they are rounded. */
const isExact = (amounts: readonly number[]): boolean => amounts.every(Number.isSafeInteger);

/** When the event fired in ms, null where the delivery does not say. */
type Reader = (body: JsonObject, options: NormaliseOptions, fired: number | null) => Normalised;

const normaliseOrder: Reader = (body, { exponentOf, receivedAt }, fired) => {
  const parsed = orderShape.safeParse(body, WORDED);
  if (!parsed.success) return invalid(issuesOf(parsed.error));
  const order = parsed.data;
  const orderExternalId = shopifyId('Order', order.admin_graphql_api_id, order.id);
  if (orderExternalId === null) return invalid(['id: missing']);
  const exponent = order.currency ? exponentOf(order.currency) : undefined;
  if (!order.currency || exponent === undefined) return unknownCurrency(order.currency);
  const reader = amountReader(exponent);
  const event = snapshotOf(order, order.currency, fired ?? receivedAt, reader);
  if (reader.problems.length > 0) return invalid(reader.problems);
  const { gross, discounts, shipping, tax, units } = event;
  if (!isExact([gross, discounts, shipping, tax, units])) return invalid(['line_items: amounts beyond reason']);
  return { outcome: 'order', orderExternalId, event };
};

const normaliseRefund: Reader = (body, options, fired) => {
  const parsed = refundShape.safeParse(body, WORDED);
  if (!parsed.success) return invalid(issuesOf(parsed.error));
  const currency = refundCurrency(parsed.data) ?? options.merchantCurrency;
  const exponent = currency ? options.exponentOf(currency) : undefined;
  if (!currency || exponent === undefined) return unknownCurrency(currency);
  const reader = amountReader(exponent);
  const refund = refundOf(parsed.data, currency, fired ?? options.receivedAt, reader);
  const orderExternalId = parsed.data.order_id;
  if (!refund || !orderExternalId) return invalid(['id, order_id: missing']);
  if (reader.problems.length > 0) return invalid(reader.problems);
  if (!isExact([refund.items, refund.shipping, refund.tax])) return invalid(['refund: amounts beyond reason']);
  return { outcome: 'order', orderExternalId, event: { type: 'refund', refund } };
};

/** A deleted order counts no more; its body is its id. */
const normaliseDeletion: Reader = (body, { receivedAt }, fired) => {
  const { success, data } = orderShape.pick({ id: true, admin_graphql_api_id: true }).safeParse(body, WORDED);
  const orderExternalId = success ? shopifyId('Order', data.admin_graphql_api_id, data.id) : null;
  if (orderExternalId === null) return invalid(['id: missing']);
  return { outcome: 'order', orderExternalId, event: { type: 'cancellation', cancelledAt: fired ?? receivedAt } };
};

const normaliseDispute: Reader = (body, { exponentOf, receivedAt }, fired) => {
  const parsed = disputeShape.safeParse(body, WORDED);
  if (!parsed.success) return invalid(issuesOf(parsed.error));
  const { type, order_id: orderExternalId, currency } = parsed.data;
  if (type === 'inquiry')
    return ignored('inquiry', 'The bank only asks: it takes no money unless this becomes a chargeback.');
  if (!orderExternalId) return ignored('no_order', 'The dispute is about no order.');
  const exponent = currency ? exponentOf(currency) : undefined;
  if (exponent === undefined) return unknownCurrency(currency);
  const reader = amountReader(exponent);
  const toldAt = fired ?? disputeChangedAt(parsed.data) ?? receivedAt;
  const dispute = disputeOf(parsed.data, toldAt, reader);
  if (reader.problems.length > 0) return invalid(reader.problems);
  if (!isExact([dispute.amount])) return invalid(['amount: beyond reason']);
  return { outcome: 'order', orderExternalId, event: { type: 'dispute', toldAt, dispute } };
};

/** An edit names units added and removed, but no money: the `orders/updated` beside it has the whole order. */
const ignoreEdit: Reader = () =>
  ignored('told_by_orders_updated', 'The edit carries no money; orders/updated tells the whole order after it.');

const ORDER = { fits: fit.isOrder, read: normaliseOrder };
const DISPUTE = { fits: fit.isDispute, read: normaliseDispute };

const TOPICS: ReadonlyMap<string, { readonly fits: fit.Fits; readonly read: Reader }> = new Map([
  ['orders/create', ORDER],
  ['orders/paid', ORDER],
  ['orders/updated', ORDER],
  ['orders/cancelled', ORDER],
  ['orders/edited', { fits: fit.isEdit, read: ignoreEdit }],
  ['orders/delete', { fits: fit.isDeletion, read: normaliseDeletion }],
  ['refunds/create', { fits: fit.isRefund, read: normaliseRefund }],
  ['disputes/create', DISPUTE],
  ['disputes/update', DISPUTE],
  ['app/uninstalled', { fits: fit.isShop, read: uninstalled }],
  ['customers/redact', { fits: fit.isRedaction, read: customerRequest('erase_customer') }],
  ['customers/data_request', { fits: fit.isDataRequest, read: customerRequest('customer_data') }],
  ['shop/redact', { fits: fit.isShopRedaction, read: storeErasure }],
]);

const normalise: Connector['normalise'] = (delivery, options) => {
  const { topic } = identify(delivery);
  if (topic === '') return topicMissing('X-Shopify-Topic');
  const known = TOPICS.get(topic);
  if (known === undefined) return ignoredTopic(topic);
  if (isAnotherShop(delivery.headers, options.storeDomain)) {
    return failed('shop_domain_mismatch', 'The delivery names another shop than this store.');
  }
  // Numbers stay text: ids go beyond 2^53 and amounts are decimals.
  const body = parseObject(delivery.raw, (text) => text);
  if (body === undefined) return failed('not_json', 'The body is not a JSON object, or is cut off.');
  if (!known.fits(body)) return failed('shape_does_not_fit_topic', `The body is not one of ${topic}.`);
  return known.read(body, options, triggeredAt(delivery));
};

/** Webhooks of Shopify's Admin API, all versions since 2016. https://shopify.dev/docs/api/webhooks */
export const shopify: Connector = {
  verify,
  signedBy: "X-Shopify-Hmac-Sha256 must be the base64 HMAC-SHA256 of the body's bytes under a secret of this store",
  identify,
  normalise,
};
