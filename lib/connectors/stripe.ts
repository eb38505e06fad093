// Stripe: is the delivery Stripe's, which event is it, what does it say of an order.

import { isSafeNumber } from 'lossless-json';
import { WORDED } from '../contracts/wording.ts';
import type { PaymentState } from '../domain/orders/events.ts';
import { equalInConstantTime, hmac, sha256Hex } from '../platform/crypto.ts';
import type { Connector, Delivery, Normalised, NormaliseOptions } from './connector.ts';
import { failed, ignoredTopic, invalid, issuesOf, unknownCurrency } from './failures.ts';
import { type JsonObject, parseObject } from './payload-json.ts';
import { minorUnitsOf, type ToMinorUnits } from './stripe-money.ts';
import {
  chargeOrderId,
  renewalSnapshot,
  sessionOrderId,
  sessionSnapshot,
  subscriptionOf,
  type ToldBy,
} from './stripe-order.ts';
import { chargeShape, disputeShape, eventShape, invoiceShape, sessionShape } from './stripe-shapes.ts';

const TOLERANCE_S = 300;

/** The parts of `t=...,v1=...,v1=...`; other schemes (v0) count for nothing. */
const signatureParts = (header: string) => {
  const pairs = header.split(',').map((part) => part.trim().split('=', 2));
  const values = (name: string) => pairs.flatMap(([key, value]) => (key === name && value ? [value] : []));
  return { timestamp: values('t').at(-1) ?? '', given: values('v1') };
};

/**
 * Hex HMAC-SHA256 over `<t>.<raw bytes>`, keyed by the whole `whsec_...` as text; any `v1` under any secret. At most five
 * minutes old. A timestamp ahead of our clock passes, as in Stripe's own library: it is signed, so it is Stripe's, and
 * a clock of ours that lags must not turn sales away; a repeat changes nothing anyway. https://docs.stripe.com/webhooks
 */
const verify: Connector['verify'] = ({ headers, raw }, secrets, now) => {
  const { timestamp, given } = signatureParts(headers['stripe-signature'] ?? '');
  if (!/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.floor(now / 1000) - Number(timestamp) > TOLERANCE_S) return false;
  const signed = Buffer.concat([Buffer.from(`${timestamp}.`), raw]);
  const fits = secrets
    .filter((secret) => secret !== '')
    .flatMap((secret) => {
      const expected = hmac(Buffer.from(secret), signed).toString('hex');
      return given.map((signature) => equalInConstantTime(signature, expected));
    });
  return fits.includes(true);
};

/** Numbers as numbers; one that a float would round stays text, and is no amount. */
const bodyOf = ({ raw }: Delivery): JsonObject | undefined =>
  parseObject(raw, (text) => (isSafeNumber(text) ? Number(text) : text));

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const identify: Connector['identify'] = (delivery) => {
  const body = bodyOf(delivery);
  return { topic: textOf(body?.type), eventId: textOf(body?.id) || sha256Hex(delivery.raw) };
};

type Event = ToldBy & { readonly topic: string; readonly object: JsonObject; readonly options: NormaliseOptions };

const ignored = (reason: string, detail: string): Normalised => ({ outcome: 'ignored', reason, detail });

/** Currencies are written in lower case. */
const moneyOf = (
  currency: string | null | undefined,
  { options }: Event,
): readonly [string, ToMinorUnits] | undefined => {
  const code = (currency ?? '').toUpperCase();
  const toMinor = minorUnitsOf(code, options.exponentOf);
  return toMinor && [code, toMinor];
};

/** Paid, or nothing to pay; `unpaid` is a bank debit or the like on its way. */
const SESSION_PAYMENTS: ReadonlyMap<string, PaymentState> = new Map([
  ['paid', 'paid'],
  ['no_payment_required', 'paid'],
  ['unpaid', 'pending'],
]);

const COMPLETED = 'checkout.session.completed';
const LATER_PAYMENTS: ReadonlyMap<string, PaymentState> = new Map([
  ['checkout.session.async_payment_succeeded', 'paid'],
  ['checkout.session.async_payment_failed', 'failed'],
]);

const normaliseSession = (event: Event): Normalised => {
  if (event.object.mode === 'setup') return ignored('setup_is_no_sale', 'The session only kept a means of payment.');
  const parsed = sessionShape.safeParse(event.object, WORDED);
  if (!parsed.success) return invalid(issuesOf(parsed.error));
  const session = parsed.data;
  const money = moneyOf(session.currency, event);
  if (!money) return unknownCurrency(session.currency);
  const payment = LATER_PAYMENTS.get(event.topic) ?? SESSION_PAYMENTS.get(session.payment_status ?? '');
  if (payment === undefined) return invalid(['payment_status: unknown']);
  const completedAt = event.topic === COMPLETED ? event.at : null;
  const snapshot = sessionSnapshot(session, ...money, { ...event, payment, completedAt });
  return { outcome: 'order', orderExternalId: sessionOrderId(session), event: snapshot };
};

const normaliseInvoice = (event: Event): Normalised => {
  if (event.object.billing_reason !== 'subscription_cycle') {
    return ignored('not_a_renewal', 'Only invoices of a next period are orders of their own.');
  }
  const parsed = invoiceShape.safeParse(event.object, WORDED);
  if (!parsed.success) return invalid(issuesOf(parsed.error));
  const subscriptionId = subscriptionOf(parsed.data);
  if (subscriptionId === null) return invalid(['subscription: missing']);
  const money = moneyOf(parsed.data.currency, event);
  if (!money) return unknownCurrency(parsed.data.currency);
  const snapshot = renewalSnapshot(parsed.data, ...money, { ...event, subscriptionId });
  return { outcome: 'order', orderExternalId: parsed.data.id, event: snapshot };
};

const ofNoCheckout = (): Normalised =>
  ignored('no_checkout_payment', 'It names no payment intent, and every Checkout payment has one.');

const normaliseCharge = (event: Event): Normalised => {
  const parsed = chargeShape.safeParse(event.object, WORDED);
  if (!parsed.success) return invalid(issuesOf(parsed.error));
  const { id, currency, amount_refunded: refunded } = parsed.data;
  const orderExternalId = chargeOrderId(parsed.data);
  if (orderExternalId === null) return ofNoCheckout();
  const money = moneyOf(currency, event);
  if (!money) return unknownCurrency(currency);
  const about = { id: `${id}:${refunded}`, refundedAt: event.at, runningTotalOf: id, undivided: true };
  const refund = { ...about, items: money[1](refunded), shipping: 0, tax: 0, lines: [] };
  return { outcome: 'order', orderExternalId, event: { type: 'refund', refund } };
};

/** An inquiry, or a dispute that a refund prevented: the bank takes nothing by it. */
const takesNothing = (status: string): boolean => status.startsWith('warning_') || status === 'prevented';

const normaliseDispute = (event: Event): Normalised => {
  const parsed = disputeShape.safeParse(event.object, WORDED);
  if (!parsed.success) return invalid(issuesOf(parsed.error));
  const { id, amount, currency, created: openedAt, status, payment_intent: orderExternalId } = parsed.data;
  if (takesNothing(status ?? '')) return ignored('inquiry_takes_no_money', 'The bank has asked, and taken nothing.');
  if (orderExternalId === null) return ofNoCheckout();
  const money = moneyOf(currency, event);
  if (!money) return unknownCurrency(currency);
  const reversed = status === 'won' || event.topic === 'charge.dispute.funds_reinstated';
  const dispute = { id, openedAt, amount: money[1](amount), reversedAt: reversed ? event.at : null };
  return { outcome: 'order', orderExternalId, event: { type: 'dispute', toldAt: event.at, dispute } };
};

/** By topic: the kind of object it is about, and what reads it. */
const READERS = new Map<string, readonly [kind: string, (event: Event) => Normalised]>([
  [COMPLETED, ['checkout.session', normaliseSession]],
  ['checkout.session.async_payment_succeeded', ['checkout.session', normaliseSession]],
  ['checkout.session.async_payment_failed', ['checkout.session', normaliseSession]],
  ['invoice.paid', ['invoice', normaliseInvoice]],
  ['charge.refunded', ['charge', normaliseCharge]],
  ['charge.dispute.created', ['dispute', normaliseDispute]],
  ['charge.dispute.closed', ['dispute', normaliseDispute]],
  ['charge.dispute.funds_withdrawn', ['dispute', normaliseDispute]],
  ['charge.dispute.funds_reinstated', ['dispute', normaliseDispute]],
]);

const normalise: Connector['normalise'] = (delivery, options) => {
  const body = bodyOf(delivery);
  if (body === undefined) return failed('not_json', 'The body is not a JSON object, or is cut off.');
  const parsed = eventShape.safeParse(body, WORDED);
  // Its "thin" events, which hold no object, are none either.
  if (!parsed.success) return failed('shape_does_not_fit_topic', 'The body is no event with its object.');
  const { type: topic, created: at, livemode, data } = parsed.data;
  const reader = READERS.get(topic);
  if (reader === undefined) return ignoredTopic(topic);
  const [kind, read] = reader;
  if (data.object.object !== kind) return failed('shape_does_not_fit_topic', `The event's object is no ${kind}.`);
  return read({ topic, at, test: livemode === false, object: data.object, options });
};

/** Webhooks of Stripe's Checkout and Payment Links, API versions 2020 to 2026. https://docs.stripe.com/api/events */
export const stripe: Connector = {
  verify,
  signedBy:
    'Stripe-Signature must have a v1 that is the hex HMAC-SHA256 of <t>.<body> under a signing secret of this store, ' +
    'and a t that is at most 5 minutes old',
  identify,
  normalise,
};
