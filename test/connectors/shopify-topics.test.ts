// Shopify's topics beyond orders and refunds: what each says, and that a body counts under no topic but its own.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConnectorOrderEvent } from '../../lib/connectors/connector.ts';
import { shopify } from '../../lib/connectors/shopify.ts';
import type { OrderEvent } from '../../lib/domain/orders/events.ts';
import { foldOrder } from '../../lib/domain/orders/fold.ts';
import { anEvent } from '../support/payloads/order-events.ts';
import {
  aCustomerRedaction,
  aDataRequest,
  anOrderEdit,
  aShopifyDelivery,
  aShopifyDispute,
  aShopifyOrder,
  aShopifyRefund,
  aShopifyShop,
  aShopRedaction,
  RECEIVED_AT,
  readEvent,
  someOptions,
} from '../support/payloads/shopify.ts';

type Body = Parameters<typeof aShopifyDelivery>[1];
type Json = Record<string, unknown>;

const normalise = (topic: string, body: Body, headers = {}, options = {}) =>
  shopify.normalise(aShopifyDelivery(topic, body, headers), someOptions(options));

const eventOf = (...args: Parameters<typeof normalise>): Exclude<ConnectorOrderEvent, { type: 'snapshot' }> => {
  const normalised = normalise(...args);
  if (normalised.outcome !== 'order' || normalised.event.type === 'snapshot')
    throw new Error(JSON.stringify(normalised));
  return normalised.event;
};

/** The bodies under each topic that they come under. */
const BODIES: readonly (readonly [string, Json, readonly string[]])[] = [
  ['an order', aShopifyOrder(), ['orders/create', 'orders/paid', 'orders/updated', 'orders/cancelled']],
  ['a refund', aShopifyRefund(), ['refunds/create']],
  ['an edit', anOrderEdit(), ['orders/edited']],
  ['a deleted order', { id: 5001 }, ['orders/delete']],
  ['a dispute', aShopifyDispute(), ['disputes/create', 'disputes/update']],
  ['a shop', aShopifyShop(), ['app/uninstalled']],
  ['a customer’s erasure', aCustomerRedaction(), ['customers/redact']],
  ['a customer’s request', aDataRequest(), ['customers/data_request']],
  ['a shop’s erasure', aShopRedaction(), ['shop/redact']],
];
const TOPICS = BODIES.flatMap(([, , topics]) => topics);
const CAPTURED = BODIES.flatMap(([name, body, own]) =>
  TOPICS.filter((topic) => !own.includes(topic)).map((topic) => [name, topic, body] as const),
);

describe('a body', () => {
  it.each(BODIES)('of %s is read under its own topics', (_, body, topics) => {
    for (const topic of topics) expect(normalise(topic, body).outcome).not.toBe('failed');
  });

  it.each(CAPTURED)('of %s that was captured does nothing under %s', (_, topic, body) => {
    expect(normalise(topic, body)).toMatchObject({ outcome: 'failed', reason: 'shape_does_not_fit_topic' });
  });

  it.each([
    ['customers/redact', { ...aCustomerRedaction(), customer: null }],
    ['customers/redact', { ...aShopifyOrder(), ...aCustomerRedaction() }],
    ['customers/redact', { ...aDataRequest(), orders_to_redact: [5001] }],
    ['shop/redact', { ...aShopRedaction(), customer: null }],
    ['shop/redact', { ...aShopRedaction(), id: 5001 }],
    ['shop/redact', { shop_domain: 'open-shop.myshopify.com' }],
    ['orders/delete', { id: 5001, name: '#5001' }],
    ['orders/delete', {}],
    ['orders/edited', { order_edit: [] }],
  ])('that is nearly one of %s is none', (topic, body) => {
    expect(normalise(topic, body)).toMatchObject({ reason: 'shape_does_not_fit_topic' });
  });

  it.each(BODIES)(
    'of %s with anything at all in its fields is read or refused, and nothing is thrown',
    (_, body, topics) => {
      const [topic = ''] = topics;
      const fields = [...Object.keys(body), 'tags', 'returns', 'duties', 'note', 'shipping_address', 'tip'];
      const anything = fc.dictionary(fc.constantFrom(...fields), fc.jsonValue(), { maxKeys: 4 });
      fc.assert(
        fc.property(anything, (over) => {
          const { outcome } = normalise(topic, { ...body, ...(over as Json) });
          expect(['order', 'request', 'ignored', 'failed']).toContain(outcome);
        }),
      );
    },
  );

  it.each(TOPICS)('under %s is another shop’s where the delivery names another shop', (topic) => {
    const body = BODIES.find(([, , topics]) => topics.includes(topic))?.[1] ?? {};
    const other = { 'x-shopify-shop-domain': 'other.myshopify.com' };
    expect(normalise(topic, body, other)).toMatchObject({ outcome: 'failed', reason: 'shop_domain_mismatch' });
  });

  it.each(TOPICS)('under %s may come with headers that lack the X-', (topic) => {
    const body = BODIES.find(([, , topics]) => topics.includes(topic))?.[1] ?? {};
    const { raw, headers } = aShopifyDelivery(topic, body);
    const bare = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.replace(/^x-/, ''), value]));
    expect(shopify.identify({ raw, headers: bare }).topic).toBe(topic);
    expect(shopify.normalise({ raw, headers: bare }, someOptions())).toEqual(normalise(topic, body));
  });
});

describe('an edit of an order', () => {
  it('is left to orders/updated, which has the money', () => {
    expect(normalise('orders/edited', anOrderEdit())).toMatchObject({
      outcome: 'ignored',
      reason: 'told_by_orders_updated',
    });
  });
});

describe('a deleted order', () => {
  it('counts no more, from when the event fired, else from when it reached us', () => {
    expect(normalise('orders/delete', '{"id":820982911946154508}')).toEqual({
      outcome: 'order',
      orderExternalId: '820982911946154508',
      event: { type: 'cancellation', cancelledAt: Date.parse('2026-11-20T10:00:11.123Z') },
    });
    expect(eventOf('orders/delete', { id: 1 }, { 'x-shopify-triggered-at': undefined })).toMatchObject({
      cancelledAt: RECEIVED_AT,
    });
  });

  it('is reversed in the ledger, and no later telling brings it back', () => {
    const deleted = anEvent(eventOf('orders/delete', { id: 5001 }));
    const late = aShopifyOrder({ updated_at: '2026-11-22T05:00:00-05:00' });
    const order = foldOrder([anEvent(readEvent(aShopifyOrder())), deleted, anEvent(readEvent(late))]);
    expect(order).toMatchObject({ state: 'cancelled', entries: [{ type: 'cancellation', orders: -1, gross: -12000 }] });
  });
});

describe('a chargeback', () => {
  const disputeOf = (over: Json = {}, headers = {}) => eventOf('disputes/create', aShopifyDispute(over), headers);

  it('is what the bank took, from when it was initiated', () => {
    expect(normalise('disputes/create', aShopifyDispute())).toEqual({
      outcome: 'order',
      orderExternalId: '5001',
      event: {
        type: 'dispute',
        toldAt: Date.parse('2026-11-20T10:00:11.123Z'),
        dispute: { id: '81', openedAt: Date.parse('2026-11-25T10:00:00Z'), amount: 11000, reversedAt: null },
      },
    });
  });

  it.each(['needs_response', 'under_review', 'accepted', 'lost', 'LOST'])('stands while it is %s', (status) => {
    expect(disputeOf({ status })).toMatchObject({ dispute: { amount: 11000, reversedAt: null } });
  });

  it.each([
    ['2026-12-05T05:00:00-05:00', Date.parse('2026-12-05T10:00:00Z')],
    // A bare date's noon in UTC is of that date wherever the shop is.
    ['2026-12-05', Date.parse('2026-12-05T12:00:00Z')],
    [null, Date.parse('2026-11-20T10:00:11.123Z')],
    ['soon', Date.parse('2026-11-20T10:00:11.123Z')],
  ])('that was won is given back on %j', (finalized_on, reversedAt) => {
    expect(disputeOf({ status: 'won', finalized_on })).toMatchObject({ dispute: { amount: 11000, reversedAt } });
  });

  it('without a time of its delivery is as new as its own dates', () => {
    const untimed = { 'x-shopify-triggered-at': undefined };
    const won = { status: 'won', evidence_sent_on: '2026-12-01', finalized_on: '2026-12-05' };
    expect(disputeOf(won, untimed)).toMatchObject({ toldAt: Date.parse('2026-12-05T12:00:00Z') });
    expect(disputeOf({}, untimed)).toMatchObject({ toldAt: Date.parse('2026-11-25T10:00:00Z') });
    expect(disputeOf({ initiated_at: null }, untimed)).toMatchObject({
      toldAt: RECEIVED_AT,
      dispute: { openedAt: RECEIVED_AT },
    });
  });

  it('keeps ids beyond 2^53', () => {
    const body = JSON.stringify(aShopifyDispute())
      .replace('"id":81', '"id":285332461850802050')
      .replace('"order_id":5001', '"order_id":820982911946154508');
    expect(normalise('disputes/create', body)).toMatchObject({
      orderExternalId: '820982911946154508',
      event: { dispute: { id: '285332461850802050' } },
    });
  });

  it.each([
    [{ type: 'inquiry' }, 'inquiry'],
    [{ order_id: null }, 'no_order'],
  ])('is none, and ignored, for %j', (over, reason) => {
    expect(normalise('disputes/create', aShopifyDispute(over))).toMatchObject({ outcome: 'ignored', reason });
  });

  it.each([
    [{ status: 'escalated' }, 'invalid_payload'],
    [{ type: 'retrieval' }, 'invalid_payload'],
    [{ amount: '-1.00' }, 'invalid_payload'],
    [{ amount: null }, 'invalid_payload'],
    [{ currency: 'ZZZ' }, 'unknown_currency'],
    [{ currency: null }, 'unknown_currency'],
  ])('is refused where it can only be guessed at: %j', (over, reason) => {
    expect(normalise('disputes/create', aShopifyDispute(over))).toMatchObject({ outcome: 'failed', reason });
  });
});

describe('a chargeback with its order', () => {
  const at = (triggered: string) => ({ 'x-shopify-triggered-at': triggered });
  const order: OrderEvent = readEvent(aShopifyOrder());
  const opened = eventOf('disputes/create', aShopifyDispute(), at('2026-11-25T10:00:01Z'));
  const told = (over: Json) => eventOf('disputes/update', aShopifyDispute(over), at('2026-12-05T10:00:01Z'));
  const folded = (...events: OrderEvent[]) => foldOrder(events.map((event) => anEvent(event)));

  it('takes items, shipping and tax once, however often it is told', () => {
    const lost = told({ status: 'lost', finalized_on: '2026-12-05' });
    for (const events of [
      [order, opened],
      [opened, lost, order, lost],
    ]) {
      expect(folded(...events).current).toMatchObject({ net: 0, refunds: 10000, shipping: 0, tax: 0 });
    }
  });

  it('gives all of it back once it was won, in whichever order that is told', () => {
    const won = told({ status: 'won', finalized_on: '2026-12-05' });
    for (const events of [
      [order, opened, won],
      [won, opened, order],
    ]) {
      expect(folded(...events).current).toMatchObject({ net: 10000, shipping: 600, tax: 400 });
    }
  });

  it.each(['charge_refunded', 'prevented'])('that ended %s leaves only the refund, on its own day', (status) => {
    const refund = readEvent(aShopifyRefund({ processed_at: '2026-12-01T05:00:00-05:00' }));
    const ledger = folded(order, opened, refund, told({ status, finalized_on: '2026-12-05' }));
    expect(ledger.current).toMatchObject({ refunds: 5000, net: 5000, shipping: 600, tax: 200 });
    expect(ledger.entries).toMatchObject([{ type: 'refund', at: Date.parse('2026-12-01T10:00:00Z'), excess: 0 }]);
  });
});
