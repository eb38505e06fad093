// What holds for any WooCommerce order: it adds up to the shop's own total, and no body makes the connector throw.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { woocommerce } from '../../lib/connectors/woocommerce.ts';
import { lineGross } from '../../lib/domain/orders/ledger.ts';
import { aWooDelivery, aWooLine, aWooOrder, wooOptions } from '../support/payloads/woocommerce.ts';

const cents = (amount: number): string => amount.toFixed(2);
const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

const money = fc.integer({ min: 0, max: 30_000 }).map((minor) => minor / 100);

/** A shop whose prices include tax keeps what is left of them unrounded, and rounds what it tells. */
const shopOrder = fc
  .record({
    rate: fc.constantFrom(0, 0.05, 0.19, 0.2, 0.21, 0.25),
    lines: fc.array(
      fc.record({
        quantity: fc.integer({ min: 1, max: 9 }),
        price: fc.integer({ min: 100, max: 30_000 }).map((minor) => minor / 100),
        off: fc.integer({ min: 0, max: 90 }),
      }),
      { minLength: 1, maxLength: 6 },
    ),
    shipping: money,
    fee: fc.oneof(fc.constant(0), money),
  })
  .map(({ rate, lines, shipping, fee }) => {
    const exact = lines.map(({ quantity, price, off }) => {
      const subtotal = (price * quantity) / (1 + rate);
      return { quantity, subtotal, total: (subtotal * (100 - off)) / 100 };
    });
    const tax = sum(exact.map(({ total }) => total * rate));
    return aWooOrder({
      line_items: exact.map(({ quantity, subtotal, total }, index) =>
        aWooLine({
          id: index + 1,
          quantity,
          subtotal: cents(subtotal),
          total: cents(total),
          total_tax: cents(total * rate),
        }),
      ),
      fee_lines: fee === 0 ? [] : [{ id: 90, total: cents(fee) }],
      shipping_total: cents(shipping),
      total_tax: cents(tax),
      total: cents(sum(exact.map(({ total }) => total)) + tax + shipping + fee),
    });
  });

const read = (body: Parameters<typeof aWooDelivery>[1], topic = 'order.updated') =>
  woocommerce.normalise(aWooDelivery(topic, body), wooOptions());

describe('any order', () => {
  it('adds up to the total that the shop tells, and its lines to the order', () => {
    fc.assert(
      fc.property(shopOrder, (order) => {
        const told = read(order);
        if (told.outcome !== 'order' || told.event.type !== 'snapshot') throw new Error(JSON.stringify(told));
        const { gross, discounts, shipping, tax, lines } = told.event;
        expect(cents((gross - discounts + shipping + tax) / 100)).toBe(order.total);
        expect(sum(lines.map(lineGross))).toBe(gross);
        expect(sum(lines.map(({ discount }) => discount))).toBe(discounts);
        expect(Math.min(...lines.map((line) => lineGross(line) - line.discount))).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 500 },
    );
  });
});

describe('any body', () => {
  const field = fc.constantFrom(...Object.keys(aWooOrder()));
  const topic = fc.constantFrom('order.created', 'order.updated', 'order.deleted', 'order.restored');

  it('is read or refused, and never thrown at', () => {
    fc.assert(
      fc.property(field, fc.jsonValue(), topic, (name, value, under) => {
        expect(['order', 'ignored', 'failed']).toContain(read(aWooOrder({ [name]: value }), under).outcome);
      }),
      { numRuns: 1000 },
    );
  });

  it('has whole amounts of nothing below zero, whatever its lines, fees and refunds hold', () => {
    const amount = fc.oneof(
      fc.constantFrom('', '-0.00', '0', null),
      fc.integer({ min: -20_000, max: 20_000 }).map((minor) => cents(minor / 100)),
    );
    const line = fc.record({
      id: fc.nat(),
      quantity: fc.nat({ max: 5 }),
      subtotal: amount,
      total: amount.map((a) => a ?? ''),
    });
    const parts = fc.record({
      line_items: fc.array(line, { maxLength: 4 }),
      fee_lines: fc.array(fc.record({ total: amount }), { maxLength: 3 }),
      refunds: fc.array(fc.record({ id: fc.nat(), total: amount }), { maxLength: 2 }),
      gift_cards: fc.array(fc.record({ amount }), { maxLength: 2 }),
      total: amount,
    });
    fc.assert(
      fc.property(parts, (over) => {
        const told = read(aWooOrder(over));
        if (told.outcome !== 'order' || told.event.type !== 'snapshot') throw new Error(JSON.stringify(told));
        const { gross, discounts, shipping, tax, refunds } = told.event;
        const amounts = [gross, discounts, shipping, tax, gross - discounts, ...refunds.map(({ items }) => items)];
        for (const one of amounts) expect(Number.isSafeInteger(one) && one >= 0).toBe(true);
        for (const one of amounts) expect(Object.is(one, -0)).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });
});
