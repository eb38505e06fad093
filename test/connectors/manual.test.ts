// What is entered by hand: a standard order with a reason, that no webhook can pass for.
import { describe, expect, it } from 'vitest';
import { manual, manualBody, manualOrder } from '../../lib/connectors/manual.ts';
import { connectorFor } from '../../lib/connectors/platforms.ts';
import { standard } from '../../lib/connectors/standard.ts';
import { exponentOf } from '../../lib/platform/currencies.ts';
import { aStandardDelivery, NOW, STANDARD_SECRET, standardOrderData } from '../support/payloads/standard.ts';

const options = { receivedAt: NOW, storeDomain: 'shop.example.com', exponentOf };
const delivery = (...body: Parameters<typeof manualBody>) => ({ headers: {}, raw: manualBody(...body) });

describe('an order entered by hand', () => {
  it('is read as a standard order is, with why it was entered', () => {
    const read = manual.normalise(delivery('order.updated', 'Sold at the fair', standardOrderData()), options);
    const told = standard.normalise(delivery('order.updated', '', standardOrderData()), options);
    if (read.outcome !== 'order' || told.outcome !== 'order') throw new Error('not understood');
    expect(read).toEqual({ ...told, event: { ...told.event, manualReason: 'Sold at the fair' } });
  });

  it('is dated by when it was received, where it says nothing of it', () => {
    const { updatedAt: _updated, ...data } = standardOrderData();
    const read = manual.normalise(delivery('order.updated', 'x', data), options);
    expect(read).toMatchObject({ outcome: 'order', event: { updatedAt: NOW, payment: 'paid' } });
  });

  it('keeps no time: the same again is the same bytes', () => {
    expect(manualBody('order.updated', 'x', { a: 1 })).toEqual(manualBody('order.updated', 'x', { a: 1 }));
  });

  it('is cancelled with a reason too', () => {
    expect(manual.normalise(delivery('order.cancelled', 'Twice', { externalId: '1' }), options)).toEqual({
      outcome: 'order',
      orderExternalId: '1',
      event: { type: 'cancellation', cancelledAt: NOW, manualReason: 'Twice' },
    });
  });

  it('comes by no webhook', () => {
    const signed = aStandardDelivery({ type: 'order.updated', reason: 'x', data: standardOrderData() });
    expect(standard.verify(signed, [STANDARD_SECRET], NOW)).toBe(true);
    expect(manual.verify(signed, [STANDARD_SECRET], NOW)).toBe(false);
    expect(connectorFor('manual')).toBe(manual);
  });
});

describe('what a person may enter', () => {
  const entry = { ...standardOrderData(), storeId: 'sto_1234', reason: 'x' };

  it('is all that a shop may send', () => {
    expect(manualOrder.safeParse(entry).success).toBe(true);
  });

  it.each([
    ['a field nobody knows', { ...entry, note: 'x' }],
    ['one of a line', { ...entry, lines: [{ quantity: 1, price: 1, colour: 'red' }] }],
    ['one of a code', { ...entry, discountCodes: [{ code: 'A', percent: 5 }] }],
    ['one of a customer', { ...entry, customer: { name: 'Ada' } }],
    ['an id that a number can not hold', { ...entry, externalId: 2 ** 53 }],
    ['no reason', { ...entry, reason: '\u200b' }],
  ])('is not %s', (_what, body) => {
    expect(manualOrder.safeParse(body).success).toBe(false);
  });
});
