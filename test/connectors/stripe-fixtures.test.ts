// Stripe's sample payloads, byte for byte, with figures worked out by hand. The samples are no part of this repository:
// without the folder beside it these tests are skipped.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { stripe } from '../../lib/connectors/stripe.ts';
import { exponentOf } from '../../lib/platform/currencies.ts';
import { someOptions } from '../support/payloads/shopify.ts';
import { aStripeDelivery, aStripeEvent } from '../support/payloads/stripe.ts';

const FOLDER = new URL('../../../shared/fixtures/webhooks/', import.meta.url);
const bytesOf = (file: string): Buffer => readFileSync(new URL(file, FOLDER));
const jsonOf = (file: string) => JSON.parse(bytesOf(file).toString('utf8'));

const missing = !existsSync(FOLDER);
if (missing) console.warn('Skipped: sample payloads are not beside the repository (../shared/fixtures/webhooks).');

interface Vector {
  readonly file: string;
  readonly secret: string;
  readonly value: string;
}
const all: readonly Vector[] = missing ? [] : jsonOf('signature-vectors.json');
const vectors = all.filter(({ file }) => file.startsWith('stripe/'));

const normalise = (body: Parameters<typeof aStripeDelivery>[0]) =>
  stripe.normalise(aStripeDelivery(body), someOptions({ exponentOf }));

describe.skipIf(missing)('the signatures of Stripe’s samples', () => {
  const SIGNED_AT = 1_700_000_000_000;

  it('are there for every file', () => {
    expect(vectors).toHaveLength(3);
  });

  it.each(vectors)('$file', ({ file, secret, value }) => {
    const raw = bytesOf(file);
    const headers = { 'stripe-signature': value };
    expect(stripe.verify({ raw, headers }, [secret], SIGNED_AT)).toBe(true);
    expect(stripe.verify({ raw, headers }, [secret], SIGNED_AT + 301_000)).toBe(false);
    expect(stripe.verify({ raw, headers }, [`${secret}x`], SIGNED_AT)).toBe(false);
    for (const at of [0, Math.floor(raw.length / 2), raw.length - 1]) {
      const changed = Buffer.from(raw);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(stripe.verify({ raw: changed, headers }, [secret], SIGNED_AT)).toBe(false);
    }
    const anew = Buffer.from(JSON.stringify(jsonOf(file)));
    expect(stripe.verify({ raw: anew, headers }, [secret], SIGNED_AT)).toBe(false);
  });
});

describe.skipIf(missing)('Stripe’s samples', () => {
  it('checkout.session.completed: 30.00 in test mode, of API version 2020-08-27', () => {
    const at = Date.parse('2022-03-26T18:39:19Z');
    expect(normalise(bytesOf('stripe/checkout.session.completed.json'))).toEqual({
      outcome: 'order',
      orderExternalId: 'pi_000000000000000000000000',
      event: {
        type: 'snapshot',
        ...{ updatedAt: at, placedAt: at, name: null, currency: 'USD' },
        ...{ gross: 3000, discounts: 0, shipping: 0, tax: 0, units: 0 },
        ...{ lines: [], codes: [], clickId: null, refunds: [], cancelledAt: null },
        customer: { platformId: 'cus_00000000000000', email: 'stripe@example.com' },
        ...{ payment: 'paid', test: true, draft: false, kind: 'sale', channel: 'web' },
      },
    });
  });

  it('charge.refunded: of a charge that names no payment intent, so of no checkout', () => {
    const file = 'stripe/charge.refunded.json';
    expect(normalise(bytesOf(file))).toMatchObject({ outcome: 'ignored', reason: 'no_checkout_payment' });
    const event = jsonOf(file);
    event.data.object.payment_intent = 'pi_1';
    expect(normalise(event)).toMatchObject({
      orderExternalId: 'pi_1',
      event: {
        refund: {
          id: 'ch_000000000000000000000000:100',
          runningTotalOf: 'ch_000000000000000000000000',
          refundedAt: Date.parse('2022-03-26T18:39:09Z'),
          items: 100,
          undivided: true,
        },
      },
    });
  });

  it('checkout.session.resource: no event by itself; in one, an open session that has no amounts yet', () => {
    const file = 'stripe/checkout.session.resource.json';
    expect(normalise(bytesOf(file))).toMatchObject({ outcome: 'failed', reason: 'shape_does_not_fit_topic' });
    expect(normalise(aStripeEvent('checkout.session.completed', jsonOf(file)))).toMatchObject({
      outcome: 'failed',
      reason: 'invalid_payload',
      detail: expect.stringMatching(/^amount_subtotal: .*; amount_total: /),
    });
    const priced = { ...jsonOf(file), currency: 'usd', amount_subtotal: 5000, amount_total: 5000 };
    const filled = { ...priced, shipping_cost: null, total_details: null };
    expect(normalise(aStripeEvent('checkout.session.completed', filled))).toMatchObject({
      orderExternalId: 'pi_1PgafyB7WZ01zgkWSjxsAJo3',
      event: { gross: 5000, payment: 'pending', clickId: null, customer: { email: 'example@example.com' } },
    });
  });
});
