// What an order is after the events its shop sent: states, refunds, cancellations, edits, and what is never lost.
import { describe, expect, it } from 'vitest';
import { type FoldedOrder, foldOrder, orderHistory } from '../../lib/domain/orders/fold.ts';
import { aLine, anEvent, aRefund, aSnapshot, PLACED_AT } from '../support/payloads/order-events.ts';

const LATER = PLACED_AT + 60_000;

const snapshot = (over: Parameters<typeof aSnapshot>[0] = {}) => anEvent(aSnapshot(over));
const refund = (over: Parameters<typeof aRefund>[0] = {}) => anEvent({ type: 'refund', refund: aRefund(over) });
const cancellation = (cancelledAt = LATER) => anEvent({ type: 'cancellation', cancelledAt });

const entryIds = (order: FoldedOrder) => order.entries.map(({ id }) => id);

describe('the figures of an order', () => {
  it('are gross less discounts less refunds of items, tax and shipping apart', () => {
    const order = foldOrder([snapshot(), refund({ items: 5000, shipping: 100, tax: 200 })]);
    expect(order.current).toEqual({
      gross: 12000,
      discounts: 2000,
      refunds: 5000,
      shipping: 500,
      tax: 200,
      net: 5000,
      charged: 11_000,
    });
    expect(order.sale).toEqual({ gross: 12000, discounts: 2000, shipping: 600, tax: 400, units: 2 });
  });

  it('come from the newest snapshot, whichever arrived last', () => {
    const order = foldOrder([snapshot({ updatedAt: LATER, gross: 15000 }), snapshot({ gross: 12000 })]);
    expect(order.current.gross).toBe(15000);
    expect(order.updatedAt).toBe(LATER);
  });

  it.each([
    ['paid', { payment: 'paid' }, { payment: 'pending', cancelledAt: LATER, refunds: [aRefund()] }],
    ['cancelled', { cancelledAt: LATER }, { refunds: [aRefund()] }],
    ['with more refunds', { refunds: [aRefund()] }, { refunds: [] }],
  ] as const)('take of two snapshots of the same second, both fresh, the one that is %s', (_, knowing, other) => {
    const [a, b] = [anEvent(aSnapshot(knowing), { id: 'a' }), anEvent(aSnapshot(other), { id: 'b' })];
    expect(orderHistory([a, b]).map(({ eventId }) => eventId)).toEqual(['b', 'a']);
  });
});

describe('snapshots of one instant that know alike', () => {
  it('are read in the order they came, whatever their ids and however they are given', () => {
    const first = anEvent(aSnapshot({ gross: 11000 }), { id: 'z', receivedAt: 1 });
    const second = anEvent(aSnapshot({ gross: 13000 }), { id: 'a', receivedAt: 2 });
    expect(foldOrder([first, second]).current.gross).toBe(13000);
    expect(foldOrder([second, first])).toEqual(foldOrder([first, second]));
  });
});

describe('the state of an order', () => {
  it.each([
    ['awaiting_order', [refund()]],
    ['awaiting_order', [cancellation()]],
    ['awaiting_order', []],
    ['pending', [snapshot({ payment: 'pending' })]],
    ['paid', [snapshot()]],
    ['cancelled', [snapshot({ cancelledAt: LATER })]],
    ['cancelled', [snapshot(), cancellation()]],
    ['draft', [snapshot({ draft: true, payment: 'pending', cancelledAt: LATER })]],
    ['test', [snapshot({ test: true, draft: true, cancelledAt: LATER })]],
  ])('is %s', (state, events) => {
    expect(foldOrder(events).state).toBe(state);
  });

  it('stays paid when an edit leaves a part to pay', () => {
    const order = foldOrder([snapshot(), snapshot({ updatedAt: LATER, payment: 'pending', gross: 14000 })]);
    expect(order.state).toBe('paid');
    expect(order.current.gross).toBe(14000);
  });

  it('stays paid when a paid draft order is edited, which makes it a partly paid draft', () => {
    const order = foldOrder([
      snapshot(),
      snapshot({ updatedAt: LATER, draft: true, payment: 'pending', gross: 14000 }),
    ]);
    expect(order).toMatchObject({ state: 'paid', current: { gross: 14000 }, sale: { gross: 12000 } });
    expect(order.entries).toMatchObject([{ type: 'edit', gross: 2000 }]);
    const cancelled = { draft: true, payment: 'pending', cancelledAt: LATER } as const;
    expect(foldOrder([snapshot(), snapshot({ updatedAt: LATER, ...cancelled })]).state).toBe('cancelled');
  });

  it('is not paid when the payment failed after all', () => {
    const order = foldOrder([snapshot(), snapshot({ updatedAt: LATER, payment: 'failed' })]);
    expect(order).toMatchObject({ state: 'pending', sale: null, entries: [] });
  });

  it('stays cancelled when a newer snapshot does not know of a cancellation told on its own', () => {
    const order = foldOrder([snapshot(), cancellation(), snapshot({ updatedAt: LATER + 1 })]);
    expect(order).toMatchObject({ state: 'cancelled', cancelledAt: LATER });
  });

  it('follows the newest snapshot when an order is taken back from cancellation', () => {
    const order = foldOrder([snapshot({ cancelledAt: PLACED_AT }), snapshot({ updatedAt: LATER })]);
    expect(order).toMatchObject({ state: 'paid', cancelledAt: null });
  });
});

describe('an order that does not count', () => {
  it.each([
    ['pending', { payment: 'pending' } as const],
    ['test', { test: true }],
    ['draft', { draft: true }],
    ['cancelled and never paid', { payment: 'pending', cancelledAt: LATER } as const],
  ])('has its own figures but no sale and no entries: %s', (_, over) => {
    const order = foldOrder([snapshot(over), refund()]);
    expect(order.current.net).toBe(5000);
    expect(order).toMatchObject({ sale: null, entries: [] });
  });
});

describe('refunds', () => {
  it('wait for an order that has not come yet', () => {
    const waiting = refund();
    expect(foldOrder([waiting]).current.refunds).toBe(0);
    expect(foldOrder([waiting, snapshot()]).current.refunds).toBe(5000);
  });

  it('count once when told alone and embedded in the order', () => {
    const order = foldOrder([refund(), snapshot({ updatedAt: LATER, refunds: [aRefund()] })]);
    expect(order.current.refunds).toBe(5000);
    expect(entryIds(order)).toEqual(['refund-r1']);
  });

  it('stay when a newer snapshot no longer embeds them', () => {
    const order = foldOrder([snapshot({ refunds: [aRefund()] }), snapshot({ updatedAt: LATER })]);
    expect(order.current.refunds).toBe(5000);
  });

  it('are believed in the telling with lines, then in the one told alone', () => {
    const embedded = snapshot({ updatedAt: LATER, refunds: [aRefund({ items: 4000 })] });
    expect(foldOrder([embedded, refund({ items: 3000, lines: [] })]).current.refunds).toBe(4000);
    expect(foldOrder([embedded, refund({ items: 3000 })]).current.refunds).toBe(3000);
  });

  it('are believed in the newest of tellings that are equally full', () => {
    const older = snapshot({ refunds: [aRefund({ items: 1000 })] });
    const newer = snapshot({ updatedAt: LATER, refunds: [aRefund({ items: 2000 })] });
    expect(foldOrder([newer, older]).current.refunds).toBe(2000);
  });

  it('never give back more than the items were sold for, and keep the rest as excess', () => {
    const order = foldOrder([
      snapshot(),
      refund({ id: 'b', items: 9000, refundedAt: LATER }),
      refund({ id: 'a', items: 3000, refundedAt: LATER }),
    ]);
    expect(order.current).toMatchObject({ refunds: 10000, net: 0 });
    expect(order.entries).toMatchObject([
      { id: 'refund-a', refunds: 3000, excess: 0 },
      { id: 'refund-b', refunds: 7000, excess: 2000 },
    ]);
  });

  it('are capped at the items as they stand after an edit', () => {
    const order = foldOrder([snapshot(), refund({ items: 9000 }), snapshot({ updatedAt: LATER, gross: 8000 })]);
    expect(order.current).toMatchObject({ gross: 8000, refunds: 6000, net: 0 });
  });

  it('never give back more shipping or tax than the order had', () => {
    const order = foldOrder([snapshot(), refund({ shipping: 900, tax: 900 })]);
    expect(order.current).toMatchObject({ shipping: 0, tax: 0 });
  });

  it('lose the tax of their lines once the order says that its prices include it', () => {
    const told = refund({
      items: 5400,
      lines: [{ lineId: '1', quantity: 1, amount: 5400, tax: 400 }],
      mayIncludeTax: true,
    });
    expect(foldOrder([told, snapshot({ pricesIncludeTax: true })]).current.refunds).toBe(5000);
    expect(foldOrder([told, snapshot()]).current.refunds).toBe(5400);
  });

  it("keep the items' part that the shop itself names, whatever gift cards its lines give back", () => {
    const lines = [
      aLine({ price: 7000, quantity: 1 }),
      aLine({ id: 'card', price: 5000, quantity: 1, giftCard: true }),
    ];
    const told = refund({
      items: 7000,
      itemsOnly: true,
      lines: [
        { lineId: '1', quantity: 1, amount: 7000, tax: 0 },
        { lineId: 'card', quantity: 1, amount: 5000, tax: 0 },
      ],
    });
    const order = foldOrder([snapshot({ gross: 7000, discounts: 0, lines }), told]);
    expect(order.current).toMatchObject({ refunds: 7000, net: 0 });
  });

  it('leave out a gift card given back, which was never revenue', () => {
    const lines = [aLine(), aLine({ id: 'card', price: 2500, quantity: 1, discount: 0, tax: 0, giftCard: true })];
    const told = refund({
      items: 7500,
      lines: [
        { lineId: '1', quantity: 1, amount: 5000, tax: 200 },
        { lineId: 'card', quantity: 1, amount: 2500, tax: 0 },
      ],
    });
    expect(foldOrder([snapshot({ lines }), told]).current.refunds).toBe(5000);
  });
});

describe('the ledger', () => {
  it('books the money of the first snapshot that counted, and each later change on its own time', () => {
    const order = foldOrder([
      snapshot({ payment: 'pending', gross: 11000 }),
      snapshot({ updatedAt: PLACED_AT + 10 }),
      anEvent(aSnapshot({ updatedAt: LATER, gross: 15000, units: 3, tax: 500 }), { id: 'edit' }),
    ]);
    expect(order.sale).toMatchObject({ gross: 12000, units: 2 });
    expect(order.entries).toEqual([
      {
        id: 'edit-edit',
        type: 'edit',
        at: LATER,
        orders: 0,
        gross: 3000,
        discounts: 0,
        refunds: 0,
        shipping: 0,
        tax: 100,
        units: 1,
        excess: 0,
      },
    ]);
  });

  it('reverses all of a cancelled order, refunds before and after it included', () => {
    const order = foldOrder([
      snapshot({ cancelledAt: LATER }),
      refund({ id: 'before', items: 1000 }),
      refund({ id: 'after', items: 2000, refundedAt: LATER + 1 }),
    ]);
    expect(order.entries).toMatchObject([
      { id: 'refund-before', refunds: 1000 },
      {
        id: 'cancellation',
        at: LATER,
        orders: -1,
        gross: -12000,
        discounts: -2000,
        refunds: -3000,
        shipping: -600,
        tax: 0,
        units: -2,
      },
      { id: 'refund-after', refunds: 2000 },
    ]);
    expect(order.current.net).toBe(7000);
  });

  it('has no entry for a snapshot that changed no money, or a refund of nothing', () => {
    const nothing = refund({ items: 0, tax: 0, lines: [] });
    expect(foldOrder([snapshot(), snapshot({ updatedAt: LATER, name: '#2' }), nothing]).entries).toEqual([]);
  });
});

describe('what ties an order to a creator', () => {
  it('is added by later snapshots and never taken away', () => {
    const order = foldOrder([
      snapshot({ clickId: 'clk_first', codes: [{ code: 'SARAH15', amount: 1800 }], customerKeys: ['id', 'mail'] }),
      snapshot({ updatedAt: LATER, clickId: null, codes: [], customerKeys: ['id'], name: null }),
    ]);
    expect(order).toMatchObject({
      clickId: 'clk_first',
      codes: [{ code: 'SARAH15' }],
      customerKeys: ['id', 'mail'],
      name: '#1001',
    });
  });

  it('follows a newer snapshot that has its own', () => {
    const order = foldOrder([
      snapshot({ clickId: 'clk_first' }),
      snapshot({ updatedAt: LATER, clickId: 'clk_second', codes: [{ code: 'MIKE20', amount: null }] }),
    ]);
    expect(order).toMatchObject({ clickId: 'clk_second', codes: [{ code: 'MIKE20' }] });
  });
});

describe('the history', () => {
  it('says what each event changed, in the order it happened', () => {
    const history = orderHistory([
      refund({ refundedAt: LATER }),
      snapshot({ payment: 'pending', codes: [{ code: 'SARAH15', amount: 1800 }] }),
      snapshot({ updatedAt: PLACED_AT + 10, codes: [{ code: 'SARAH15', amount: 1800 }] }),
    ]);
    expect(history.map(({ topic, at, changes }) => ({ topic, at, changes }))).toEqual([
      {
        topic: 'orders/updated',
        at: PLACED_AT,
        changes: [
          { field: 'state', from: null, to: 'pending' },
          { field: 'kind', from: null, to: 'sale' },
          { field: 'placedAt', from: null, to: PLACED_AT },
          { field: 'gross', from: 0, to: 12000 },
          { field: 'discounts', from: 0, to: 2000 },
          { field: 'net', from: 0, to: 10000 },
          { field: 'shipping', from: 0, to: 600 },
          { field: 'tax', from: 0, to: 400 },
          { field: 'name', from: null, to: '#1001' },
          { field: 'codes', from: [], to: ['SARAH15'] },
        ],
      },
      { topic: 'orders/updated', at: PLACED_AT + 10, changes: [{ field: 'state', from: 'pending', to: 'paid' }] },
      {
        topic: 'refunds/create',
        at: LATER,
        changes: [
          { field: 'refunds', from: 0, to: 5000 },
          { field: 'net', from: 10000, to: 5000 },
          { field: 'tax', from: 400, to: 200 },
        ],
      },
    ]);
  });

  it('lists an event once however often it was told, as first received', () => {
    const first = anEvent(aSnapshot(), { id: 'same', receivedAt: 1 });
    expect(orderHistory([{ ...first, receivedAt: 2 }, first, first])).toMatchObject([
      { eventId: 'same', receivedAt: 1 },
    ]);
  });
});
