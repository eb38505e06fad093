// WooCommerce: is the delivery the shop's, which event is it, what does it say.
import { WORDED } from '../contracts/wording.ts';
import { equalInConstantTime, hmac, sha256Hex } from '../platform/crypto.ts';
import { amountReader } from './amounts.ts';
import type { Connector, Headers, Normalised, NormaliseOptions } from './connector.ts';
import { failed, ignoredTopic, invalid, issuesOf, topicMissing, unknownCurrency } from './failures.ts';
import { decodedSpecialCharacters } from './html-text.ts';
import { type JsonObject, parseObject } from './payload-json.ts';
import { snapshotOf, statusOf, UNPLACED } from './woocommerce-order.ts';
import { orderShape } from './woocommerce-shapes.ts';

const RESTORED_TOPIC = 'order.restored';
const DELETED_TOPIC = 'order.deleted';
const ORDER_TOPICS = new Set(['order.created', 'order.updated', RESTORED_TOPIC]);

const header = (headers: Headers, name: string): string => headers[`x-wc-webhook-${name}`] ?? '';

/** The shop signs with the secret as its form showed it, which may not be as its database or its API gives it. */
const keysOf = (secret: string): readonly string[] => [...new Set([decodedSpecialCharacters(secret), secret])];

/** Base64 HMAC-SHA256 of the raw bytes; every secret is tried, decoded and as given, whichever fits. */
const verify: Connector['verify'] = ({ headers, raw }, secrets) => {
  const given = header(headers, 'signature');
  const fits = secrets
    .filter((secret) => secret !== '')
    .flatMap(keysOf)
    .map((key) => equalInConstantTime(hmac(Buffer.from(key), raw).toString('base64'), given));
  return fits.includes(true);
};

const PING = /^webhook_id=\d{1,20}$/;
const LONGEST_PING = 'webhook_id='.length + 20;

/**
 * What the shop sends when a webhook is saved, without signature or any header of its own: it must be answered 200, or
 * the shop shows an error. Exactly this and nothing near it, since nobody vouches for it.
 */
const ping: NonNullable<Connector['ping']> = ({ headers, raw }) => {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded' || raw.length > LONGEST_PING) return false;
  const named = Object.keys(headers).some((name) => name.startsWith('x-wc-'));
  return !named && PING.test(Buffer.from(raw).toString('latin1'));
};

/**
 * Which event it is follows from the body: the shop's id of a delivery is made of its webhook and the second, so two
 * orders of one second share it. Only the word that an order went into the trash, which is the same each time it goes
 * there, is told from the next one by that id.
 */
const identify: Connector['identify'] = ({ headers, raw }) => {
  const topic = header(headers, 'topic');
  const body = sha256Hex(raw);
  const delivery = header(headers, 'delivery-id');
  return { topic, eventId: topic === DELETED_TOPIC && delivery !== '' ? `${delivery}-${body}` : body };
};

const hostOf = (url: string): string | null =>
  URL.canParse(url) ? new URL(url).hostname.toLowerCase().replace(/^www\./, '') : null;

/** Shops in a subdirectory name it, and `www.` comes and goes: hosts are compared, if there is one. */
const isAnotherShop = (headers: Headers, storeDomain: string): boolean => {
  const shop = hostOf(header(headers, 'source'));
  return shop !== null && shop !== hostOf(`https://${storeDomain}`);
};

/** The topic is not signed: a captured body sent again under another one must be recognised by its shape. */
const fitsTopic = (topic: string, body: JsonObject): boolean => {
  if (topic === DELETED_TOPIC) return Object.keys(body).join() === 'id';
  // A subscription is told like an order, and bills through orders of its own.
  const isOrder = typeof body.status === 'string' && typeof body.currency === 'string' && !('billing_period' in body);
  return isOrder && Array.isArray(body.line_items);
};

const normaliseDeletion = (body: JsonObject, { receivedAt }: NormaliseOptions): Normalised => {
  const { id } = body;
  if (typeof id !== 'string' || !/^\d{1,20}$/.test(id)) return invalid(['id: missing']);
  const event = { type: 'cancellation', cancelledAt: receivedAt, revocable: true } as const;
  return { outcome: 'order', orderExternalId: id, event };
};

/** Sums of sane amounts are exact; others are refused before they are rounded. */
const isExact = (amounts: readonly number[]): boolean => amounts.every(Number.isSafeInteger);

const normaliseOrder = (topic: string, body: JsonObject, options: NormaliseOptions): Normalised => {
  const parsed = orderShape.safeParse(body, WORDED);
  if (!parsed.success) return invalid(issuesOf(parsed.error));
  const order = parsed.data;
  if (UNPLACED.has(statusOf(order))) {
    return { outcome: 'ignored', reason: 'not_placed', detail: 'The shopper has not placed this order yet.' };
  }
  const exponent = options.exponentOf(order.currency);
  if (exponent === undefined) return unknownCurrency(order.currency);
  const reader = amountReader(exponent);
  const snapshot = snapshotOf(order, options.receivedAt, reader);
  if (reader.problems.length > 0) return invalid(reader.problems);
  const { gross, discounts, shipping, tax, units, refunds } = snapshot;
  const given = refunds.flatMap((refund) => [refund.items, refund.shipping, refund.tax]);
  if (!isExact([gross, discounts, shipping, tax, units, ...given])) return invalid(['amounts beyond reason']);
  const event = topic === RESTORED_TOPIC ? { ...snapshot, restored: true } : snapshot;
  return { outcome: 'order', orderExternalId: order.id, event };
};

const normalise: Connector['normalise'] = (delivery, options) => {
  const topic = header(delivery.headers, 'topic');
  if (topic === '') return topicMissing('X-WC-Webhook-Topic');
  if (!ORDER_TOPICS.has(topic) && topic !== DELETED_TOPIC) return ignoredTopic(topic);
  if (isAnotherShop(delivery.headers, options.storeDomain)) {
    return failed('shop_domain_mismatch', 'The delivery names another shop than this store.');
  }
  // Numbers stay text: ids may go beyond 2^53 and amounts are decimals.
  const body = parseObject(delivery.raw, (text) => text);
  if (body === undefined) return failed('not_json', 'The body is not a JSON object, or is cut off.');
  if (!fitsTopic(topic, body)) return failed('shape_does_not_fit_topic', `The body is not one of ${topic}.`);
  return topic === DELETED_TOPIC ? normaliseDeletion(body, options) : normaliseOrder(topic, body, options);
};

/** Webhooks of WooCommerce, API versions 1 to 3. https://woocommerce.com/document/webhooks/ */
export const woocommerce: Connector = {
  verify,
  signedBy: "X-WC-Webhook-Signature must be the base64 HMAC-SHA256 of the body's bytes under a secret of this store",
  ping,
  identify,
  normalise,
};
