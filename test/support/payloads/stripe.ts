// Stripe's objects, events and signed deliveries, written from the documented shapes; every part can be told otherwise.
import { createHmac } from 'node:crypto';
import type { Delivery } from '../../../lib/connectors/connector.ts';

type Json = Record<string, unknown>;

export const STRIPE_SECRET = 'whsec_0123456789abcdefABCDEF';
export const STRIPE_NOW = Date.parse('2026-11-20T12:00:00Z');

/** Seconds since the epoch, as Stripe tells time. */
export const secondsOf = (instant: string): number => Date.parse(instant) / 1000;

export const COMPLETED_AT = '2026-11-20T10:00:00Z';

/** Paid by card: 2 x 60.00 with 20.00 off, 6.00 shipping and 4.00 tax on top. */
export const aSession = (over: Json = {}): Json => ({
  id: 'cs_live_1',
  object: 'checkout.session',
  mode: 'payment',
  status: 'complete',
  payment_status: 'paid',
  created: secondsOf('2026-11-20T09:50:00Z'),
  livemode: true,
  currency: 'usd',
  amount_subtotal: 12000,
  amount_total: 11000,
  total_details: { amount_discount: 2000, amount_shipping: 600, amount_tax: 400 },
  shipping_cost: { amount_subtotal: 600, amount_tax: 0, amount_total: 600, shipping_rate: 'shr_1' },
  payment_intent: 'pi_1',
  invoice: null,
  subscription: null,
  customer: 'cus_1',
  customer_email: null,
  customer_details: { email: 'buyer@example.com', address: { country: 'SG' } },
  collected_information: { shipping_details: null },
  client_reference_id: 'clk_0123456789',
  metadata: {},
  discounts: [{ coupon: null, promotion_code: 'promo_Sarah15' }],
  ...over,
});

/** The second month: 60.00 with 5.40 tax on top, in the shape since 2025-03-31. */
export const anInvoice = (over: Json = {}): Json => ({
  id: 'in_2',
  object: 'invoice',
  number: 'AB12-0002',
  billing_reason: 'subscription_cycle',
  currency: 'usd',
  livemode: true,
  subtotal: 6000,
  total: 6540,
  total_discount_amounts: [],
  total_taxes: [{ amount: 540, tax_behavior: 'exclusive' }],
  shipping_cost: null,
  parent: { type: 'subscription_details', subscription_details: { subscription: 'sub_1', metadata: {} } },
  customer: 'cus_1',
  customer_email: 'buyer@example.com',
  customer_address: { country: 'SG' },
  status_transitions: { paid_at: secondsOf('2026-12-20T10:00:00Z') },
  discounts: [],
  ...over,
});

export const aCharge = (over: Json = {}): Json => ({
  id: 'ch_1',
  object: 'charge',
  currency: 'usd',
  amount: 11000,
  amount_refunded: 5000,
  refunded: false,
  payment_intent: 'pi_1',
  ...over,
});

export const aStripeDispute = (over: Json = {}): Json => ({
  id: 'du_1',
  object: 'dispute',
  currency: 'usd',
  amount: 11000,
  charge: 'ch_1',
  payment_intent: 'pi_1',
  created: secondsOf('2026-11-25T08:00:00Z'),
  status: 'needs_response',
  ...over,
});

let events = 0;

/** An event about an object, with an id of its own unless told. */
export const aStripeEvent = (type: string, object: Json, over: Json = {}): Json => ({
  id: `evt_${++events}`,
  object: 'event',
  api_version: '2025-09-30.clover',
  created: secondsOf(COMPLETED_AT),
  livemode: true,
  pending_webhooks: 1,
  request: { id: null, idempotency_key: null },
  type,
  data: { object },
  ...over,
});

export const stripeSignature = (raw: Uint8Array | string, seconds: number, secret = STRIPE_SECRET): string =>
  createHmac('sha256', secret).update(`${seconds}.`).update(raw).digest('hex');

/** A delivery signed at that second. */
export const aStripeDelivery = (
  body: Json | string | Uint8Array,
  { seconds = STRIPE_NOW / 1000, secret = STRIPE_SECRET } = {},
): Delivery => {
  const raw = body instanceof Uint8Array ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return { raw, headers: { 'stripe-signature': `t=${seconds},v1=${stripeSignature(raw, seconds, secret)}` } };
};
