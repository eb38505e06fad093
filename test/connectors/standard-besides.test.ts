// What a `standard` shop may tell besides the sale: countries, labels, subscriptions, exchanges, undivided refunds, disputes.
import { describe, expect, it } from 'vitest';
import type { ConnectorOrderEvent } from '../../lib/connectors/connector.ts';
import { standard } from '../../lib/connectors/standard.ts';
import { foldOrder } from '../../lib/domain/orders/fold.ts';
import { anEvent, aSnapshot } from '../support/payloads/order-events.ts';
import { someOptions } from '../support/payloads/shopify.ts';
import { aStandardDelivery, aStandardEvent, standardOrderData } from '../support/payloads/standard.ts';

type Json = Record<string, unknown>;

const normalise = (type: string, data: Json) =>
  standard.normalise(aStandardDelivery(aStandardEvent(type, data)), someOptions());
const told = (type: string, data: Json): ConnectorOrderEvent => {
  const normalised = normalise(type, data);
  if (normalised.outcome !== 'order') throw new Error(JSON.stringify(normalised));
  return normalised.event;
};
const orderOf = (over: Json) => {
  const event = told('order.paid', standardOrderData(over));
  if (event.type !== 'snapshot') throw new Error(event.type);
  return event;
};

describe('an order', () => {
  it('says where it goes, what it is labelled and what it belongs to', () => {
    const over = {
      ...{ country: 'sg', tags: [' vip ', '', 'Influencer'], subscriptionId: 'sub-1', renewalNumber: 3 },
      ...{ parentExternalId: '1000', exchanges: 1 },
    };
    expect(orderOf(over)).toMatchObject({
      ...{ country: 'SG', tags: ['vip', 'Influencer'], subscriptionId: 'sub-1', renewalNumber: 3 },
      ...{ parentExternalId: '1000', exchanges: 1 },
    });
  });

  it('has none of these fields where they are absent or null', () => {
    const fields = ['country', 'tags', 'subscriptionId', 'renewalNumber', 'parentExternalId', 'exchanges'];
    for (const order of [orderOf({}), orderOf(Object.fromEntries(fields.map((field) => [field, null])))]) {
      for (const field of fields) expect(order).not.toHaveProperty(field);
    }
  });

  it('is sold whatever stands for its country', () => {
    for (const country of ['Singapore', '', '65', 'S']) expect(orderOf({ country })).not.toHaveProperty('country');
    expect(orderOf({ tags: ['x'.repeat(1000)] }).tags?.[0]).toHaveLength(100);
  });

  it('keeps ids beyond 2^53 to the digit', () => {
    const ids = '"subscriptionId":820982911946154508,"parentExternalId":9007199254740993';
    const raw = `{"type":"order.paid","data":{"externalId":9007199254740995,"placedAt":"2026-11-20T09:00:00Z","currency":"USD","itemsTotal":1,${ids}}}`;
    expect(standard.normalise(aStandardDelivery(raw), someOptions())).toMatchObject({
      orderExternalId: '9007199254740995',
      event: { subscriptionId: '820982911946154508', parentExternalId: '9007199254740993' },
    });
    const back = `{"type":"dispute.opened","data":{"externalId":9007199254740993,"orderExternalId":9007199254740995,"amount":1}}`;
    expect(standard.normalise(aStandardDelivery(back), someOptions())).toMatchObject({
      orderExternalId: '9007199254740995',
      event: { dispute: { id: '9007199254740993' } },
    });
  });

  it.each([
    [{ renewalNumber: 0 }, 'renewalNumber'],
    [{ renewalNumber: 1.5 }, 'renewalNumber'],
    [{ exchanges: -1 }, 'exchanges'],
    [{ subscriptionId: '' }, 'subscriptionId'],
    [{ tags: 'vip' }, 'tags'],
    [{ tags: Array.from({ length: 251 }, () => 'vip') }, 'tags'],
  ])('is invalid with %j', (over, field) => {
    expect(normalise('order.paid', standardOrderData(over))).toMatchObject({
      reason: 'invalid_payload',
      detail: expect.stringContaining(field),
    });
  });
});

describe('the kind of an order', () => {
  it.each([
    [{ subscriptionId: 's', renewalNumber: 2 }, 'renewal'],
    [{ subscriptionId: 's', renewalNumber: 1 }, 'sale'],
    [{ subscriptionId: 's' }, 'sale'],
    [{ renewalNumber: 2 }, 'sale'],
    [{ subscriptionId: 's', renewalNumber: 2, kind: 'sale' }, 'sale'],
    [{ kind: 'exchange', parentExternalId: '1000' }, 'exchange'],
  ])('with %j is %s', (over, kind) => {
    expect(orderOf(over).kind).toBe(kind);
  });
});

describe('an undivided refund', () => {
  const data = { externalId: 'r1', orderExternalId: '1001', amount: 5000, undivided: true };

  it('is all the money that went back, whatever else is told of it', () => {
    expect(told('refund.created', { ...data, shipping: 600, lines: [{ id: '1', amount: 4000 }] })).toEqual({
      type: 'refund',
      refund: {
        ...{ id: 'r1', refundedAt: Date.parse('2026-11-20T10:00:00Z') },
        ...{ items: 5000, shipping: 0, tax: 0, lines: [], undivided: true },
      },
    });
  });

  it('needs its amount', () => {
    const lines = [{ id: '1', amount: 4000 }];
    expect(normalise('refund.created', { ...data, amount: null, lines })).toMatchObject({
      reason: 'invalid_payload',
      detail: expect.stringContaining('amount'),
    });
  });

  it('takes from items first, then from shipping, then from tax', () => {
    const all = told('refund.created', { ...data, amount: 11_000 });
    const order = foldOrder([anEvent(aSnapshot()), anEvent(all as never)]);
    expect(order.current).toMatchObject({ refunds: 10_000, net: 0, shipping: 0, tax: 0 });
  });
});

describe('a dispute', () => {
  const about = { externalId: 'd1', orderExternalId: '1001', amount: 11_000 };
  const opened = (over: Json = {}) => told('dispute.opened', { ...about, openedAt: '2026-11-25T08:00:00Z', ...over });
  const closed = (won: boolean, over: Json = {}) =>
    told('dispute.closed', {
      ...{ ...about, openedAt: '2026-11-25T08:00:00Z', closedAt: '2026-12-30T08:00:00Z', won },
      ...over,
    });
  const OPENED = Date.parse('2026-11-25T08:00:00Z');
  const CLOSED = Date.parse('2026-12-30T08:00:00Z');

  it('is opened when the bank took the money, by default at the event’s time', () => {
    expect(opened()).toEqual({
      ...{ type: 'dispute', toldAt: OPENED },
      dispute: { id: 'd1', openedAt: OPENED, amount: 11_000, reversedAt: null },
    });
    const at = Date.parse('2026-11-20T10:00:00Z');
    expect(told('dispute.opened', about)).toMatchObject({ toldAt: at, dispute: { openedAt: at } });
  });

  it('is closed, won or lost', () => {
    expect(closed(true)).toEqual({
      ...{ type: 'dispute', toldAt: CLOSED },
      dispute: { id: 'd1', openedAt: OPENED, amount: 11_000, reversedAt: CLOSED },
    });
    expect(closed(false)).toMatchObject({ toldAt: CLOSED, dispute: { reversedAt: null } });
  });

  const foldedFrom = (...events: ConnectorOrderEvent[]) =>
    foldOrder([aSnapshot(), ...events].map((event) => anEvent(event as never)));

  it.each([
    ['opened, then closed', [opened(), closed(true)]],
    ['closed before it was opened', [closed(true), opened()]],
    ['closed alone', [closed(true)]],
    ['closed in the instant it was opened', [closed(true, { closedAt: '2026-11-25T08:00:00Z' }), opened()]],
  ])('that is won takes nothing in the end: %s', (_, events) => {
    const order = foldedFrom(...events);
    expect(order.current).toMatchObject({ refunds: 0, net: 10_000, shipping: 600, tax: 400 });
    expect(order.entries.map(({ type }) => type)).toEqual(['chargeback', 'chargeback_reversal']);
  });

  it('that is lost took the money on the day it was opened', () => {
    const order = foldedFrom(closed(false), opened());
    expect(order.entries).toMatchObject([{ type: 'chargeback', at: OPENED, refunds: 10_000 }]);
  });

  it.each([
    ['dispute.opened', { amount: null }, 'amount'],
    ['dispute.opened', { orderExternalId: null }, 'orderExternalId'],
    ['dispute.closed', { won: true }, 'openedAt'],
    ['dispute.closed', { openedAt: '2026-11-25T08:00:00Z' }, 'won'],
    ['dispute.closed', { openedAt: '2026-11-25T08:00:00Z', closedAt: '2026-11-24T08:00:00Z', won: true }, 'closedAt'],
    ['dispute.closed', { openedAt: '2026-11-15T08:00:00Z', amount: null, won: true }, 'amount'],
  ])('is incomplete: %s %j', (type, over, field) => {
    expect(normalise(type, { ...about, ...over })).toMatchObject({
      reason: 'invalid_payload',
      detail: expect.stringContaining(field),
    });
  });
});
