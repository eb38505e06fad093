// The `standard` platform: any shop that can sign JSON by the Standard Webhooks specification.

import { isSafeNumber } from 'lossless-json';
import { Webhook } from 'standardwebhooks';
import { WORDED } from '../contracts/wording.ts';
import { equalInConstantTime, sha256Hex } from '../platform/crypto.ts';
import type { Connector, Delivery, Normalised, NormaliseOptions } from './connector.ts';
import { failed, ignoredTopic, invalid, issuesOf, unknownCurrency } from './failures.ts';
import { type JsonObject, parseObject } from './payload-json.ts';
import { standardRefund, standardSnapshot } from './standard-order.ts';
import {
  cancellationData,
  closedDisputeData,
  envelope,
  openedDisputeData,
  orderData,
  refundData,
} from './standard-shapes.ts';

const TOLERANCE_S = 300;

/** The signature `secret` gives, or null when it is no `whsec_` + base64 secret. */
const signatureUnder = (secret: string, id: string, seconds: number, body: string): string | null => {
  try {
    return new Webhook(secret).sign(id, new Date(seconds * 1000), body);
  } catch {
    return null;
  }
};

/** The bytes as text, null unless they are UTF-8: only then do equal texts mean equal bytes. */
const exactText = (raw: Uint8Array): string | null => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw);
  } catch {
    return null;
  }
};

/**
 * Any `v1` signature of the list under any secret, within 5 minutes both ways. The package signs and we compare:
 * its own `verify` reads the machine's clock. https://github.com/standard-webhooks/standard-webhooks
 */
const verify: Connector['verify'] = ({ headers, raw }, secrets, now) => {
  const id = headers['webhook-id'] ?? '';
  const timestamp = headers['webhook-timestamp'] ?? '';
  const body = exactText(raw);
  if (id === '' || body === null || !/^\d{1,12}$/.test(timestamp)) return false;
  const seconds = Number(timestamp);
  if (Math.abs(Math.floor(now / 1000) - seconds) > TOLERANCE_S) return false;
  const given = (headers['webhook-signature'] ?? '').split(' ');
  const fits = secrets.flatMap((secret) => {
    const expected = signatureUnder(secret, id, seconds, body);
    return expected === null ? [] : given.map((signature) => equalInConstantTime(signature, expected));
  });
  return fits.includes(true);
};

/** Numbers as numbers, except those a float would round: such an id stays text, such an amount is refused. */
const bodyOf = ({ raw }: Delivery): JsonObject | undefined =>
  parseObject(raw, (text) => (isSafeNumber(text) ? Number(text) : text));

const topicOf = (body: JsonObject | undefined): string => (typeof body?.type === 'string' ? body.type : '');

const identify: Connector['identify'] = (delivery) => ({
  topic: topicOf(bodyOf(delivery)),
  eventId: delivery.headers['webhook-id'] || sha256Hex(delivery.raw),
});

const normaliseOrder = (data: unknown, toldAt: number, { exponentOf }: NormaliseOptions): Normalised => {
  const order = orderData.safeParse(data, WORDED);
  if (!order.success) return invalid(issuesOf(order.error));
  if (exponentOf(order.data.currency) === undefined) return unknownCurrency(order.data.currency);
  const event = standardSnapshot(order.data, toldAt);
  if (!Number.isSafeInteger(event.gross)) return invalid(['lines: amounts beyond reason']);
  return { outcome: 'order', orderExternalId: order.data.externalId, event };
};

const normaliseCancellation = (data: unknown, toldAt: number): Normalised => {
  const cancellation = cancellationData.safeParse(data, WORDED);
  if (!cancellation.success) return invalid(issuesOf(cancellation.error));
  const { externalId, cancelledAt } = cancellation.data;
  return {
    outcome: 'order',
    orderExternalId: externalId,
    event: { type: 'cancellation', cancelledAt: cancelledAt ?? toldAt },
  };
};

const normaliseRefund = (data: unknown, toldAt: number): Normalised => {
  const refund = refundData.safeParse(data, WORDED);
  if (!refund.success) return invalid(issuesOf(refund.error));
  const event = { type: 'refund', refund: standardRefund(refund.data, toldAt) } as const;
  return { outcome: 'order', orderExternalId: refund.data.orderExternalId, event };
};

/** Told as of its own time, not the event's: a closing is newer than its opening however the two are sent. */
const normaliseOpened = (data: unknown, toldAt: number): Normalised => {
  const opened = openedDisputeData.safeParse(data, WORDED);
  if (!opened.success) return invalid(issuesOf(opened.error));
  const { externalId: id, orderExternalId, amount, openedAt = null } = opened.data;
  const at = openedAt ?? toldAt;
  const dispute = { id, openedAt: at, amount, reversedAt: null };
  return { outcome: 'order', orderExternalId, event: { type: 'dispute', toldAt: at, dispute } };
};

/** Says all that the opening does, so that it may come first or alone; the newer of both, at the same instant too. */
const normaliseClosed = (data: unknown, toldAt: number): Normalised => {
  const closed = closedDisputeData.safeParse(data, WORDED);
  if (!closed.success) return invalid(issuesOf(closed.error));
  const { externalId: id, orderExternalId, amount, openedAt, closedAt, won } = closed.data;
  const at = closedAt ?? toldAt;
  if (at < openedAt) return invalid(['closedAt: before openedAt']);
  const dispute = { id, openedAt, amount, reversedAt: won ? at : null };
  return { outcome: 'order', orderExternalId, event: { type: 'dispute', toldAt: Math.max(at, openedAt + 1), dispute } };
};

const NORMALISERS = new Map<string, typeof normaliseOrder>([
  ['order.paid', normaliseOrder],
  ['order.updated', normaliseOrder],
  ['order.cancelled', normaliseCancellation],
  ['refund.created', normaliseRefund],
  ['dispute.opened', normaliseOpened],
  ['dispute.closed', normaliseClosed],
]);

const normalise: Connector['normalise'] = (delivery, options) => {
  const body = bodyOf(delivery);
  if (body === undefined) return failed('not_json', 'The body is not a JSON object, or is cut off.');
  const topic = topicOf(body);
  if (topic === '') return invalid(['type: is required']);
  const normaliser = NORMALISERS.get(topic);
  if (normaliser === undefined) return ignoredTopic(topic);
  const parsed = envelope.safeParse(body, WORDED);
  if (!parsed.success) return invalid(issuesOf(parsed.error));
  const { data, timestamp } = parsed.data;
  // An `order.paid` says so by its name, whatever `payment` may add.
  const told = topic === 'order.paid' ? { ...data, payment: 'paid' } : data;
  return normaliser(told, timestamp ?? options.receivedAt, options);
};

/** Standard Webhooks deliveries with bodies as docs/webhooks.md describes them. */
export const standard: Connector = {
  verify,
  signedBy:
    'webhook-signature must have a v1 over <webhook-id>.<webhook-timestamp>.<body> under a secret of this store, ' +
    'and webhook-timestamp must be within 5 minutes of now',
  identify,
  normalise,
};
