// Refunds told as one whole by a shop's export, beside those that its webhooks tell by themselves.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldOrder } from '../../lib/domain/orders/fold.ts';
import { anEvent, aRefund, aSnapshot, PLACED_AT } from '../support/payloads/order-events.ts';

/** All that went back so far, as an export tells it. */
const whole = (items: number, refundedAt = PLACED_AT + 500) =>
  aRefund({ id: 'export', items, shipping: 0, tax: 0, lines: [], undivided: true, wholeSoFar: true, refundedAt });
const DAY = 86_400_000;
/** Imported a day after. */
const exported = (items: number, at = PLACED_AT) =>
  anEvent(aSnapshot({ updatedAt: at, refunds: [whole(items)] }), { receivedAt: at + DAY });
const alone = (id: string, items: number, over: Parameters<typeof aRefund>[0] = {}) =>
  anEvent({ type: 'refund', refund: aRefund({ id, items, tax: 0, lines: [], ...over }) });

const refundsOf = (events: Parameters<typeof foldOrder>[0]) => foldOrder(events).current.refunds;

describe('a whole that went back', () => {
  it('counts by itself where no refund is told, as money that nobody divided', () => {
    expect(foldOrder([exported(10_500)]).current).toMatchObject({ refunds: 10_000, shipping: 100 });
  });

  it('counts only for what refunds told by themselves leave unexplained', () => {
    expect(refundsOf([exported(3_000), alone('a', 1_000)])).toBe(3_000);
    expect(refundsOf([exported(3_000), alone('a', 1_000), alone('b', 2_000)])).toBe(3_000);
    expect(refundsOf([exported(3_000), alone('a', 1_000), alone('b', 2_500)])).toBe(3_500);
  });

  it('is not explained by what was refunded after it was told, until a whole that holds both is', () => {
    const later = alone('a', 2_000, { refundedAt: PLACED_AT + 2 * DAY });
    expect(refundsOf([exported(3_000), later])).toBe(5_000);
    expect(refundsOf([exported(3_000), later, exported(5_000, PLACED_AT + 3 * DAY)])).toBe(5_000);
  });

  it('of a later export takes the place of the one before', () => {
    expect(refundsOf([exported(1_000), exported(3_000, PLACED_AT + 60_000)])).toBe(3_000);
  });

  it('is no entry any more once refunds explain all of it', () => {
    const { entries } = foldOrder([exported(1_000), alone('a', 1_000)]);
    expect(entries.map(({ type, refunds }) => [type, refunds])).toEqual([['refund', 1_000]]);
  });

  it('is explained by what prices include of tax once, not once with the price and once as tax', () => {
    // Prices with 20 % of tax: 24.00 back for a line, 4.00 of it tax, and 12.00 more that no webhook told of.
    const line = { lineId: 'li-1', quantity: 1, amount: 2_400, tax: 400 };
    const told = alone('a', 2_400, { tax: 400, lines: [line], mayIncludeTax: true });
    const exportOf = (pricesIncludeTax: boolean) =>
      anEvent(aSnapshot({ pricesIncludeTax, refunds: [whole(3_600)] }), { receivedAt: PLACED_AT + DAY });
    expect(refundsOf([exportOf(true), told])).toBe(2_000 + 1_200);
    // Where tax comes on top it was 28.00, and 8.00 more.
    expect(refundsOf([exportOf(false), told])).toBe(2_400 + 800);
  });

  it('gives the same in whatever order it is told', () => {
    const events = [exported(3_000), alone('a', 700), alone('b', 900), exported(2_000, PLACED_AT + 9_000)];
    const told = foldOrder(events);
    fc.assert(
      fc.property(fc.shuffledSubarray(events, { minLength: events.length }), (shuffled) => {
        expect(foldOrder(shuffled)).toEqual(told);
      }),
    );
  });
});
