// A day of the shop's own orders against ours: what is missing, extra, or not alike.
import { describe, expect, it } from 'vitest';
import { type KnownOrder, reconcileDay, type ShopOrder } from '../../lib/domain/reconciliation.ts';

const DAY = '2026-11-20';
const shop = (externalId: string, over: Partial<ShopOrder> = {}): ShopOrder => ({
  ...{ externalId, name: `#${externalId}`, total: 11_000, state: 'paid' },
  ...over,
});
const ours = (externalId: string, over: Partial<KnownOrder> = {}): KnownOrder => ({
  ...{ id: `ord_${externalId}`, externalId, name: `#${externalId}`, total: 11_000, state: 'paid', day: DAY },
  ...over,
});

describe('a day', () => {
  it('is reconciled when both have the same orders of the same totals', () => {
    expect(reconcileDay(DAY, [shop('1'), shop('2')], [ours('2'), ours('1')])).toMatchObject({
      state: 'reconciled',
      ...{ missing: [], extra: [], different: [] },
      ...{ shopOrders: 2, shopTotal: 22_000, ourOrders: 2, ourTotal: 22_000 },
    });
  });

  it('is reconciled when neither has any', () => {
    expect(reconcileDay(DAY, [], []).state).toBe('reconciled');
  });

  it('is short of the orders that never came, whatever else is wrong', () => {
    const found = reconcileDay(DAY, [shop('1'), shop('2')], [ours('1', { total: 1 }), ours('3')]);
    expect(found).toMatchObject({ state: 'short', missing: [{ externalId: '2' }], extra: [{ externalId: '3' }] });
    expect(found.different).toMatchObject([{ shop: { externalId: '1' }, differs: ['total'] }]);
  });

  it('differs where all are here, but not alike or more than the shop has', () => {
    expect(reconcileDay(DAY, [shop('1')], [ours('1', { state: 'pending' })])).toMatchObject({
      state: 'differs',
      different: [{ differs: ['state'] }],
    });
    expect(reconcileDay(DAY, [], [ours('1')]).state).toBe('differs');
  });
});

describe('an order of the list', () => {
  it('is found by its name where the export has no id', () => {
    expect(reconcileDay(DAY, [shop('1', { externalId: null })], [ours('1')]).state).toBe('reconciled');
  });

  it('is not missing when it lies on another day here', () => {
    const found = reconcileDay(DAY, [shop('1')], [ours('1', { day: '2026-11-21' })]);
    expect(found).toMatchObject({ state: 'reconciled', ourOrders: 1 });
  });

  it('need not be here unless the shop calls it paid', () => {
    const list = [shop('1', { state: 'pending' }), shop('2', { state: 'test' }), shop('3', { state: 'cancelled' })];
    expect(reconcileDay(DAY, list, [ours('3', { state: 'cancelled' })])).toMatchObject({
      state: 'reconciled',
      ...{ shopOrders: 0, shopTotal: 0 },
    });
  });

  it('of another currency is as paid here as there, though it waits for a rate', () => {
    expect(reconcileDay(DAY, [shop('1')], [ours('1', { state: 'fx_missing' })]).state).toBe('reconciled');
  });
});
