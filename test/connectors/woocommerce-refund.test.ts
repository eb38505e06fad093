// Refunds inside WooCommerce orders: short ones, full ones, and what they leave of the order.
import { describe, expect, it } from 'vitest';
import { woocommerce } from '../../lib/connectors/woocommerce.ts';
import type { OrderEvent, Refund } from '../../lib/domain/orders/events.ts';
import { foldOrder } from '../../lib/domain/orders/fold.ts';
import { anEvent } from '../support/payloads/order-events.ts';
import { aMeta, aWooDelivery, aWooLine, aWooOrder, wooOptions } from '../support/payloads/woocommerce.ts';

const toldBy = (over: Record<string, unknown>): OrderEvent => {
  const told = woocommerce.normalise(aWooDelivery('order.updated', aWooOrder(over)), wooOptions());
  if (told.outcome !== 'order' || told.event.type !== 'snapshot') throw new Error(JSON.stringify(told));
  return { ...told.event, customerKeys: [] };
};
const refundsOf = (...refunds: Record<string, unknown>[]): readonly Refund[] => {
  const event = toldBy({ refunds });
  return event.type === 'snapshot' ? event.refunds : [];
};
const folded = (...tellings: Record<string, unknown>[]) => foldOrder(tellings.map((over) => anEvent(toldBy(over))));

const changedAt = Date.parse('2026-11-20T10:00:10Z');

describe('a refund embedded in an order', () => {
  it('is an id and a negative total that nobody divides, near the order’s last change', () => {
    expect(refundsOf({ id: 71, reason: 'Broken', total: '-10.00' })).toEqual([
      {
        ...{ id: '71', refundedAt: changedAt, approximateTime: true },
        ...{ items: 1000, shipping: 0, tax: 0, lines: [], undivided: true },
      },
    ]);
  });

  it('leaves the status and the total of its order as they are, and lowers its revenue', () => {
    const order = folded({ status: 'completed', refunds: [{ id: 71, total: '-10.00' }] });
    expect(order).toMatchObject({ state: 'paid', current: { refunds: 1000, net: 9000, shipping: 600, tax: 400 } });
  });

  it('of everything takes items first, then shipping, then tax', () => {
    const order = folded({ status: 'refunded', refunds: [{ id: 71, total: '-110.00' }] });
    const money = { gross: 12000, discounts: 2000, refunds: 10000, shipping: 0, tax: 0, net: 0 };
    expect(order.current).toEqual({ ...money, charged: 11000 });
    expect(order.entries).toMatchObject([{ refunds: 10000, shipping: -600, tax: -400, excess: 0 }]);
  });

  it('beyond what was paid is excess', () => {
    expect(folded({ refunds: [{ id: 71, total: '-115.00' }] }).entries).toMatchObject([{ excess: 500 }]);
  });

  it('told again and again is one refund, on the day it was told first', () => {
    const refund = { id: 71, total: '-10.00' };
    const order = folded(
      { date_modified_gmt: '2026-12-24T10:00:00', refunds: [refund, { id: 72, total: '-5.00' }] },
      { date_modified_gmt: '2026-11-22T10:00:00', refunds: [refund] },
      { date_modified_gmt: '2026-11-29T10:00:00', refunds: [refund] },
    );
    expect(order.entries).toMatchObject([
      { id: 'refund-71', at: Date.parse('2026-11-22T10:00:00Z'), refunds: 1000 },
      { id: 'refund-72', at: Date.parse('2026-12-24T10:00:00Z'), refunds: 500 },
    ]);
  });

  it('is none without an id', () => {
    expect(refundsOf({ reason: '', total: '-10.00' })).toEqual([]);
  });
});

describe('a refund told in full', () => {
  const full = {
    id: 71,
    amount: '56.00',
    date_created_gmt: '2026-11-21T09:00:00',
    line_items: [
      { id: 901, quantity: -1, total: '-50.00', total_tax: '-2.00', meta_data: [aMeta('_refunded_item_id', '11')] },
    ],
    shipping_lines: [{ id: 902, total: '-4.00', total_tax: '0.00' }],
  };

  it('has a positive amount, negative lines, shipping of its own, and a time', () => {
    expect(refundsOf(full)).toEqual([
      {
        ...{ id: '71', refundedAt: Date.parse('2026-11-21T09:00:00Z') },
        ...{ items: 5000, shipping: 400, tax: 200 },
        lines: [{ lineId: '11', quantity: 1, amount: 5000, tax: 200 }],
      },
    ]);
  });

  it('does not lose the shipping it gives back', () => {
    expect(folded({ refunds: [full] }).current).toMatchObject({ refunds: 5000, shipping: 200, tax: 200, net: 5000 });
  });

  it('beats the short form of itself, whichever is newer', () => {
    const order = folded(
      { refunds: [full] },
      { date_modified_gmt: '2026-11-30T10:00:00', refunds: [{ id: 71, total: '-56.00' }] },
    );
    expect(order.entries).toMatchObject([{ at: Date.parse('2026-11-21T09:00:00Z'), refunds: 5000, shipping: -400 }]);
  });

  it('of shipping alone leaves the items', () => {
    const refund = { id: 71, amount: '6.00', line_items: [], shipping_lines: [{ total: '-6.00' }] };
    expect(folded({ refunds: [refund] }).current).toMatchObject({ refunds: 0, shipping: 0, net: 10000 });
  });

  it('gives back what the amount says beyond its lines from the items', () => {
    expect(refundsOf({ ...full, amount: '60.00' })).toMatchObject([{ items: 5400, shipping: 400, tax: 200 }]);
    expect(refundsOf({ ...full, amount: null, total: null })).toMatchObject([{ items: 5000, shipping: 400, tax: 200 }]);
  });

  it('that puts things back on the shelf without saying their price is divided by nobody', () => {
    const restocked = { ...full, line_items: [{ quantity: -1, total: '0.00' }], shipping_lines: [] };
    expect(refundsOf(restocked)).toMatchObject([{ items: 5600, undivided: true, lines: [] }]);
  });

  it('of a gift card sold takes nothing from revenue', () => {
    const card = aWooLine({ id: 12, subtotal: '50.00', total: '50.00', meta_data: [aMeta('wc_gc_giftcards', '5')] });
    const given = { total: '-50.00', total_tax: '0.00', meta_data: [aMeta('_refunded_item_id', '12')] };
    const refund = { id: 71, amount: '50.00', line_items: [given] };
    const order = folded({ line_items: [aWooLine(), card], total: '160.00', refunds: [refund] });
    expect(order.current).toMatchObject({ refunds: 0, net: 10000 });
  });
});
