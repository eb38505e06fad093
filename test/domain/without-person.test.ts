// What is left of an order once the person behind it is erased, and finding a person in a body that nobody could read.
import { describe, expect, it } from 'vitest';
import { foldOrder } from '../../lib/domain/orders/fold.ts';
import { foldWithoutPerson, withoutPerson } from '../../lib/domain/orders/without-person.ts';
import { namesPerson } from '../../lib/domain/person-in-body.ts';
import { anEvent, aRefund, aSnapshot, PLACED_AT } from '../support/payloads/order-events.ts';

const rulesAt = () => ({ tags: ['seeding'], codes: [] });
const noRules = () => ({ tags: [], codes: [] });

describe('an event without its person', () => {
  const personal = aSnapshot({
    ...{ customerKeys: ['k1', 'k2'], clickId: 'clk_1', tags: ['for Ada'], manualReason: 'Ada called' },
    ...{ subscriptionId: 'sub_1', country: 'DE', parentExternalId: '1000', renewalNumber: 2 },
  });

  it('keeps money, goods, country and the shop’s own numbers', () => {
    const { tags: _tags, subscriptionId: _subscription, ...rest } = personal;
    const left = { ...rest, customerKeys: [], clickId: null, manualReason: 'erased' };
    expect(withoutPerson(personal, noRules)).toEqual(left);
  });

  it('folds to the same figures', () => {
    const events = [anEvent(personal), anEvent({ type: 'refund', refund: aRefund() })];
    const cut = events.map((told) => ({ ...told, event: withoutPerson(told.event, noRules) }));
    const [before, after] = [foldOrder(events), foldOrder(cut)];
    const { current, sale, entries, state, kind } = before;
    expect(after).toMatchObject({ current, sale, entries, state, kind });
  });

  it('is a gift by itself where the rules called it one by its labels', () => {
    const gift = aSnapshot({ tags: ['Seeding'] });
    expect(foldOrder([anEvent(gift)], rulesAt).kind).toBe('gift');
    expect(foldOrder([anEvent(withoutPerson(gift, rulesAt))], rulesAt).kind).toBe('gift');
    expect(foldOrder([anEvent(withoutPerson(aSnapshot(), rulesAt))], rulesAt).kind).toBe('sale');
  });

  it('leads to no visitor of another tool any more, whose clicks were imported', () => {
    const imported = aSnapshot({ visitor: 'v_of_ada' });
    expect(withoutPerson(imported, noRules)).not.toHaveProperty('visitor');
    expect(foldWithoutPerson(foldOrder([anEvent(imported)]))).not.toHaveProperty('visitor');
  });

  it('keeps that somebody cancelled it by hand, and nothing of why', () => {
    const cancelled = { type: 'cancellation', cancelledAt: PLACED_AT, manualReason: 'Ada called' } as const;
    expect(withoutPerson(cancelled, noRules)).toEqual({ ...cancelled, manualReason: 'erased' });
    const { manualReason: _reason, ...told } = cancelled;
    expect(withoutPerson(told, noRules)).toEqual(told);
  });

  it('may be cut again', () => {
    const once = withoutPerson(personal, rulesAt);
    expect(withoutPerson(once, rulesAt)).toEqual(once);
  });
});

describe('a body', () => {
  const ada = { email: 'Ada@Example.com', customerId: '9007199254740993', orderExternalIds: ['1001'] };

  it.each([
    [{ contact: { email: ' ADA@example.com' } }],
    [{ note: 'mailto:ada@example.com, twice' }],
    ['cut off {"email":"ada@example.com'],
    [{ customer: { id: '9007199254740993' } }],
    [{ customer_id: '9007199254740993' }],
    [{ id: '1001' }],
    [{ refund: { order_id: '1001' } }],
    [{ data: { orderExternalId: '1001' } }],
  ])('that names the person is found: %j', (body) => {
    expect(namesPerson(body, ada)).toBe(true);
  });

  it.each([
    [{ email: 'bada@example.com' }],
    [{ email: 'ada@example.com.au' }],
    [{ email: 'ada@example.community' }],
    [{ customer: { id: '1001' } }],
    [{ line_items: [{ id: '1001', quantity: '9007199254740993' }] }],
    [null],
    [''],
  ])('that does not is not: %j', (body) => {
    expect(namesPerson(body, ada)).toBe(false);
  });

  it('names nobody who is looked for by nothing', () => {
    const nobody = { email: null, customerId: null, orderExternalIds: [] };
    expect(namesPerson({ email: 'ada@example.com', id: '1' }, nobody)).toBe(false);
  });
});
