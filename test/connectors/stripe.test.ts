// Stripe's deliveries: whose they are, which event each is, and which of them say nothing of an order.
import { describe, expect, it } from 'vitest';
import { connectorFor } from '../../lib/connectors/platforms.ts';
import { stripe } from '../../lib/connectors/stripe.ts';
import { someOptions } from '../support/payloads/shopify.ts';
import {
  aCharge,
  anInvoice,
  aSession,
  aStripeDelivery,
  aStripeDispute,
  aStripeEvent,
  STRIPE_NOW,
  STRIPE_SECRET,
  stripeSignature,
} from '../support/payloads/stripe.ts';

const NOW_S = STRIPE_NOW / 1000;

describe('the signature', () => {
  const delivery = aStripeDelivery(aStripeEvent('checkout.session.completed', aSession()));
  const holds = (header: string | undefined, secrets: readonly string[] = [STRIPE_SECRET], now = STRIPE_NOW) =>
    stripe.verify({ ...delivery, headers: { 'stripe-signature': header } }, secrets, now);
  const good = stripeSignature(delivery.raw, NOW_S);

  it('holds under any one of several secrets, as after a rotation', () => {
    expect(stripe.verify(delivery, [STRIPE_SECRET], STRIPE_NOW)).toBe(true);
    expect(stripe.verify(delivery, ['whsec_other', STRIPE_SECRET], STRIPE_NOW)).toBe(true);
    expect(stripe.verify(delivery, ['whsec_other', ''], STRIPE_NOW)).toBe(false);
    expect(stripe.verify(delivery, [], STRIPE_NOW)).toBe(false);
  });

  it('is keyed by the whole secret, whsec_ and all, unlike Standard Webhooks', () => {
    const bare = stripeSignature(delivery.raw, NOW_S, STRIPE_SECRET.replace('whsec_', ''));
    expect(holds(`t=${NOW_S},v1=${bare}`)).toBe(false);
  });

  it('may be any v1 of the header; v0 counts for nothing', () => {
    expect(holds(`t=${NOW_S},v1=${'0'.repeat(64)},v1=${good},v0=${'1'.repeat(64)}`)).toBe(true);
    expect(holds(`t=${NOW_S}, v1=${good}`)).toBe(true);
    expect(holds(`t=${NOW_S},v0=${good}`)).toBe(false);
    expect(holds(`t=${NOW_S},v1a=${good}`)).toBe(false);
  });

  it('is too old after 5 minutes; one ahead of our clock is Stripe’s all the same', () => {
    expect(stripe.verify(delivery, [STRIPE_SECRET], STRIPE_NOW + 300_999)).toBe(true);
    expect(stripe.verify(delivery, [STRIPE_SECRET], STRIPE_NOW + 301_000)).toBe(false);
    expect(stripe.verify(delivery, [STRIPE_SECRET], STRIPE_NOW - 86_400_000)).toBe(true);
  });

  it.each([
    ['no header', undefined],
    ['an empty one', ''],
    ['no timestamp', `v1=${good}`],
    ['another timestamp', `t=${NOW_S + 1},v1=${good}`],
    ['a timestamp that is none', `t=${NOW_S}x,v1=${good}`],
    ['no signature', `t=${NOW_S}`],
    ['an empty signature', `t=${NOW_S},v1=`],
    ['base64 in place of hex', `t=${NOW_S},v1=${Buffer.from(good, 'hex').toString('base64')}`],
    ['upper case', `t=${NOW_S},v1=${good.toUpperCase()}`],
  ])('does not hold with %s', (_, header) => {
    expect(holds(header)).toBe(false);
  });

  it('is over the raw bytes: a changed one, or the same JSON written anew, is another body', () => {
    const changed = Buffer.from(delivery.raw);
    changed[10] = (changed[10] ?? 0) ^ 1;
    expect(stripe.verify({ ...delivery, raw: changed }, [STRIPE_SECRET], STRIPE_NOW)).toBe(false);
    const pretty = aStripeDelivery('{"object": "event"}');
    const anew = Buffer.from(JSON.stringify(JSON.parse('{"object": "event"}')));
    expect(stripe.verify(pretty, [STRIPE_SECRET], STRIPE_NOW)).toBe(true);
    expect(stripe.verify({ ...pretty, raw: anew }, [STRIPE_SECRET], STRIPE_NOW)).toBe(false);
  });

  it('is over the bytes even where they are no UTF-8', () => {
    const odd = aStripeDelivery(Buffer.from([0x7b, 0xff, 0x7d]));
    expect(stripe.verify(odd, [STRIPE_SECRET], STRIPE_NOW)).toBe(true);
    const replaced = Buffer.from(Buffer.from(odd.raw).toString('utf8'));
    expect(stripe.verify({ ...odd, raw: replaced }, [STRIPE_SECRET], STRIPE_NOW)).toBe(false);
  });
});

describe('the identity of an event', () => {
  it('is its type and its id in the body, the same over retries', () => {
    const body = aStripeEvent('charge.refunded', aCharge(), { id: 'evt_7' });
    expect(stripe.identify(aStripeDelivery(body))).toEqual({ topic: 'charge.refunded', eventId: 'evt_7' });
    expect(stripe.identify(aStripeDelivery(body, { seconds: NOW_S + 60 })).eventId).toBe('evt_7');
  });

  it('never throws on a body that is none', () => {
    expect(stripe.identify({ raw: Buffer.from('{'), headers: {} })).toMatchObject({ topic: '' });
    expect(stripe.identify({ raw: Buffer.from('{"id":5,"type":[]}'), headers: {} })).toMatchObject({ topic: '' });
  });

  it('belongs to the connector of stripe stores', () => {
    expect(connectorFor('stripe')).toBe(stripe);
  });
});

describe('a delivery that changes no order', () => {
  const normalise = (body: Parameters<typeof aStripeDelivery>[0]) =>
    stripe.normalise(aStripeDelivery(body), someOptions());

  it.each(['', '[]', '{"object":"event"', Buffer.from([0x7b, 0xff, 0x7d])])('is not JSON, or cut off (%#)', (body) => {
    expect(normalise(body)).toMatchObject({ outcome: 'failed', reason: 'not_json' });
  });

  it.each([
    ['a session without its event', aSession()],
    ['a thin event', { id: 'evt_1', object: 'v2.core.event', type: 'v1.billing.meter.no_meter_found' }],
    ['an event without an object', { ...aStripeEvent('charge.refunded', {}), data: {} }],
    ['another kind of object', aStripeEvent('charge.refunded', aSession())],
    ['an event of no time', aStripeEvent('charge.refunded', aCharge(), { created: '2026-11-20' })],
    ['nothing', {}],
  ])('is no event of its type: %s', (_, body) => {
    expect(normalise(body)).toMatchObject({ outcome: 'failed', reason: 'shape_does_not_fit_topic' });
  });

  it.each([
    ['checkout.session.expired', aSession({ status: 'expired', payment_status: 'unpaid' })],
    ['refund.created', { object: 'refund', id: 're_1', amount: 5000, charge: 'ch_1' }],
    ['refund.updated', { object: 'refund', id: 're_1', amount: 5000, charge: 'ch_1' }],
    ['charge.dispute.updated', aStripeDispute()],
    ['payment_intent.succeeded', { object: 'payment_intent', id: 'pi_1' }],
    ['constructor', { object: 'charge' }],
  ])('is ignored: %s', (type, object) => {
    expect(normalise(aStripeEvent(type, object))).toMatchObject({ outcome: 'ignored', reason: 'topic_not_used' });
  });

  it('is a session in setup mode, which sells nothing', () => {
    const session = aSession({
      mode: 'setup',
      amount_total: null,
      currency: null,
      payment_status: 'no_payment_required',
    });
    expect(normalise(aStripeEvent('checkout.session.completed', session))).toMatchObject({
      outcome: 'ignored',
      reason: 'setup_is_no_sale',
    });
  });

  it.each(['subscription_create', 'subscription_update', 'manual', null])(
    'is an invoice that is no renewal: %s',
    (billing_reason) => {
      expect(normalise(aStripeEvent('invoice.paid', anInvoice({ billing_reason })))).toMatchObject({
        outcome: 'ignored',
        reason: 'not_a_renewal',
      });
    },
  );

  it.each(['warning_needs_response', 'warning_under_review', 'warning_closed', 'prevented'])(
    'is an inquiry, which takes no money: %s',
    (status) => {
      for (const type of ['charge.dispute.created', 'charge.dispute.closed']) {
        const told = normalise(aStripeEvent(type, aStripeDispute({ status })));
        expect(told).toMatchObject({ outcome: 'ignored', reason: 'inquiry_takes_no_money' });
      }
    },
  );

  it('is money back of a payment that no checkout made', () => {
    const alone = { payment_intent: null };
    for (const [type, object] of [
      ['charge.refunded', aCharge({ ...alone, invoice: null })],
      ['charge.dispute.created', aStripeDispute(alone)],
    ] as const) {
      expect(normalise(aStripeEvent(type, object))).toMatchObject({ reason: 'no_checkout_payment' });
    }
  });

  it.each([
    ['checkout.session.completed', aSession({ currency: 'zzz' })],
    ['checkout.session.completed', aSession({ currency: null })],
    ['invoice.paid', anInvoice({ currency: 'zzz' })],
    ['charge.refunded', aCharge({ currency: 'zzz' })],
    ['charge.dispute.created', aStripeDispute({ currency: 'zzz' })],
  ])('has an unknown currency: %s (%#)', (type, object) => {
    expect(normalise(aStripeEvent(type, object))).toMatchObject({ outcome: 'failed', reason: 'unknown_currency' });
  });

  it.each([
    ['checkout.session.completed', aSession({ amount_total: null }), 'amount_total'],
    ['checkout.session.completed', aSession({ amount_subtotal: 10.5 }), 'amount_subtotal'],
    ['checkout.session.completed', aSession({ payment_status: 'maybe' }), 'payment_status'],
    ['invoice.paid', anInvoice({ parent: null }), 'subscription'],
    ['charge.refunded', aCharge({ amount_refunded: -1 }), 'amount_refunded'],
    ['charge.dispute.created', aStripeDispute({ amount: '11000' }), 'amount'],
  ])('is invalid, and says where: %s %#', (type, object, field) => {
    expect(normalise(aStripeEvent(type, object))).toMatchObject({
      outcome: 'failed',
      reason: 'invalid_payload',
      detail: expect.stringContaining(field),
    });
  });

  it('has an amount beyond 2^53, which no float is trusted with', () => {
    const body = JSON.stringify(aStripeEvent('charge.refunded', aCharge())).replace(
      '"amount_refunded":5000',
      '"amount_refunded":9007199254740993',
    );
    expect(normalise(body)).toMatchObject({ reason: 'invalid_payload' });
  });
});
