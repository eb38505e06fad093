// What of an order's money went back: undivided, as running totals, through the bank, and never more than was paid.
import { describe, expect, it } from 'vitest';
import { foldOrder } from '../../lib/domain/orders/fold.ts';
import { aDispute, aLine, anEvent, aRefund, aSnapshot, PLACED_AT } from '../support/payloads/order-events.ts';

/** 100.00 of items after discounts, 6.00 shipping, 4.00 tax: 110.00 paid. */
const snapshot = (over: Parameters<typeof aSnapshot>[0] = {}) => anEvent(aSnapshot(over));
const refund = (over: Parameters<typeof aRefund>[0] = {}) =>
  anEvent({ type: 'refund', refund: aRefund({ lines: [], tax: 0, ...over }) });
const dispute = (over: Parameters<typeof aDispute>[0] = {}, toldAt = PLACED_AT + 3000) =>
  anEvent({ type: 'dispute', toldAt, dispute: aDispute(over) });

const LATER = PLACED_AT + 60_000;

describe('a refund that the shop does not divide', () => {
  it('takes from the items first, then from shipping, then from tax, and only then is too much', () => {
    const order = foldOrder([snapshot(), refund({ items: 10_950, undivided: true })]);
    expect(order.entries).toMatchObject([{ refunds: 10_000, shipping: -600, tax: -350, excess: 0 }]);
    const whole = foldOrder([snapshot(), refund({ items: 11_200, undivided: true })]);
    expect(whole.current).toMatchObject({ net: 0, shipping: 0, tax: 0 });
    expect(whole.entries).toMatchObject([{ refunds: 10_000, shipping: -600, tax: -400, excess: 200 }]);
  });
});

describe('refunds told as the total to date', () => {
  const total = (items: number, at: number) =>
    refund({ id: `ch_1:${items}`, items, undivided: true, runningTotalOf: 'ch_1', refundedAt: PLACED_AT + at });

  it('count what each adds, in any order of arrival and told twice', () => {
    const order = foldOrder([snapshot(), total(5000, 200), total(2000, 100), total(5000, 200)]);
    expect(order.current.refunds).toBe(5000);
    expect(order.entries).toMatchObject([{ refunds: 2000 }, { refunds: 3000 }]);
  });

  it('lose nothing when one of them never came', () => {
    expect(foldOrder([snapshot(), total(5000, 200)]).current.refunds).toBe(5000);
  });

  it('are apart for each payment', () => {
    const other = refund({ id: 'ch_2:700', items: 700, undivided: true, runningTotalOf: 'ch_2' });
    expect(foldOrder([snapshot(), total(2000, 100), other]).current.refunds).toBe(2700);
  });
});

describe('a chargeback', () => {
  it('takes the order back on the day the bank took it', () => {
    const order = foldOrder([snapshot(), dispute()]);
    expect(order).toMatchObject({ state: 'paid', chargebacks: 10_000, current: { net: 0, shipping: 0, tax: 0 } });
    expect(order.entries).toMatchObject([
      { id: 'chargeback-d1', type: 'chargeback', at: PLACED_AT + 2000, refunds: 10_000, shipping: -600, tax: -400 },
    ]);
  });

  it('is reversed on the day the bank gave it back, whichever telling came first', () => {
    const won = dispute({ reversedAt: LATER }, LATER);
    const order = foldOrder([won, snapshot(), dispute()]);
    expect(order.chargebacks).toBeUndefined();
    expect(order.current).toEqual(foldOrder([snapshot()]).current);
    expect(order.entries).toMatchObject([
      { type: 'chargeback', refunds: 10_000 },
      { type: 'chargeback_reversal', at: LATER, refunds: -10_000, shipping: 600, tax: 400 },
    ]);
  });

  it('and a refund of the same order together never take more than was paid', () => {
    const order = foldOrder([snapshot(), refund({ items: 4000 }), dispute()]);
    expect(order.entries).toMatchObject([
      { type: 'refund', refunds: 4000 },
      { type: 'chargeback', refunds: 6000, shipping: -600, tax: -400, excess: 4000 },
    ]);
    expect(order.current.net).toBe(0);
  });

  it('that is reversed leaves a refund made meanwhile standing, its shipping, tax and lines too', () => {
    const told = { items: 10_000, shipping: 600, tax: 400, refundedAt: PLACED_AT + 30_000 };
    const lines = [{ lineId: 'l1', quantity: 2, amount: 10_000, tax: 0 }];
    const won = dispute({ reversedAt: LATER }, LATER);
    const order = foldOrder([snapshot(), refund({ id: 'r1', ...told, lines }), won]);
    expect(order.current).toMatchObject({ net: 0, refunds: 10_000, shipping: 0, tax: 0 });
    expect(order.chargebacks).toBeUndefined();
    expect(order.entries).toMatchObject([
      { id: 'chargeback-d1', refunds: 10_000, shipping: -600, tax: -400 },
      { id: 'refund-r1', refunds: 0, excess: 10_000 },
      {
        id: 'refund-r1-d1',
        at: LATER,
        refunds: 10_000,
        shipping: -600,
        tax: -400,
        excess: -10_000,
        lines: [{ lineId: 'l1' }],
      },
      { id: 'chargeback_reversal-d1', at: LATER, refunds: -10_000, shipping: 600, tax: 400 },
    ]);
  });

  it('that is reversed does not take for a refund what that refund had found left', () => {
    const goodwill = refund({ items: 12_000, refundedAt: PLACED_AT + 1000 });
    const order = foldOrder([snapshot(), goodwill, dispute({ reversedAt: LATER }, LATER)]);
    expect(order.current).toEqual(foldOrder([snapshot(), goodwill]).current);
  });

  it('waits for its order, as a refund does', () => {
    expect(foldOrder([dispute()])).toMatchObject({ state: 'awaiting_order', entries: [] });
  });

  it('leaves a cancelled order at nothing', () => {
    const order = foldOrder([snapshot({ cancelledAt: LATER }), dispute()]);
    const left = order.entries.reduce((sum, { gross, discounts, refunds }) => sum + gross - discounts - refunds, 0);
    expect(left + 10_000).toBe(0);
  });
});

describe('an entry by line', () => {
  const lines = [aLine({ id: '1', discount: 2000 }), aLine({ id: '2', sku: 'G-1', giftCard: true, quantity: 1 })];

  it('names what went back of each line, and never a gift card', () => {
    const told = refund({
      items: 9000,
      lines: [
        { lineId: '1', quantity: 1, amount: 3000, tax: 0 },
        { lineId: '2', quantity: 1, amount: 6000, tax: 0 },
      ],
    });
    expect(foldOrder([snapshot({ lines }), told]).entries).toMatchObject([
      { refunds: 3000, lines: [{ lineId: '1', refunds: 3000 }] },
    ]);
  });

  it('is capped line by line as it is as a whole', () => {
    const told = refund({
      items: 12_000,
      lines: [
        { lineId: '1', quantity: 1, amount: 7000, tax: 0 },
        { lineId: '3', quantity: 1, amount: 5000, tax: 0 },
      ],
    });
    const [entry] = foldOrder([snapshot(), told]).entries;
    expect(entry).toMatchObject({ refunds: 10_000, excess: 2000 });
    expect(entry?.lines).toEqual([
      { lineId: '1', refunds: 7000 },
      { lineId: '3', refunds: 3000 },
    ]);
  });

  it('takes out the tax that prices include, line by line', () => {
    const told = refund({
      items: 5950,
      mayIncludeTax: true,
      lines: [{ lineId: '1', quantity: 1, amount: 5950, tax: 950 }],
    });
    const [entry] = foldOrder([snapshot({ pricesIncludeTax: true }), told]).entries;
    expect(entry).toMatchObject({ refunds: 5000, lines: [{ lineId: '1', refunds: 5000 }] });
  });

  it('of an edit says what was added and what a line was that is gone', () => {
    const before = snapshot({ lines: [aLine()] });
    const after = snapshot({
      updatedAt: LATER,
      gross: 9000,
      discounts: 0,
      units: 1,
      lines: [aLine({ id: '3', sku: 'Q-1', quantity: 1, price: 9000, discount: 0 })],
    });
    expect(foldOrder([before, after]).entries[0]?.lines).toEqual([
      {
        lineId: '1',
        units: -2,
        gross: -12_000,
        discounts: -2000,
        of: { sku: 'P-1', productId: 'p1', collections: [], giftCard: false },
      },
      { lineId: '3', units: 1, gross: 9000 },
    ]);
  });
});
