// Whatever Stripe might send: nothing throws, and an order's parts are what was charged, to the last minor unit.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stripe } from '../../lib/connectors/stripe.ts';
import { minorUnitsOf, partsOf } from '../../lib/connectors/stripe-money.ts';
import { foldOrder } from '../../lib/domain/orders/fold.ts';
import { exponentOf } from '../../lib/platform/currencies.ts';
import { anEvent, aRefund, aSnapshot } from '../support/payloads/order-events.ts';
import { someOptions } from '../support/payloads/shopify.ts';
import {
  aCharge,
  anInvoice,
  aSession,
  aStripeDelivery,
  aStripeDispute,
  aStripeEvent,
} from '../support/payloads/stripe.ts';

const OBJECTS = {
  'checkout.session.completed': aSession,
  'checkout.session.async_payment_succeeded': aSession,
  'invoice.paid': anInvoice,
  'charge.refunded': aCharge,
  'charge.dispute.closed': aStripeDispute,
} as const;
const topic = fc.constantFrom(...(Object.keys(OBJECTS) as (keyof typeof OBJECTS)[]));

describe('the connector', () => {
  it('never throws, whatever stands in any field', () => {
    fc.assert(
      fc.property(topic, fc.nat(), fc.jsonValue({ maxDepth: 3 }), (type, index, junk) => {
        const whole = OBJECTS[type]();
        const fields = Object.keys(whole);
        const object = { ...whole, [fields[index % fields.length] as string]: junk };
        const told = stripe.normalise(aStripeDelivery(aStripeEvent(type, object)), someOptions({ exponentOf }));
        expect(['order', 'ignored', 'failed']).toContain(told.outcome);
      }),
      { numRuns: 500 },
    );
  });

  it('never throws on a header of any kind, and never takes one for signed', () => {
    const raw = Buffer.from('{}');
    fc.assert(
      fc.property(fc.string(), fc.string(), (header, secret) => {
        expect(stripe.verify({ raw, headers: { 'stripe-signature': header } }, [secret], 0)).toBe(false);
      }),
    );
  });
});

const cents = (max: number) => fc.integer({ min: 0, max });
const order = fc
  .record({
    net: cents(10_000_000),
    discounts: cents(1_000_000),
    itemTax: cents(1_000_000),
    shipping: cents(100_000),
    shippingTax: cents(20_000),
    itemsInclude: fc.boolean(),
    shippingIncludes: fc.boolean(),
  })
  .map((told) => {
    const { net, discounts, itemTax, shipping, shippingTax, itemsInclude, shippingIncludes } = told;
    const shown = shipping + (shippingIncludes ? shippingTax : 0);
    const total = net + itemTax + shipping + shippingTax;
    const totals = {
      ...{ total, discounts, tax: itemTax + shippingTax, shipping: shown },
      subtotal: net + discounts + (itemsInclude ? itemTax : 0),
      shippingCost: { amount_subtotal: shown, amount_tax: shippingTax, amount_total: shipping + shippingTax },
    };
    return { told, totals, total };
  });

describe('an order’s parts', () => {
  const same = (amount: number) => amount;

  it('are found without their tax, whether prices and shipping include it or not', () => {
    fc.assert(
      fc.property(order, ({ told, totals, total }) => {
        const { gross, discounts, shipping, tax } = partsOf(totals, same);
        expect([gross - discounts, shipping, tax]).toEqual([told.net, told.shipping, told.itemTax + told.shippingTax]);
        expect(gross - discounts + shipping + tax).toBe(total);
      }),
    );
  });

  it('are all gone by a refund of what was charged, with nothing in excess', () => {
    fc.assert(
      fc.property(order, ({ totals, total }) => {
        const snapshot = aSnapshot({ ...partsOf(totals, same), lines: [] });
        const about = { items: total, shipping: 0, tax: 0, lines: [] };
        const refund = aRefund({ ...about, undivided: true, runningTotalOf: 'ch_1' });
        const { current, entries } = foldOrder([anEvent(snapshot), anEvent({ type: 'refund', refund })]);
        expect([current.net, current.shipping, current.tax]).toEqual([0, 0, 0]);
        expect(entries.every(({ excess }) => excess === 0)).toBe(true);
      }),
    );
  });
});

const STRIPE_DECIMALS: Readonly<Record<string, number>> = { ISK: 2, UGX: 2, MGA: 0 };

describe('amounts', () => {
  it('of every currency are whole minor units, and none a hundredfold', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('USD', 'JPY', 'KWD', 'ISK', 'UGX', 'MGA', 'HUF'),
        cents(1_000_000),
        (currency, major) => {
          const exponent = exponentOf(currency) ?? 0;
          const written = STRIPE_DECIMALS[currency] ?? exponent;
          const meant = major * 10 ** exponent;
          expect(minorUnitsOf(currency, exponentOf)?.(major * 10 ** written)).toBe(meant);
        },
      ),
    );
  });
});
