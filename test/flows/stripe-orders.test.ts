// Orders paid through Stripe, from signed deliveries to what is stored: whatever comes first, twice, late or never.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoreData } from '../../lib/domain/entities.ts';
import { byTime } from '../../lib/domain/orders/ledger.ts';
import { receiveWebhook } from '../../lib/flows/receive-webhook.ts';
import { seal } from '../../lib/platform/crypto.ts';
import { derivedId } from '../../lib/platform/ids.ts';
import { readOrderPartition } from '../../lib/table/orders.ts';
import {
  aCharge,
  anInvoice,
  aSession,
  aStripeDelivery,
  aStripeDispute,
  aStripeEvent,
  STRIPE_SECRET,
  secondsOf,
} from '../support/payloads/stripe.ts';
import { aMerchant, aRecord, MERCHANT_ID, stored } from '../support/records.ts';
import { type TestService, testService } from '../support/service.ts';

type Json = Record<string, unknown>;

const STORE_ID = 'sto_Stripe00000000001';
const DAY_OF = (instant: number | null | undefined) => instant && new Date(instant).toISOString().slice(0, 10);

let world: TestService;
beforeAll(async () => {
  world = await testService();
  const { table, masterKey } = world.service;
  await stored(table, aMerchant());
  const sealed = seal(masterKey, `${MERCHANT_ID}|${STORE_ID}|webhookSecret`, STRIPE_SECRET);
  const data: StoreData = {
    ...{ name: 'Riverbank', platform: 'stripe', domain: 'riverbank.example', credentials: {} },
    secrets: [{ sealed, validUntil: null }],
  };
  await stored(table, aRecord('store', data, { id: STORE_ID }));
});
afterAll(() => world.close());

const tell = async (event: Json) => {
  const seconds = world.clock.now / 1000;
  const received = await receiveWebhook(world.service, STORE_ID, aStripeDelivery(event, { seconds }));
  if (received.outcome !== 'kept') throw new Error(received.outcome);
  return received;
};
const orderOf = async (externalId: string) => {
  const { order, entries } = await readOrderPartition(world.service.table, derivedId('ord', STORE_ID, externalId));
  if (!order) throw new Error(`No order ${externalId}`);
  return { fold: order.fold, listedAt: order.listedAt, entries: entries.toSorted(byTime) };
};

let payments = 0;
/** A payment nobody else's, and what is told of it. */
const aPayment = () => {
  const pi = `pi_flow${++payments}`;
  const about = { id: `ch_flow${payments}`, payment_intent: pi };
  const refunded = (amount: number, at: string) =>
    aStripeEvent('charge.refunded', aCharge({ ...about, amount_refunded: amount }), { created: secondsOf(at) });
  const disputed = (type: string, status: string, at: string, amount = 11000) =>
    aStripeEvent(
      `charge.dispute.${type}`,
      aStripeDispute({ id: `du_flow${payments}`, payment_intent: pi, status, amount }),
      {
        created: secondsOf(at),
      },
    );
  const session = (over: Json = {}) =>
    aStripeEvent('checkout.session.completed', aSession({ payment_intent: pi, ...over }));
  return { pi, refunded, disputed, session };
};

describe('a refund', () => {
  it('that comes before its session waits for it', async () => {
    const { pi, refunded, session } = aPayment();
    await tell(refunded(5000, '2026-11-22T09:00:00Z'));
    expect((await orderOf(pi)).fold.state).toBe('awaiting_order');
    await tell(session());
    const { fold, entries } = await orderOf(pi);
    expect(fold).toMatchObject({ state: 'paid', current: { refunds: 5000, net: 5000, shipping: 600, tax: 400 } });
    expect(entries.map(({ type, at, refunds }) => [type, DAY_OF(at), refunds])).toEqual([
      ['refund', '2026-11-22', 5000],
    ]);
  });

  const FIRST = [3000, '2026-11-22T09:00:00Z'] as const;
  const SECOND = [8000, '2026-11-24T09:00:00Z'] as const;
  it.each<[string, (readonly [number, string])[]]>([
    ['one after the other', [FIRST, SECOND]],
    ['the second first', [SECOND, FIRST]],
    ['each twice', [FIRST, SECOND, FIRST, SECOND]],
  ])('is what it adds to the total told before it: %s', async (_, totals) => {
    const { pi, refunded, session } = aPayment();
    await tell(session());
    const events = new Map(totals.map(([amount, at]) => [amount, refunded(amount, at)]));
    for (const [amount] of totals) await tell(events.get(amount) as Json);
    const { fold, entries } = await orderOf(pi);
    expect(fold.current).toMatchObject({ refunds: 8000, net: 2000 });
    expect(entries.map(({ at, refunds }) => [DAY_OF(at), refunds])).toEqual([
      ['2026-11-22', 3000],
      ['2026-11-24', 5000],
    ]);
  });

  it('that was lost is made up for by the next, whose total holds it', async () => {
    const { pi, refunded, session } = aPayment();
    await tell(session());
    await tell(refunded(...SECOND));
    expect((await orderOf(pi)).fold.current).toMatchObject({ refunds: 8000, net: 2000 });
  });

  it('of everything takes items, shipping and tax, and leaves nothing in excess', async () => {
    const { pi, refunded, session } = aPayment();
    await tell(session());
    await tell(refunded(11000, '2026-11-22T09:00:00Z'));
    const { fold, entries } = await orderOf(pi);
    const money = { gross: 12000, discounts: 2000, refunds: 10000, shipping: 0, tax: 0, net: 0 };
    expect(fold.current).toEqual({ ...money, charged: 11000 });
    expect(entries.map(({ excess }) => excess)).toEqual([0]);
  });
});

describe('an event told again', () => {
  it('with another count of webhooks still to deliver changes nothing', async () => {
    const { pi, refunded, session } = aPayment();
    const events = [session(), refunded(5000, '2026-11-22T09:00:00Z')];
    for (const event of events) await tell(event);
    const before = await orderOf(pi);
    for (const event of events) await tell({ ...event, pending_webhooks: 2 });
    const after = await orderOf(pi);
    expect(after.fold.current).toEqual(before.fold.current);
    expect(after.entries.map(({ refunds }) => refunds)).toEqual([5000]);
  });
});

describe('a dispute', () => {
  it('that is lost takes the money on the day the bank did', async () => {
    const { pi, disputed, session } = aPayment();
    await tell(session());
    await tell(disputed('created', 'needs_response', '2026-11-25T08:00:01Z'));
    await tell(disputed('funds_withdrawn', 'needs_response', '2026-11-25T08:00:02Z'));
    await tell(disputed('closed', 'lost', '2026-12-30T08:00:00Z'));
    const { fold, entries } = await orderOf(pi);
    expect(fold).toMatchObject({ state: 'paid', chargebacks: 10000, current: { refunds: 10000, net: 0 } });
    expect(entries.map(({ type, at, refunds }) => [type, DAY_OF(at), refunds])).toEqual([
      ['chargeback', '2026-11-25', 10000],
    ]);
  });

  it('that is won gives back what it took, however its events come', async () => {
    const { pi, disputed, session } = aPayment();
    await tell(disputed('closed', 'won', '2026-12-30T08:00:00Z'));
    await tell(disputed('funds_reinstated', 'won', '2026-12-30T07:59:59Z'));
    await tell(disputed('created', 'needs_response', '2026-11-25T08:00:01Z'));
    await tell(session());
    const { fold, entries } = await orderOf(pi);
    expect(fold.current).toMatchObject({ refunds: 0, net: 10000, shipping: 600, tax: 400 });
    expect(entries.map(({ type, at, refunds }) => [type, DAY_OF(at), refunds])).toEqual([
      ['chargeback', '2026-11-25', 10000],
      ['chargeback_reversal', '2026-12-30', -10000],
    ]);
  });

  it('after a refund takes only what was left', async () => {
    const { pi, disputed, refunded, session } = aPayment();
    await tell(session());
    await tell(refunded(5000, '2026-11-22T09:00:00Z'));
    await tell(disputed('created', 'needs_response', '2026-11-25T08:00:01Z', 6000));
    expect((await orderOf(pi)).fold).toMatchObject({ chargebacks: 5000, current: { refunds: 10000, net: 0 } });
  });
});

describe('a payment that takes its time', () => {
  it('is pending, then paid, and stays on the day of checkout, in either order', async () => {
    for (const reversed of [false, true]) {
      const { pi, session } = aPayment();
      const later = aStripeEvent('checkout.session.async_payment_succeeded', aSession({ payment_intent: pi }), {
        created: secondsOf('2026-11-24T08:00:00Z'),
      });
      const events = [session({ payment_status: 'unpaid' }), later];
      for (const event of reversed ? events.toReversed() : events) await tell(event);
      const { fold, listedAt, entries } = await orderOf(pi);
      expect(fold).toMatchObject({ state: 'paid', placedAt: Date.parse('2026-11-20T10:00:00Z') });
      expect(entries).toEqual([]);
      expect(DAY_OF(listedAt)).toBe('2026-11-20');
    }
  });

  it('and fails was never a sale', async () => {
    const { pi, session } = aPayment();
    await tell(session({ payment_status: 'unpaid' }));
    expect((await orderOf(pi)).fold).toMatchObject({ state: 'pending', sale: null });
    const failed = aSession({ payment_intent: pi, payment_status: 'unpaid' });
    await tell(
      aStripeEvent('checkout.session.async_payment_failed', failed, { created: secondsOf('2026-11-24T08:00:00Z') }),
    );
    expect((await orderOf(pi)).fold).toMatchObject({ state: 'pending', sale: null });
  });
});

describe('a subscription', () => {
  it('is one sale and its renewals, whose refunds lead to them where the charge names the invoice', async () => {
    const first = { mode: 'subscription', payment_intent: null, invoice: 'in_flow1', subscription: 'sub_flow' };
    await tell(aStripeEvent('checkout.session.completed', aSession(first)));
    await tell(aStripeEvent('invoice.paid', anInvoice({ id: 'in_flow1', billing_reason: 'subscription_create' })));
    await tell(aStripeEvent('invoice.paid', anInvoice({ id: 'in_flow2' })));
    const named = { payment_intent: 'pi_sub', invoice: 'in_flow2', description: 'Subscription update' };
    const charge = aCharge({ id: 'ch_sub', amount_refunded: 6540, ...named });
    await tell(aStripeEvent('charge.refunded', charge, { created: secondsOf('2026-12-21T08:00:00Z') }));
    expect((await orderOf('in_flow1')).fold).toMatchObject({ kind: 'sale', subscriptionId: 'sub_flow', state: 'paid' });
    expect((await orderOf('in_flow2')).fold).toMatchObject({
      kind: 'renewal',
      subscriptionId: 'sub_1',
      current: { gross: 6000, refunds: 6000, tax: 0 },
    });
  });

  it('refunded under a version that names no invoice waits, and takes nothing from any order', async () => {
    const first = { mode: 'subscription', payment_intent: null, invoice: 'in_flow3', subscription: 'sub_flow3' };
    await tell(aStripeEvent('checkout.session.completed', aSession(first)));
    await tell(aStripeEvent('charge.refunded', aCharge({ id: 'ch_new', payment_intent: 'pi_new' })));
    expect((await orderOf('pi_new')).fold.state).toBe('awaiting_order');
    expect((await orderOf('in_flow3')).fold.current.refunds).toBe(0);
  });
});
