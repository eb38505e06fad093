// Money that goes back through Stripe: refunds told as running totals, and disputes, each linked to its payment.
import { describe, expect, it } from 'vitest';
import { stripe } from '../../lib/connectors/stripe.ts';
import { exponentOf } from '../../lib/platform/currencies.ts';
import { someOptions } from '../support/payloads/shopify.ts';
import { aCharge, aStripeDelivery, aStripeDispute, aStripeEvent, secondsOf } from '../support/payloads/stripe.ts';

type Json = Record<string, unknown>;

const AT = '2026-11-26T09:00:00Z';
const told = (type: string, object: Json) => {
  const delivery = aStripeDelivery(aStripeEvent(type, object, { created: secondsOf(AT) }));
  return stripe.normalise(delivery, someOptions({ exponentOf }));
};

describe('charge.refunded', () => {
  it('tells all that went back so far of the charge, undivided', () => {
    expect(told('charge.refunded', aCharge())).toEqual({
      outcome: 'order',
      orderExternalId: 'pi_1',
      event: {
        type: 'refund',
        refund: {
          id: 'ch_1:5000',
          refundedAt: Date.parse(AT),
          ...{ items: 5000, shipping: 0, tax: 0, lines: [] },
          undivided: true,
          runningTotalOf: 'ch_1',
        },
      },
    });
  });

  it('names its payment by id or as the whole object; a subscription’s its invoice, as far as versions tell it', () => {
    const id = (over: Json) => (told('charge.refunded', aCharge(over)) as { orderExternalId: string }).orderExternalId;
    expect(id({ payment_intent: { id: 'pi_2', object: 'payment_intent' } })).toBe('pi_2');
    for (const description of ['Subscription creation', 'Subscription update']) {
      expect(id({ invoice: 'in_1', description })).toBe('in_1');
      expect(id({ invoice: { id: 'in_1' }, description })).toBe('in_1');
      expect(id({ invoice: null, description })).toBe('pi_1');
    }
    // A session paid once may be invoiced as well.
    expect(id({ invoice: 'in_1', description: 'A box of protein' })).toBe('pi_1');
    expect(id({ invoice: 'in_1', payment_intent: null })).toBe('in_1');
    expect(id({ invoice: null })).toBe('pi_1');
  });

  it('is in minor units whatever Stripe writes', () => {
    const isk = told('charge.refunded', aCharge({ currency: 'isk', amount_refunded: 500000 }));
    expect(isk).toMatchObject({ event: { refund: { id: 'ch_1:500000', items: 5000 } } });
    const jpy = told('charge.refunded', aCharge({ currency: 'jpy', amount_refunded: 5000 }));
    expect(jpy).toMatchObject({ event: { refund: { items: 5000 } } });
  });
});

describe('a dispute', () => {
  it.each([
    ['charge.dispute.created', 'needs_response', null],
    ['charge.dispute.funds_withdrawn', 'needs_response', null],
    ['charge.dispute.created', 'under_review', null],
    ['charge.dispute.closed', 'lost', null],
    ['charge.dispute.closed', 'won', AT],
    ['charge.dispute.funds_reinstated', 'under_review', AT],
  ])('%s with status %s', (type, status, reversed) => {
    expect(told(type, aStripeDispute({ status }))).toEqual({
      outcome: 'order',
      orderExternalId: 'pi_1',
      event: {
        type: 'dispute',
        toldAt: Date.parse(AT),
        dispute: {
          id: 'du_1',
          openedAt: Date.parse('2026-11-25T08:00:00Z'),
          amount: 11000,
          reversedAt: reversed && Date.parse(reversed),
        },
      },
    });
  });

  it('is in minor units whatever Stripe writes', () => {
    const dispute = aStripeDispute({ currency: 'mga', amount: 5000 });
    expect(told('charge.dispute.created', dispute)).toMatchObject({ event: { dispute: { amount: 500000 } } });
  });
});
