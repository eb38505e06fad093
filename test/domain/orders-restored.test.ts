// Orders that a shop throws away and brings back, and happenings whose time it does not keep (WooCommerce).
import { describe, expect, it } from 'vitest';
import type { ReceivedOrderEvent } from '../../lib/domain/orders/events.ts';
import { foldOrder, orderHistory } from '../../lib/domain/orders/fold.ts';
import { anEvent, aRefund, aSnapshot, PLACED_AT } from '../support/payloads/order-events.ts';

const MINUTE = 60_000;
const at = (minutes: number) => PLACED_AT + minutes * MINUTE;

/** A snapshot as it reaches us at a minute, changed by the shop just then unless told. */
const told = (minute: number, over: Parameters<typeof aSnapshot>[0] = {}) =>
  anEvent(aSnapshot({ updatedAt: at(minute), ...over }), { receivedAt: at(minute) });
const restored = (minute: number, over: Parameters<typeof aSnapshot>[0] = {}) =>
  told(minute, { restored: true, ...over });
const trashed = (minute: number) =>
  anEvent({ type: 'cancellation', cancelledAt: at(minute), revocable: true }, { receivedAt: at(minute) });

const stateOf = (...events: readonly ReceivedOrderEvent[]) => foldOrder(events).state;

describe('an order thrown away', () => {
  it('counts no more, from when that was told', () => {
    const order = foldOrder([told(0), trashed(30)]);
    expect(order).toMatchObject({ state: 'cancelled', cancelledAt: at(30) });
    expect(order.entries).toMatchObject([{ type: 'cancellation', at: at(30), gross: -12000, orders: -1 }]);
  });

  it('counts as before once it is brought back', () => {
    const order = foldOrder([told(0), trashed(30), restored(60)]);
    expect(order).toMatchObject({ state: 'paid', cancelledAt: null, entries: [] });
    expect(order.sale).toEqual(foldOrder([told(0)]).sale);
  });

  it('was brought back too where the word of it overtakes the one of the trash', () => {
    expect(stateOf(told(0), restored(31), trashed(32))).toBe('paid');
    expect(stateOf(told(0), restored(31, { updatedAt: at(30) }), trashed(32), trashed(33))).toBe('paid');
  });

  it('is thrown away again by a word that is too late to be the one that was answered', () => {
    expect(stateOf(told(0), restored(31), trashed(31 + 11))).toBe('cancelled');
  });

  it('stays thrown away when that was done once more after it was brought back', () => {
    expect(foldOrder([told(0), trashed(30), restored(31), trashed(32)]).cancelledAt).toBe(at(32));
  });

  it('was brought back however often its end was told', () => {
    expect(stateOf(told(0), trashed(30), trashed(31), restored(60))).toBe('paid');
  });

  it('was brought back where only a later change tells so, the word itself being lost', () => {
    expect(stateOf(told(0), trashed(30), told(60))).toBe('paid');
  });

  it('was brought back as the cancelled order it was, and stands once it is not', () => {
    const back = [told(0), trashed(30), restored(31, { cancelledAt: at(31) })];
    expect(stateOf(...back)).toBe('cancelled');
    expect(stateOf(...back, told(32))).toBe('paid');
  });

  it('was not by a change that the shop told before, on a clock a little ahead of ours', () => {
    expect(stateOf(told(0), told(29, { updatedAt: at(32) }), trashed(30))).toBe('cancelled');
  });

  it('was not by a change that calls it cancelled itself', () => {
    const order = foldOrder([told(0), trashed(30), told(60, { cancelledAt: at(29) })]);
    expect(order).toMatchObject({ state: 'cancelled', cancelledAt: at(29) });
  });

  it('stays cancelled when its cancellation is one that nothing takes back', () => {
    const cancelled = anEvent({ type: 'cancellation', cancelledAt: at(10) }, { receivedAt: at(10) });
    expect(foldOrder([told(0), cancelled, restored(60)])).toMatchObject({ state: 'cancelled', cancelledAt: at(10) });
  });

  it('tells its history', () => {
    const states = orderHistory([told(0), trashed(30), restored(60)]).map(({ changes }) =>
      changes.filter(({ field }) => field === 'state').map(({ to }) => to),
    );
    expect(states).toEqual([['paid'], ['cancelled'], ['paid']]);
  });
});

describe('a cancellation whose time is only that of the order’s last change', () => {
  it('stays on its first day when the order changes again', () => {
    const order = foldOrder([told(0), told(5, { cancelledAt: at(5) }), told(90, { cancelledAt: at(90) })]);
    expect(order.cancelledAt).toBe(at(5));
  });

  it('is another one after the order stood in between', () => {
    const order = foldOrder([told(5, { cancelledAt: at(5) }), told(50), told(90, { cancelledAt: at(90) })]);
    expect(order.cancelledAt).toBe(at(90));
  });
});

describe('a refund whose time is only that of the order’s last change', () => {
  const guess = (minute: number, over: Parameters<typeof aRefund>[0] = {}) =>
    aRefund({ refundedAt: at(minute), approximateTime: true, lines: [], ...over });
  const entriesOf = (...events: readonly ReceivedOrderEvent[]) => foldOrder(events).entries;

  it('stays on the day it was told first, however often later changes tell it', () => {
    const events = [told(60, { refunds: [guess(60)] }), told(0), told(10, { refunds: [guess(10)] })];
    expect(entriesOf(...events)).toMatchObject([{ id: 'refund-r1', at: at(10), refunds: 5000 }]);
  });

  it('takes the time that a telling gives, though another one is fuller', () => {
    const lines = [{ lineId: '1', quantity: 1, amount: 5000, tax: 0 }];
    const events = [told(10, { refunds: [guess(10, { lines })] }), told(20, { refunds: [aRefund({ lines: [] })] })];
    expect(entriesOf(...events)).toMatchObject([{ at: aRefund().refundedAt, lines: [{ lineId: '1' }] }]);
  });
});
