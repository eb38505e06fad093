// A life as Stripe tells it: a session, payments that come through later, refunds as the total to date, disputes.
import { aCharge, aSession, aStripeDispute, aStripeEvent } from '../support/payloads/stripe.ts';
import type { GivenBack, Happening, Life, SoldLine, Stand } from './life.ts';

type Json = Record<string, unknown>;

const seconds = (at: number) => Math.floor(at / 1000);
const total = (lines: readonly SoldLine[], of: (line: SoldLine) => number) =>
  lines.reduce((sum, line) => sum + of(line), 0);

const sessionOf = (life: Life, { lines, shipping, payment }: Stand): Json => {
  const subtotal = total(lines, (line) => line.price * line.quantity);
  const discount = total(lines, (line) => line.discount);
  const tax = total(lines, (line) => line.tax);
  return aSession({
    ...{ id: `cs_${life.number}`, payment_intent: `pi_${life.number}`, customer: null, client_reference_id: null },
    ...{ created: seconds(life.placedAt) - 60, payment_status: payment === 'paid' ? 'paid' : 'unpaid' },
    ...{ amount_subtotal: subtotal, amount_total: subtotal - discount + shipping + tax },
    total_details: { amount_discount: discount, amount_shipping: shipping, amount_tax: tax },
    shipping_cost: { amount_subtotal: shipping, amount_tax: 0, amount_total: shipping },
    customer_details: { email: life.customer, address: { country: 'US' } },
    discounts: [],
    metadata: life.code === null ? {} : { discount_code: life.code },
  });
};

const amountOf = ({ lines, shipping }: GivenBack): number =>
  lines.reduce((sum, line) => sum + line.amount + line.tax, shipping);

/** All that went back by then. */
const refundedBy = (life: Life, refundId: number): number => {
  const refunds = life.happenings.flatMap((one) => (one.what === 'refund' ? [one.refund] : []));
  const until = refunds.findIndex(({ id }) => id === refundId) + 1;
  return refunds.slice(0, until).reduce((sum, refund) => sum + amountOf(refund), 0);
};

const eventOf = (life: Life, happening: Happening, type: string, object: Json, at: number): readonly [string, Json] => [
  type,
  aStripeEvent(type, object, {
    id: `evt_${life.number}_${life.happenings.indexOf(happening)}`,
    created: seconds(at),
    livemode: !life.test,
  }),
];

/** Topic and body. Orders are neither edited nor cancelled at Stripe. */
export const stripeOf = (life: Life, happening: Happening): readonly [string, Json] => {
  if (happening.what === 'refund') {
    const { id, at } = happening.refund;
    const charge = {
      id: `ch_${life.number}`,
      payment_intent: `pi_${life.number}`,
      amount_refunded: refundedBy(life, id),
    };
    return eventOf(life, happening, 'charge.refunded', aCharge(charge), at);
  }
  if (happening.what === 'dispute') {
    const { id, openedAt, amount, wonAt } = happening.dispute;
    const status = wonAt === null ? 'needs_response' : 'won';
    const about = { id: `du_${id}`, payment_intent: `pi_${life.number}`, created: seconds(openedAt), amount, status };
    const type = wonAt === null ? 'charge.dispute.created' : 'charge.dispute.closed';
    return eventOf(life, happening, type, aStripeDispute(about), happening.at);
  }
  const { topic, stand } = happening;
  if (topic !== 'placed' && topic !== 'paid') throw new Error(`Stripe tells no order that was ${topic}`);
  const type = topic === 'placed' ? 'checkout.session.completed' : 'checkout.session.async_payment_succeeded';
  return eventOf(life, happening, type, sessionOf(life, stand), stand.at);
};
